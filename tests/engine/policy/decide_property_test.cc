// What holds of every decision, over random shops, customers, policies and offers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "engine/policy/policy.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

constexpr int kStates = 20000;

constexpr const char* kPolicies[] = {
    R"(version: 1
rules:
- {id: cart, moment: pre_purchase, offers: [cross_sell, upgrade]}
- {id: renewal, moment: renewal, offers: [upgrade, add_on], weight: 1.2}
- {id: trial, moment: trial_end, offers: [trial_conversion, upgrade]}
)",
    R"(version: 1
contact_policy: {max_suggestions: 2, min_expected_value: 1, after_declined: {rest: 30d}}
suppress: {open_complaint: false, without_consent: all}
rules:
- {id: all, moment: pre_purchase, offers: [cross_sell, upgrade, add_on], when: {categories: [a, b]}}
- {id: less, moment: pre_purchase, offers: [cross_sell], discount_percent: 10, weight: 3}
- {id: renewal, moment: renewal, offers: [cross_sell, upgrade, add_on], window: {before: 20d},
   when: {nps_at_least: 5, tenure_at_least: 10d}}
- {id: cs, moment: trial_end, offers: [trial_conversion], placements: [cs], window: {before: 9d}}
)",
    R"(version: 1
contact_policy: {max_suggestions: 5, min_expected_value: 0}
suppress: {detractor: none, without_consent: none}
rules:
- {id: upgrades, moment: pre_purchase, offers: [upgrade], lever: 2}
- {id: late, moment: renewal, offers: [upgrade, cross_sell], window: {before: 5d, after: 5d}}
)"};

// One random state of the world.
class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {
    MakeProducts();
    MakeSubscriptions();
    MakeContext();
    MakeOffers();
  }

  base::Random& random() { return random_; }
  const Context& context() const { return context_; }
  Context& context() { return context_; }
  const std::vector<ScoredOffer>& offers() const { return offers_; }

 private:
  std::uint64_t Below(std::uint64_t bound) { return random_.Below(bound); }
  const ProductRef& AnyProduct() { return products_[Below(products_.size())]; }
  absl::Time Around(int days) {
    const auto seconds = static_cast<std::int64_t>(Below(static_cast<std::uint64_t>(days) * 86400));
    return now_ + absl::Seconds(seconds) - Days(days / 2);
  }
  absl::Time Before(int days) {
    return now_ - absl::Seconds(
                      static_cast<std::int64_t>(Below(static_cast<std::uint64_t>(days) * 86400)));
  }

  void MakeProducts() {
    for (int i = 0; i < 14; ++i) {
      Product product;
      product.id = absl::StrCat("P", (i * 5) % 14);
      product.category = std::string(1, static_cast<char>('a' + Below(3)));
      product.kind = i < 5 ? ProductKind::kPlan : ProductKind::kGoods;
      product.family = i < 5 ? "plans" : (i < 10 ? "phones" : "");
      if (Below(8) > 0) product.tier = static_cast<int>(Below(4));
      product.price = base::Decimal::FromUnits(static_cast<std::int64_t>(1 + Below(50)));
      if (Below(3) == 0) product.unit_cost = base::Decimal::FromUnits(5);
      product.billing_months = Below(2) == 0 ? 1 : 12;
      product.active = Below(10) > 0;
      product.in_stock = Below(10) > 0;
      products_.push_back(shop_.Add(std::move(product)));
    }
  }

  void MakeSubscriptions() {
    facts_.resize(Below(3));
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      facts_[i].id = absl::StrCat("S", i);
      facts_[i].status = static_cast<SubscriptionStatus>(Below(3));
      facts_[i].renews_at = Around(60);
      facts_[i].trial_ends_at = Around(14);
    }
  }

  void MakeContext() {
    context_ = At();
    context_.at = now_;
    for (const Subscription& facts : facts_) {
      context_.subscriptions.push_back({&facts, products_[Below(5)], std::nullopt});
    }
    context_.outbound = Below(3) == 0;
    context_.placement = context_.outbound ? "cs" : "cart";
    context_.consent_marketing = Below(5) > 0;
    if (Below(4) == 0) context_.moment = static_cast<Moment>(Below(4));
    if (Below(2) == 0) context_.nps = SignalValue{static_cast<double>(Below(11)), Before(400)};
    if (Below(2) == 0) context_.since = Before(30);
    if (Below(8) == 0) context_.open_complaints = {{"K", Before(10)}};
    for (std::uint64_t i = Below(3); i > 0; --i) context_.cart.push_back(InCart(AnyProduct()));
    for (std::uint64_t i = Below(2); i > 0; --i) context_.viewed.push_back(AnyProduct());
    for (std::uint64_t i = Below(3); i > 0; --i) context_.excluded.push_back(AnyProduct().index);
    for (std::uint64_t i = Below(3); i > 0; --i) context_.owned.push_back(AnyProduct().index);
    std::sort(context_.excluded.begin(), context_.excluded.end());
    std::sort(context_.owned.begin(), context_.owned.end());
    if (Below(5) == 0) context_.filter.categories = {"a"};
    if (Below(8) == 0) context_.filter.kinds = {OfferKind::kCrossSell};
    if (Below(5) == 0) context_.filter.max_price = base::Decimal::FromUnits(30);
    std::vector<absl::Time> times;
    for (std::uint64_t i = Below(4); i > 0; --i) times.push_back(Before(100));
    std::sort(times.begin(), times.end());
    for (const absl::Time time : times) {
      context_.reactions.push_back({AnyProduct(), static_cast<Reaction>(Below(3)), time});
    }
  }

  void MakeOffers() {
    const std::uint64_t count = Below(14);
    for (std::uint64_t i = 0; i < count; ++i) {
      constexpr OfferKind kKinds[] = {OfferKind::kCrossSell, OfferKind::kUpgrade,
                                      OfferKind::kTrialConversion, OfferKind::kAddOn};
      ScoredOffer offer = Offer(kKinds[Below(4)], AnyProduct(),
                                static_cast<double>(Below(5)) / 4);  // ties are frequent
      if (!context_.subscriptions.empty() && Below(2) == 0) {
        offer.candidate.subscription =
            &context_.subscriptions[Below(context_.subscriptions.size())];
        offer.candidate.replaces = offer.candidate.subscription->plan;
      } else if (offer.candidate.kind == OfferKind::kUpgrade) {
        offer.candidate.replaces = context_.cart.empty() ? AnyProduct() : context_.cart[0].product;
      }
      const auto same = [&](const ScoredOffer& other) {
        return other.candidate.product.index == offer.candidate.product.index &&
               other.candidate.kind == offer.candidate.kind &&
               other.candidate.subscription == offer.candidate.subscription &&
               other.candidate.replaces.index == offer.candidate.replaces.index;
      };
      if (std::none_of(offers_.begin(), offers_.end(), same)) offers_.push_back(offer);
    }
  }

  base::Random random_;
  absl::Time now_ = T("2026-03-10T12:00:00Z");
  Catalogue shop_;
  std::vector<ProductRef> products_;
  std::vector<Subscription> facts_;
  Context context_;
  std::vector<ScoredOffer> offers_;
};

std::string Text(const DecidedOffer& offer) {
  const Candidate& candidate = offer.offer.candidate;
  return absl::StrCat(
      std::string(candidate.product.id()), "/", static_cast<int>(candidate.kind), "/",
      candidate.subscription == nullptr ? "-" : candidate.subscription->facts->id, "/",
      std::string(candidate.replaces.id()), " ", static_cast<int>(offer.outcome), " ",
      offer.rule_id, " ", offer.priority, " ", offer.price.ToString(), " ",
      offer.until.has_value() ? base::FormatTime(*offer.until) : "-", "\n");
}

std::string Text(const Decision& decision) {
  std::string text;
  for (const DecidedOffer& offer : decision.offered) text += Text(offer);
  text += "--\n";
  for (const DecidedOffer& offer : decision.dropped) text += Text(offer);
  if (decision.no_offer.has_value()) {
    absl::StrAppend(&text, static_cast<int>(decision.no_offer->reason), " ",
                    decision.no_offer->retry_at.has_value()
                        ? base::FormatTime(*decision.no_offer->retry_at)
                        : "-");
  }
  return text;
}

// Whether the product may come back, straight from the words of the contract.
bool Rests(const Policy& policy, const Context& context, const Product& product) {
  for (std::size_t i = 0; i < context.reactions.size(); ++i) {
    const PastReaction& past = context.reactions[i];
    if (past.reaction == Reaction::kAccepted) continue;
    const bool declined = past.reaction == Reaction::kDeclined;
    const Product& other = *past.product.facts;
    bool about = other.id == product.id;
    if (declined && !other.family.empty() && other.family == product.family) {
      about = about || !other.tier || !product.tier || *product.tier >= *other.tier;
    }
    const absl::Duration rest = declined ? policy.contact_policy.rest_after_declined
                                         : policy.contact_policy.rest_after_maybe_later;
    bool accepted = false;
    for (std::size_t k = i + 1; k < context.reactions.size(); ++k) {
      accepted = accepted || (context.reactions[k].reaction == Reaction::kAccepted &&
                              context.reactions[k].product.facts->id == product.id);
    }
    if (about && !accepted && context.at < past.at + rest) return true;
  }
  return false;
}

void ExpectAllowed(const Policy& policy, const Context& context, const DecidedOffer& offer) {
  const Candidate& candidate = offer.offer.candidate;
  const Product& product = *candidate.product.facts;
  const auto has = [&](const std::vector<ProductIndex>& list) {
    return std::find(list.begin(), list.end(), candidate.product.index) != list.end();
  };
  EXPECT_TRUE(product.active && product.in_stock);
  EXPECT_FALSE(has(context.excluded));
  EXPECT_TRUE(candidate.kind == OfferKind::kTrialConversion || !has(context.owned));
  for (const CartItem& item : context.cart) EXPECT_NE(item.product_id, product.id);
  if (!context.filter.categories.empty()) {
    EXPECT_EQ(product.category, "a");
  }
  if (!context.filter.kinds.empty()) {
    EXPECT_EQ(candidate.kind, OfferKind::kCrossSell);
  }
  if (context.filter.max_price) {
    EXPECT_LE(offer.price, *context.filter.max_price);
  }
  EXPECT_FALSE(Rests(policy, context, product));
  EXPECT_GE(offer.expected_value(), policy.contact_policy.min_expected_value);
  EXPECT_TRUE(!context.moment || offer.moment == context.moment);
  EXPECT_TRUE(!offer.until || *offer.until > context.at);
  EXPECT_FALSE(policy.suppress.open_complaint && !context.open_complaints.empty());
  const auto& detractor = policy.suppress.detractor;
  const bool unhappy = detractor && context.nps && context.nps->value <= detractor->nps_at_most &&
                       context.at < context.nps->at + detractor->within;
  EXPECT_FALSE(unhappy && (context.outbound || candidate.kind == OfferKind::kUpgrade));
}

// No next tier waits while a higher one of its ladder is offered.
void ExpectNextTierFirst(const Decision& decision) {
  const auto ladder = [](const Candidate& c) {
    return absl::StrCat(c.product.facts->family, "|", std::string(c.replaces.id()), "|",
                        c.subscription == nullptr ? "" : c.subscription->facts->id);
  };
  const auto is_step = [](const DecidedOffer& o) {
    const Candidate& c = o.offer.candidate;
    return c.kind == OfferKind::kUpgrade && c.product.facts->tier &&
           !c.product.facts->family.empty();
  };
  std::set<std::string> offered_products;
  for (const DecidedOffer& offer : decision.offered) {
    offered_products.emplace(offer.offer.candidate.product.id());
  }
  for (const DecidedOffer& waiting : decision.dropped) {
    if (waiting.outcome != Outcome::kOutranked || !is_step(waiting)) continue;
    // The same product may be offered for something else; then it is no longer a step here.
    const Candidate& step = waiting.offer.candidate;
    if (offered_products.contains(std::string(step.product.id()))) continue;
    bool higher = false;
    bool lower = false;
    for (const DecidedOffer& offer : decision.offered) {
      const Candidate& other = offer.offer.candidate;
      if (!is_step(offer) || ladder(other) != ladder(step)) continue;
      (*other.product.facts->tier > *step.product.facts->tier ? higher : lower) = true;
    }
    // A step that was the second best use of its product does not count either.
    const bool only_use = std::none_of(
        decision.dropped.begin(), decision.dropped.end(), [&](const DecidedOffer& other) {
          return &other != &waiting && other.outcome == Outcome::kOutranked &&
                 other.offer.candidate.product.index == step.product.index;
        });
    EXPECT_FALSE(only_use && higher && !lower) << Text(waiting);
  }
}

void ExpectWellFormed(const Policy& policy, const World& world, const Decision& decision,
                      int asked) {
  const auto most =
      static_cast<std::size_t>(asked == 0 ? policy.contact_policy.max_suggestions
                                          : std::min(asked, policy.contact_policy.max_suggestions));
  EXPECT_LE(decision.offered.size(), most);
  EXPECT_EQ(decision.offered.size() + decision.dropped.size(), world.offers().size());
  EXPECT_EQ(decision.offered.empty(), decision.no_offer.has_value());
  std::set<ProductIndex> products;
  for (std::size_t i = 0; i < decision.offered.size(); ++i) {
    const DecidedOffer& offer = decision.offered[i];
    EXPECT_EQ(offer.outcome, Outcome::kOffered);
    EXPECT_TRUE(products.insert(offer.offer.candidate.product.index).second);
    if (i > 0) {
      EXPECT_GE(decision.offered[i - 1].priority, offer.priority);
    }
    ExpectAllowed(policy, world.context(), offer);
  }
  for (const DecidedOffer& offer : decision.dropped) {
    EXPECT_NE(offer.outcome, Outcome::kOffered);
    if (decision.no_offer.has_value()) {
      EXPECT_NE(offer.outcome, Outcome::kOutranked);
    }
    if (decision.no_offer.has_value() && !offer.rule_id.empty()) {
      EXPECT_LE(offer.outcome, decision.no_offer->reason);
    }
    if (offer.until.has_value()) {
      EXPECT_GT(*offer.until, world.context().at);
    }
  }
  if (decision.no_offer.has_value() && decision.no_offer->retry_at.has_value()) {
    EXPECT_GT(*decision.no_offer->retry_at, world.context().at);
  }
  ExpectNextTierFirst(decision);
}

// Time passing alone never shortens a rest: what rests now rests until the instant it was given.
void ExpectRestsKept(const Policy& policy, World* world, const Decision& before) {
  const absl::Time now = world->context().at;
  for (const DecidedOffer& resting : before.dropped) {
    if (resting.outcome != Outcome::kCoolingDown) continue;
    const ProductIndex product = resting.offer.candidate.product.index;
    const auto length = absl::ToInt64Seconds(*resting.until - now);
    const auto later = static_cast<std::int64_t>(
        world->random().Below(static_cast<std::uint64_t>(std::max<std::int64_t>(length, 1))));
    world->context().at = now + absl::Seconds(later);
    const Decision after = Decide(policy, world->context(), world->offers(), 0);
    for (const DecidedOffer& offer : after.offered) {
      EXPECT_NE(offer.offer.candidate.product.index, product);
    }
    for (const DecidedOffer& offer : after.dropped) {
      if (offer.offer.candidate.product.index == product &&
          offer.outcome == Outcome::kCoolingDown) {
        EXPECT_EQ(offer.until, resting.until);
      }
    }
  }
  world->context().at = now;
}

TEST(DecidePropertyTest, HoldsOverRandomStates) {
  std::vector<Policy> policies;
  for (const char* const yaml : kPolicies) policies.push_back(Read(yaml));
  std::set<Outcome> reasons;
  std::size_t offered = 0;
  for (int state = 0; state < kStates; ++state) {
    SCOPED_TRACE(absl::StrCat("state ", state));
    World world(static_cast<std::uint64_t>(state));
    const Policy& policy = policies[static_cast<std::size_t>(state) % policies.size()];
    const int asked = static_cast<int>(world.random().Below(4));
    const Decision decision = Decide(policy, world.context(), world.offers(), asked);
    ExpectWellFormed(policy, world, decision, asked);

    std::vector<ScoredOffer> shuffled = world.offers();
    world.random().Shuffle(std::span<ScoredOffer>(shuffled));
    EXPECT_EQ(Text(Decide(policy, world.context(), shuffled, asked)), Text(decision));

    const Decision short_form = Decide(policy, world.context(), world.offers(), asked, false);
    EXPECT_EQ(Ids(short_form.offered), Ids(decision.offered));
    EXPECT_EQ(short_form.no_offer.has_value(), decision.no_offer.has_value());

    ExpectRestsKept(policy, &world, decision);
    offered += decision.offered.size();
    if (decision.no_offer.has_value()) reasons.insert(decision.no_offer->reason);
    if (::testing::Test::HasFailure()) break;  // one state is enough to look at
  }
  // The states are worth the name: offers are made, and every reason for silence comes up.
  EXPECT_GT(offered, static_cast<std::size_t>(kStates) / 3);
  EXPECT_THAT(reasons,
              ::testing::UnorderedElementsAre(
                  Outcome::kOpenComplaint, Outcome::kDetractor, Outcome::kNoConsent,
                  Outcome::kNoMomentOpen, Outcome::kConditionsNotMet, Outcome::kNoCandidate,
                  Outcome::kCoolingDown, Outcome::kFiltered, Outcome::kBelowMinimumValue));
}

}  // namespace
}  // namespace tsugi
