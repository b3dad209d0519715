// What holds of limits, rests and arms over a million random states of one customer.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "engine/policy/control_group.h"
#include "engine/policy/policy.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

constexpr int kStates = 1'000'000;
constexpr std::size_t kProducts = 5;

constexpr const char* kPolicies[] = {
    R"(version: 1
contact_policy: {control_group_percent: 0}
rules:
- {id: cart, moment: pre_purchase, offers: [cross_sell]}
- {id: bought, moment: post_purchase, offers: [cross_sell], weight: 1.1}
)",
    R"(version: 1
contact_policy: {control_group_percent: 50, outbound: {max_contacts: 1, per: 10d},
                 same_product: {max_shown: 1, per: 3d}, after_declined: {rest: 5d}}
rules:
- {id: cart, moment: pre_purchase, offers: [cross_sell]}
- {id: silent, moment: win_back, offers: [cross_sell], weight: 2}
)",
    R"(version: 1
contact_policy: {max_suggestions: 1, control_group_percent: 0, outbound: {max_contacts: 3, per: 2d},
                 same_product: {max_shown: 2, per: 20d}, after_maybe_later: {rest: 1d}}
exploration: {percent: 40, near: 0.5}
rules:
- {id: happy, moment: satisfaction, offers: [cross_sell]}
- {id: cart, moment: pre_purchase, offers: [cross_sell], weight: 0.5}
)"};

// One customer, remade for every state without taking memory anew.
class World {
 public:
  World() {
    for (std::size_t i = 0; i < kProducts; ++i) {
      products_.push_back(shop_.Goods(absl::StrCat("P", i)));
      offers_.push_back(CrossSell(products_.back()));
    }
    context_.reactions.reserve(4);
    context_.showings.reserve(8);
    context_.contacts.reserve(8);
  }

  void Make(std::uint64_t seed) {
    random_ = base::Random(seed);
    const std::uint64_t bits = random_.Next();
    context_.seed = bits;
    context_.customer_id[1] = static_cast<char>('0' + (bits & 63U));
    context_.outbound = (bits >> 6 & 1U) != 0;
    context_.at = now_;
    context_.viewed.assign((bits >> 7 & 3U) != 0 ? 1 : 0, products_[0]);
    context_.last_order.reset();
    context_.nps.reset();
    if ((bits >> 9 & 1U) != 0) context_.last_order = Before(6);
    if ((bits >> 10 & 1U) != 0) context_.nps = SignalValue{10, Before(14)};
    context_.usual_order_interval_days = 1;
    context_.showings.clear();
    for (std::uint64_t i = bits >> 11 & 7U; i > 0; --i) {
      context_.showings.push_back({products_[random_.Below(2)].index, Before(25)});
    }
    context_.contacts.clear();
    for (std::uint64_t i = bits >> 14 & 3U; i > 0; --i) {
      context_.contacts.push_back({Before(40), (bits >> 16 & 1U) != 0});
    }
    context_.reactions.clear();
    if ((bits >> 17 & 1U) != 0) {
      context_.reactions.push_back({products_[random_.Below(3)],
                                    static_cast<Reaction>(bits >> 18 & 1U) == Reaction::kAccepted
                                        ? Reaction::kDeclined
                                        : Reaction::kMaybeLater,
                                    Before(60)});
    }
    for (ScoredOffer& offer : offers_) {
      offer.probability = static_cast<double>(random_.Below(5)) / 4;
    }
  }

  absl::Time Before(int days) {
    return now_ - absl::Seconds(static_cast<std::int64_t>(
                      random_.Below(static_cast<std::uint64_t>(days) * 86400)));
  }
  base::Random& random() { return random_; }
  Context& context() { return context_; }
  const std::vector<ScoredOffer>& offers() const { return offers_; }

 private:
  absl::Time now_ = T("2026-03-10T12:00:00Z");
  base::Random random_{0};
  Catalogue shop_;
  std::vector<ProductRef> products_;
  std::vector<ScoredOffer> offers_;
  Context context_ = At();
};

ProductIndex ProductOf(const DecidedOffer& offer) { return offer.offer.candidate.product.index; }

int ContactsCounted(const Policy& policy, const Context& context) {
  return static_cast<int>(std::count_if(
      context.contacts.begin(), context.contacts.end(), [&](const PastContact& contact) {
        return context.at - contact.at < policy.contact_policy.outbound->per;
      }));
}

int ShowingsCounted(const Policy& policy, const Context& context, ProductIndex product) {
  return static_cast<int>(std::count_if(
      context.showings.begin(), context.showings.end(), [&](const PastShowing& showing) {
        return showing.product == product &&
               context.at - showing.at < policy.contact_policy.same_product->per;
      }));
}

bool RestsAfterReaction(const Policy& policy, const Context& context, ProductIndex product) {
  return std::any_of(
      context.reactions.begin(), context.reactions.end(), [&](const PastReaction& past) {
        const absl::Duration rest = past.reaction == Reaction::kDeclined
                                        ? policy.contact_policy.rest_after_declined
                                        : policy.contact_policy.rest_after_maybe_later;
        return past.product.index == product && context.at < past.at + rest;
      });
}

// The first limit that the decision breaks; empty: none.
std::string Broken(const Policy& policy, const Context& context, const Decision& decision) {
  if (decision.offered.empty() != decision.no_offer.has_value()) return "no reason, or two answers";
  if (!decision.offered.empty()) {
    if (context.outbound &&
        ContactsCounted(policy, context) >= policy.contact_policy.outbound->max_contacts) {
      return "a contact too many";
    }
    if (InControlGroup(policy.contact_policy, context)) return "the control group was offered";
  }
  for (const auto* list : {&decision.offered, &decision.withheld}) {
    if (list->size() > static_cast<std::size_t>(policy.contact_policy.max_suggestions)) {
      return "too many";
    }
    for (const DecidedOffer& offer : *list) {
      if (ShowingsCounted(policy, context, ProductOf(offer)) >=
          policy.contact_policy.same_product->max_shown) {
        return "shown too often";
      }
      if (RestsAfterReaction(policy, context, ProductOf(offer))) return "offered in its rest";
      if (offer.expected_value() < policy.contact_policy.min_expected_value) return "too little";
      if (!(offer.propensity > 0 && offer.propensity <= 1)) return "propensity";
    }
  }
  return "";
}

bool Eligible(const Decision& decision, ProductIndex product) {
  const auto is = [&](const DecidedOffer& offer) { return ProductOf(offer) == product; };
  return std::any_of(decision.offered.begin(), decision.offered.end(), is) ||
         std::any_of(decision.withheld.begin(), decision.withheld.end(), is) ||
         std::any_of(decision.dropped.begin(), decision.dropped.end(),
                     [&](const DecidedOffer& offer) {
                       return is(offer) && offer.outcome == Outcome::kOutranked;
                     });
}

// Nothing that may not be offered before may be after.
std::string NewlyEligible(const Decision& before, const Decision& after) {
  for (const DecidedOffer& offer : before.dropped) {
    if (!Eligible(before, ProductOf(offer)) && Eligible(after, ProductOf(offer))) {
      return std::string(offer.offer.candidate.product.id()) + " has become eligible";
    }
  }
  return "";
}

std::string AfterOneMore(const Policy& policy, World& world, const Decision& before, bool contact) {
  Context& context = world.context();
  if (contact) {
    context.contacts.push_back({world.Before(30), true});
  } else {
    context.showings.push_back({ProductIndex(world.random().Below(kProducts)), world.Before(30)});
  }
  return NewlyEligible(before, Decide(policy, context, world.offers(), 0));
}

// What rests now rests until the instant it was given, and so does the customer.
std::string AfterAWhile(const Policy& policy, World& world, const Decision& before) {
  Context& context = world.context();
  const absl::Time now = context.at;
  context.at +=
      absl::Seconds(static_cast<std::int64_t>(world.random().Below(std::uint64_t{20} * 86400)));
  const Decision after = Decide(policy, context, world.offers(), 0);
  const absl::Time later = context.at;
  context.at = now;
  if (before.no_offer.has_value() && before.no_offer->reason == Outcome::kContactLimit &&
      later < *before.no_offer->retry_at && !(after.offered.empty() && after.withheld.empty())) {
    return "a contact before its time";
  }
  for (const DecidedOffer& offer : before.dropped) {
    if (offer.outcome != Outcome::kCoolingDown || later >= *offer.until) continue;
    if (Eligible(after, ProductOf(offer))) return "a rest has become shorter";
  }
  return "";
}

std::string Text(const Decision& decision) {
  std::string text;
  for (const auto* list : {&decision.offered, &decision.withheld, &decision.dropped}) {
    for (const DecidedOffer& offer : *list) {
      absl::StrAppend(&text, std::string(offer.offer.candidate.product.id()), " ",
                      static_cast<int>(offer.outcome), " ", offer.rule_id, " ", offer.priority, " ",
                      offer.propensity, ";");
    }
    text += '|';
  }
  return text;
}

TEST(LimitsPropertyTest, HoldOverAMillionStates) {
  std::vector<Policy> policies;
  for (const char* const yaml : kPolicies) policies.push_back(Read(yaml));
  World world;
  std::vector<int> outcomes(static_cast<std::size_t>(Outcome::kOutranked) + 1, 0);
  for (int state = 0; state < kStates; ++state) {
    world.Make(static_cast<std::uint64_t>(state));
    const Policy& policy = policies[static_cast<std::size_t>(state) % policies.size()];
    const Decision decision = Decide(policy, world.context(), world.offers(), 0);
    std::string broken = Broken(policy, world.context(), decision);
    // Most states are looked at once more, each from another side.
    if (broken.empty() && state % 4 == 0) {
      broken = AfterOneMore(policy, world, decision, true);
    } else if (broken.empty() && state % 4 == 1) {
      broken = AfterOneMore(policy, world, decision, false);
    } else if (broken.empty() && state % 4 == 2) {
      broken = AfterAWhile(policy, world, decision);
    } else if (state % 32 == 3 &&
               Text(Decide(policy, world.context(), world.offers(), 0)) != Text(decision)) {
      broken = "equal states, other bytes";
    }
    ASSERT_EQ(broken, "") << "state " << state;
    ++outcomes[static_cast<std::size_t>(decision.no_offer.has_value() ? decision.no_offer->reason
                                                                      : Outcome::kOffered)];
  }
  for (const Outcome outcome : {Outcome::kOffered, Outcome::kNoMomentOpen, Outcome::kContactLimit,
                                Outcome::kBelowMinimumValue, Outcome::kControlGroup}) {
    EXPECT_GT(outcomes[static_cast<std::size_t>(outcome)], kStates / 1000)
        << static_cast<int>(outcome);
  }
}

}  // namespace
}  // namespace tsugi
