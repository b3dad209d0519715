// A small shop for the policy's tests: products, subscriptions and offers made by hand.
#ifndef TSUGI_TESTS_ENGINE_POLICY_POLICY_TEST_UTIL_H_
#define TSUGI_TESTS_ENGINE_POLICY_POLICY_TEST_UTIL_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/time.h"
#include "engine/policy/parse.h"
#include "engine/policy/policy.h"

namespace tsugi {

inline absl::Time T(const std::string& text) { return base::ParseTime(text).value(); }
inline absl::Duration Days(int days) { return absl::Hours(24) * days; }
inline base::Decimal Money(const std::string& text) { return base::Decimal::Parse(text).value(); }

inline absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) std::abort();
  return zone;
}

// Products by the order in which they are added; their addresses stay.
class Catalogue {
 public:
  ProductRef Add(Product product) {
    products_.push_back(std::move(product));
    return {ProductIndex(products_.size() - 1), &products_.back()};
  }
  ProductRef Goods(const std::string& id, const std::string& price = "10",
                   const std::string& family = "", std::optional<int> tier = std::nullopt) {
    Product product;
    product.id = id;
    product.name = id;
    product.category = "things";
    product.family = family;
    product.tier = tier;
    product.price = Money(price);
    return Add(product);
  }
  ProductRef Plan(const std::string& id, int tier, const std::string& price, int months = 1) {
    Product product;
    product.id = id;
    product.name = id;
    product.kind = ProductKind::kPlan;
    product.family = "plans";
    product.tier = tier;
    product.price = Money(price);
    product.billing_months = months;
    return Add(product);
  }

 private:
  std::deque<Product> products_;
};

inline ScoredOffer Offer(OfferKind kind, const ProductRef& product, double probability = 0.5) {
  ScoredOffer offer;
  offer.candidate.kind = kind;
  offer.candidate.product = product;
  offer.probability = probability;
  if (product.facts != nullptr) {
    offer.list_price = product.facts->price.value_or(base::Decimal());
    if (product.facts->kind == ProductKind::kPlan) {
      offer.billing_months = product.facts->billing_months;
    }
  }
  return offer;
}

inline ScoredOffer CrossSell(const ProductRef& product, double probability = 0.5) {
  return Offer(OfferKind::kCrossSell, product, probability);
}

inline ScoredOffer UpgradeOf(const ProductRef& replaced, const ProductRef& product,
                             double probability = 0.5) {
  ScoredOffer offer = Offer(OfferKind::kUpgrade, product, probability);
  offer.candidate.replaces = replaced;
  offer.replaced_price = replaced.facts->price.value_or(base::Decimal());
  return offer;
}

inline ScoredOffer About(const SubscriptionState& subscription, OfferKind kind,
                         const ProductRef& product, double probability = 0.5) {
  ScoredOffer offer = Offer(kind, product, probability);
  offer.candidate.subscription = &subscription;
  if (kind == OfferKind::kUpgrade) {
    offer.candidate.replaces = subscription.plan;
    offer.replaced_price = subscription.plan.facts->price.value_or(base::Decimal());
  }
  return offer;
}

inline CartItem InCart(const ProductRef& product) {
  CartItem item;
  item.product_id = product.facts->id;
  item.product = product;
  return item;
}

// A known customer at the checkout, on 2026-03-10 at noon.
inline Context At(const std::string& time = "2026-03-10T12:00:00Z") {
  Context context;
  context.at = T(time);
  context.zone = absl::UTCTimeZone();
  context.currency = "USD";
  context.customer_id = "C1";
  context.customer = CustomerIndex(std::size_t{0});
  context.profiled = true;
  context.language = "en";
  return context;
}

// The policy of a text that must be free of mistakes.
inline Policy Read(const std::string& yaml) {
  absl::StatusOr<Policy> policy = LoadPolicy("test.yaml", yaml);
  if (!policy.ok()) {
    ADD_FAILURE() << policy.status();
    return Policy();
  }
  return *std::move(policy);
}

inline std::vector<std::string> Ids(const std::vector<DecidedOffer>& offers) {
  std::vector<std::string> ids;
  ids.reserve(offers.size());
  for (const DecidedOffer& offer : offers) {
    ids.emplace_back(offer.offer.candidate.product.id());
  }
  return ids;
}

// Each mistake as "line:column message".
inline std::vector<std::string> Mistakes(const std::string& yaml) {
  std::vector<std::string> mistakes;
  for (const PolicyMistake& mistake : ParsePolicy("p", yaml).mistakes) {
    mistakes.push_back(std::to_string(mistake.line) + ":" + std::to_string(mistake.column) + " " +
                       mistake.message);
  }
  return mistakes;
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_ENGINE_POLICY_POLICY_TEST_UTIL_H_
