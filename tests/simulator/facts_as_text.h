// Facts as text, to compare what two sellers heard.
#ifndef TSUGI_TESTS_SIMULATOR_FACTS_AS_TEXT_H_
#define TSUGI_TESTS_SIMULATOR_FACTS_AS_TEXT_H_

#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "engine/facts/facts.h"
#include "simulator/seller.h"

namespace tsugi::testing {

inline std::string AsText(const Fact& fact) {
  struct Visitor {
    std::string operator()(const Order& f) const {
      std::string text = absl::StrCat("order ", f.id, " ", f.customer_id, " ",
                                      absl::FormatTime(f.ordered_at), " ", f.channel);
      for (const OrderLine& line : f.lines) {
        absl::StrAppend(&text, " ", line.product_id, "x", line.quantity, "@",
                        line.unit_price.value_or(base::Decimal()).ToString(), "-",
                        line.discount_percent, line.recommendation_id);
      }
      return text;
    }
    std::string operator()(const Product& f) const {
      return absl::StrCat("product ", f.id, " ", f.name, " ", f.category, " ", f.family, " ",
                          f.tier.value_or(0), " ", f.price->ToString(), " ",
                          f.unit_cost->ToString(), " ", f.season_months, " ",
                          absl::StrJoin(f.goes_with, ";"), " ", absl::StrJoin(f.contents, ";"));
    }
    std::string operator()(const Customer& f) const {
      return absl::StrCat("customer ", f.id, " ", f.segment, " ", f.consent_marketing,
                          f.consent_profiling, " ", absl::FormatTime(*f.signed_up_at));
    }
    std::string operator()(const Subscription& f) const {
      return absl::StrCat("subscription ", f.id, " ", f.product_id, " ", static_cast<int>(f.status),
                          " ", absl::FormatTime(*f.observed_at), " ", f.usage.value_or(-1));
    }
    std::string operator()(const Signal& f) const {
      return absl::StrCat("signal ", f.event_id, " ", absl::FormatTime(f.at), " ",
                          f.value.value_or(-1), " ", f.subject);
    }
    std::string operator()(const Campaign& f) const {
      return absl::StrCat("campaign ", f.id, " ", absl::FormatTime(f.ends_at), " ",
                          absl::StrJoin(f.product_ids, ";"));
    }
    std::string operator()(const Exposure& f) const {
      return absl::StrCat("exposure ", f.recommendation_id, " ", f.product_id, " ", f.placement);
    }
    std::string operator()(const ReactionEvent& f) const {
      return absl::StrCat("reaction ", f.event_id, " ", static_cast<int>(f.reaction));
    }
    std::string operator()(const Contact& f) const {
      return absl::StrCat("contact ", f.event_id, " ", absl::FormatTime(f.at));
    }
  };
  return std::visit(Visitor{}, fact);
}

// Offers what `choose` says and remembers what it hears.
class ListeningSeller : public simulator::Seller {
 public:
  using Choice = std::function<std::vector<simulator::Offer>(const simulator::Opportunity&)>;

  ListeningSeller() = default;
  explicit ListeningSeller(Choice choice) : choice_(std::move(choice)) {}

  absl::StatusOr<std::vector<simulator::Offer>> Offers(
      const simulator::Opportunity& opportunity) override {
    return choice_ ? choice_(opportunity) : std::vector<simulator::Offer>();
  }
  void Hear(const Fact& fact) override {
    facts.push_back(fact);
    heard.push_back(AsText(fact));
  }
  absl::Status StartDay(int) override { return absl::OkStatus(); }

  std::vector<Fact> facts;
  std::vector<std::string> heard;

 private:
  Choice choice_;
};

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_SIMULATOR_FACTS_AS_TEXT_H_
