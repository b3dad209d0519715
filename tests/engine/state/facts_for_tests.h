// Short forms of facts for tests: only what the test is about is written down.
#ifndef TSUGI_TESTS_ENGINE_STATE_FACTS_FOR_TESTS_H_
#define TSUGI_TESTS_ENGINE_STATE_FACTS_FOR_TESTS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/time.h"
#include "engine/facts/facts.h"

namespace tsugi::testing {

// "2024-03-01" or with a time of day, UTC.
inline absl::Time At(const std::string& text) { return base::ParseTime(text).value(); }

inline base::Decimal Money(double value) { return base::Decimal::FromDouble(value); }

inline OrderLine Line(std::string product, std::int64_t quantity = 1, double price = 10) {
  OrderLine line;
  line.product_id = std::move(product);
  line.quantity = quantity;
  line.unit_price = Money(price);
  return line;
}

inline Order MakeOrder(std::string id, std::string customer, const std::string& at,
                       std::vector<OrderLine> lines) {
  Order order;
  order.id = std::move(id);
  order.customer_id = std::move(customer);
  order.ordered_at = At(at);
  order.lines = std::move(lines);
  return order;
}

inline Product Goods(std::string id, double price = 10, std::string category = "") {
  Product product;
  product.id = std::move(id);
  product.price = Money(price);
  product.category = std::move(category);
  return product;
}

inline Product Tiered(ProductKind kind, std::string id, std::string family, int tier,
                      double price) {
  Product product = Goods(std::move(id), price);
  product.kind = kind;
  product.family = std::move(family);
  product.tier = tier;
  return product;
}

inline Product AddOn(std::string id, std::vector<std::string> goes_with, double price = 5) {
  Product product = Goods(std::move(id), price);
  product.kind = ProductKind::kAddOn;
  product.goes_with = std::move(goes_with);
  return product;
}

inline Customer Person(std::string id, std::string segment = "") {
  Customer customer;
  customer.id = std::move(id);
  customer.segment = std::move(segment);
  return customer;
}

inline Subscription Subscribed(std::string id, std::string customer, std::string plan,
                               SubscriptionStatus status = SubscriptionStatus::kActive,
                               const std::string& started = "2023-01-01") {
  Subscription subscription;
  subscription.id = std::move(id);
  subscription.customer_id = std::move(customer);
  subscription.product_id = std::move(plan);
  subscription.status = status;
  subscription.started_at = At(started);
  return subscription;
}

inline Signal MakeSignal(std::string event, std::string customer, const std::string& at,
                         SignalType type, std::optional<double> value = std::nullopt,
                         std::string subject = "") {
  Signal signal;
  signal.event_id = std::move(event);
  signal.customer_id = std::move(customer);
  signal.at = At(at);
  signal.type = type;
  signal.value = value;
  signal.subject = std::move(subject);
  return signal;
}

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_ENGINE_STATE_FACTS_FOR_TESTS_H_
