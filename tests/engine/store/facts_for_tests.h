// Small facts, and what a store holds as lines that a test can compare.
#ifndef TSUGI_TESTS_ENGINE_STORE_FACTS_FOR_TESTS_H_
#define TSUGI_TESTS_ENGINE_STORE_FACTS_FOR_TESTS_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "engine/facts/facts.h"
#include "engine/store/store.h"

namespace tsugi {

inline absl::Time Day(int day) {
  return absl::FromCivil(absl::CivilDay(2024, 1, 1) + day, absl::UTCTimeZone());
}

inline Order MakeOrder(std::string id, std::string customer, absl::Time at,
                       const std::vector<std::pair<std::string, int>>& lines) {
  Order order;
  order.id = std::move(id);
  order.customer_id = std::move(customer);
  order.ordered_at = at;
  for (const auto& [product, quantity] : lines) {
    order.lines.emplace_back().product_id = product;
    order.lines.back().quantity = quantity;
  }
  return order;
}

inline Product MakeProduct(std::string id, std::string name) {
  Product product;
  product.id = std::move(id);
  product.name = std::move(name);
  return product;
}

inline Customer MakeCustomer(std::string id, std::string segment) {
  Customer customer;
  customer.id = std::move(id);
  customer.segment = std::move(segment);
  return customer;
}

inline Subscription MakeSubscription(std::string id, std::string customer) {
  Subscription subscription;
  subscription.id = std::move(id);
  subscription.customer_id = std::move(customer);
  subscription.product_id = "PLAN";
  subscription.started_at = Day(5);
  return subscription;
}

inline Signal MakeSignal(std::string id, std::string customer) {
  Signal signal;
  signal.event_id = std::move(id);
  signal.customer_id = std::move(customer);
  signal.at = Day(1);
  return signal;
}

inline Campaign MakeCampaign(std::string id) {
  Campaign campaign;
  campaign.id = std::move(id);
  campaign.starts_at = Day(1);
  campaign.ends_at = Day(9);
  return campaign;
}

inline Exposure MakeExposure(std::string recommendation, std::string product,
                             std::string customer) {
  Exposure exposure;
  exposure.recommendation_id = std::move(recommendation);
  exposure.product_id = std::move(product);
  exposure.customer_id = std::move(customer);
  exposure.at = Day(2);
  return exposure;
}

inline ReactionEvent MakeReaction(std::string id, std::string recommendation,
                                  std::string customer) {
  ReactionEvent reaction;
  reaction.event_id = std::move(id);
  reaction.recommendation_id = std::move(recommendation);
  reaction.customer_id = std::move(customer);
  reaction.product_id = "P1";
  reaction.at = Day(3);
  return reaction;
}

inline Contact MakeContact(std::string id, std::string customer) {
  Contact contact;
  contact.event_id = std::move(id);
  contact.customer_id = std::move(customer);
  contact.at = Day(4);
  return contact;
}

inline std::vector<Fact> OneOfEachKind() {
  return {MakeProduct("P1", "tea"),
          MakeCustomer("C1", "young"),
          MakeSubscription("S1", "C1"),
          MakeSignal("E1", "C1"),
          MakeCampaign("K1"),
          MakeExposure("R1", "P1", "C1"),
          MakeReaction("E1", "R1", ""),
          MakeContact("E1", "C1"),
          MakeOrder("O1", "C1", Day(1), {{"P1", 1}})};
}

inline std::string Describe(const Fact& fact) {
  struct Words {
    std::string operator()(const Order& f) const {
      std::string text = "order " + f.id + " " + f.customer_id;
      for (const OrderLine& line : f.lines) {
        text += " " + line.product_id + "*" + std::to_string(line.quantity);
      }
      return text;
    }
    std::string operator()(const Product& f) const { return "product " + f.id + " " + f.name; }
    std::string operator()(const Customer& f) const { return "customer " + f.id + " " + f.segment; }
    std::string operator()(const Subscription& f) const { return "subscription " + f.id; }
    std::string operator()(const Signal& f) const { return "signal " + f.event_id; }
    std::string operator()(const Campaign& f) const { return "campaign " + f.id; }
    std::string operator()(const Exposure& f) const {
      return "exposure " + f.recommendation_id + " " + f.product_id;
    }
    std::string operator()(const ReactionEvent& f) const { return "reaction " + f.event_id; }
    std::string operator()(const Contact& f) const { return "contact " + f.event_id; }
  };
  return std::visit(Words{}, fact);
}

// "3 order O1 C1 P1*2", "2 tombstone order O1".
inline std::vector<std::string> Describe(const Store& store, Seq after) {
  constexpr const char* kKinds[] = {"order",    "product",  "customer", "subscription", "signal",
                                    "campaign", "exposure", "reaction", "contact"};
  std::vector<std::string> lines;
  const absl::StatusOr<Seq> read = store.ReadChanges(after, [&](const Change& change) {
    std::string text = std::to_string(change.seq) + " ";
    if (const auto* stored = std::get_if<Stored>(&change.what)) {
      text += Describe(stored->fact);
    } else {
      const auto& tombstone = std::get<Tombstone>(change.what);
      text +=
          std::string("tombstone ") + kKinds[static_cast<int>(tombstone.kind)] + " " + tombstone.id;
    }
    lines.push_back(std::move(text));
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read.status();
  return lines;
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_ENGINE_STORE_FACTS_FOR_TESTS_H_
