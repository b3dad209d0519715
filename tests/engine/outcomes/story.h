// What happened, told in days.
#ifndef TSUGI_TESTS_ENGINE_OUTCOMES_STORY_H_
#define TSUGI_TESTS_ENGINE_OUTCOMES_STORY_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "engine/outcomes/facts.h"

namespace tsugi {

struct Story {
  static absl::Time Day(double day) {
    return absl::FromUnixSeconds(1'700'000'000) + day * absl::Hours(24);
  }

  Story& Show(const std::string& recommendation, const std::string& customer,
              const std::string& product, double day, const std::string& placement,
              bool control = false) {
    Exposure& exposure = facts.exposures.emplace_back();
    exposure.recommendation_id = recommendation;
    exposure.customer_id = customer;
    exposure.product_id = product;
    exposure.at = Day(day);
    exposure.placement = placement;
    exposure.control = control;
    exposure.position = static_cast<int>(facts.exposures.size());
    return *this;
  }

  Story& Buy(const std::string& customer, const std::string& product, double day, int price,
             const std::string& recommendation = "", int quantity = 1) {
    Order& order = facts.orders.emplace_back();
    order.id = absl::StrCat("order ", absl::Dec(facts.orders.size(), absl::kZeroPad6));
    order.customer_id = customer;
    order.ordered_at = Day(day);
    OrderLine& line = order.lines.emplace_back();
    line.product_id = product;
    line.quantity = quantity;
    line.unit_price = base::Decimal::FromUnits(price);
    line.recommendation_id = recommendation;
    return *this;
  }

  Story& Return(const std::string& customer, const std::string& product, double day, int quantity) {
    return Buy(customer, product, day, 99, "", -quantity);
  }

  Story& React(const std::string& recommendation, const std::string& customer,
               const std::string& product, double day, Reaction what = Reaction::kAccepted) {
    ReactionEvent& reaction = facts.reactions.emplace_back();
    reaction.event_id = absl::StrCat("reaction ", facts.reactions.size());
    reaction.recommendation_id = recommendation;
    reaction.customer_id = customer;
    reaction.product_id = product;
    reaction.at = Day(day);
    reaction.reaction = what;
    return *this;
  }

  OutcomeFacts facts;
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_ENGINE_OUTCOMES_STORY_H_
