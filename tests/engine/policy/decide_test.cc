// What is offered, in which order, and by which rule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "engine/policy/policy.h"
#include "tests/engine/policy/decide_fixture.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(DecideTest, OffersBestFirstWithRuleMomentAndFactors) {
  const Decision decision = Decide1(At(), {CrossSell(mouse_, 0.5), CrossSell(case_, 0.5)});
  ASSERT_THAT(Ids(decision.offered), ElementsAre("case", "mouse"));
  const DecidedOffer& best = decision.offered[0];
  EXPECT_EQ(best.outcome, Outcome::kOffered);
  EXPECT_EQ(best.rule_id, "cart");
  EXPECT_EQ(best.moment, Moment::kPrePurchase);
  EXPECT_EQ(best.until, std::nullopt);
  EXPECT_EQ(best.price, Money("30"));
  EXPECT_DOUBLE_EQ(best.value, 9);  // 30 % of 30
  EXPECT_DOUBLE_EQ(best.priority, 4.5);
  EXPECT_DOUBLE_EQ(best.expected_value(), 4.5);
  EXPECT_EQ(decision.no_offer, std::nullopt);
}

TEST_F(DecideTest, TheRuleWithTheHighestPriorityWins) {
  policy_ = Read(R"(version: 1
rules:
- {id: plain, moment: pre_purchase, offers: [cross_sell]}
- {id: heavy, moment: pre_purchase, offers: [cross_sell], weight: 2, lever: 1.5}
- {id: cheap, moment: pre_purchase, offers: [cross_sell], weight: 5, discount_percent: 25}
)");
  const Decision decision = Decide1(At(), {CrossSell(mouse_)});
  ASSERT_EQ(decision.offered.size(), 1U);
  EXPECT_EQ(decision.offered[0].rule_id, "heavy");  // 6 x 3, against 5 x (15 - 14)
  EXPECT_DOUBLE_EQ(decision.offered[0].context_weight, 2);
  EXPECT_DOUBLE_EQ(decision.offered[0].lever, 1.5);
  EXPECT_DOUBLE_EQ(decision.offered[0].priority, 0.5 * 2 * 6 * 1.5);
}

TEST_F(DecideTest, TheNextTierIsNeverDisplacedByAHigherOne) {
  Context context = WithPlan("2026-03-18");
  const auto offers = [&] {
    return std::vector<ScoredOffer>{
        About(context.subscriptions[0], OfferKind::kUpgrade, pro_, 0.9),
        About(context.subscriptions[0], OfferKind::kUpgrade, plus_, 0.1)};
  };
  EXPECT_THAT(Ids(Decide1(context, offers(), 1).offered), ElementsAre("Plus"));
  EXPECT_THAT(Ids(Decide1(context, offers(), 2).offered), ElementsAre("Pro", "Plus"));
}

TEST_F(DecideTest, TheNextTierTakesThePlaceOfTheHigherOneThatRanksLast) {
  const ProductRef top = shop_.Plan("Top", 4, "80");
  Context context = WithPlan("2026-03-18");
  const SubscriptionState& held = context.subscriptions[0];
  const Decision decision = Decide1(
      context,
      {About(held, OfferKind::kUpgrade, plus_, 0.01), CrossSell(case_, 0.9),
       About(held, OfferKind::kUpgrade, pro_, 0.8), About(held, OfferKind::kUpgrade, top, 0.9)},
      3);
  EXPECT_THAT(Ids(decision.offered), ElementsAre("Top", "case", "Plus"));
  ASSERT_THAT(Ids(decision.dropped), ElementsAre("Pro"));
  EXPECT_EQ(decision.dropped[0].outcome, Outcome::kOutranked);
  EXPECT_EQ(decision.dropped[0].rule_id, "renewal");
  EXPECT_EQ(decision.dropped[0].until, std::nullopt);  // no time changes that
}

TEST_F(DecideTest, AStepBetweenTheNextTierAndAHigherOneMayWait) {
  const ProductRef top = shop_.Plan("Top", 4, "80");
  Context context = WithPlan("2026-03-18");
  const SubscriptionState& held = context.subscriptions[0];
  const Decision decision = Decide1(
      context,
      {About(held, OfferKind::kUpgrade, plus_, 0.9), About(held, OfferKind::kUpgrade, pro_, 0.01),
       About(held, OfferKind::kUpgrade, top, 0.9)},
      2);
  EXPECT_THAT(Ids(decision.offered), ElementsAre("Top", "Plus"));
}

TEST_F(DecideTest, ANextTierThatIsOfferedToAnotherSubscriptionIsNotOfferedTwice) {
  Subscription second = facts_;
  second.id = "S2";
  Context context = WithPlan("2026-03-18");
  context.subscriptions.push_back({&second, basic_, std::nullopt});
  const Decision decision =
      Decide1(context,
              {About(context.subscriptions[0], OfferKind::kUpgrade, plus_, 0.9),
               About(context.subscriptions[1], OfferKind::kUpgrade, plus_, 0.1),
               About(context.subscriptions[1], OfferKind::kUpgrade, pro_, 0.8)},
              2);
  EXPECT_THAT(Ids(decision.offered), ElementsAre("Pro", "Plus"));
}

TEST_F(DecideTest, OffersOfAnotherKindMayDisplaceTheNextTier) {
  Context context = WithPlan("2026-03-18");
  const Decision decision = Decide1(
      context,
      {About(context.subscriptions[0], OfferKind::kUpgrade, plus_, 0.001), CrossSell(case_, 0.9)},
      1);
  EXPECT_THAT(Ids(decision.offered), ElementsAre("case"));
}

TEST_F(DecideTest, AProductIsOfferedOnceAndAnUpgradeIsNoCrossSell) {
  Context context = At();
  context.cart = {InCart(phone1_)};
  const Decision decision =
      Decide1(context, {CrossSell(phone2_, 0.99), UpgradeOf(phone1_, phone2_, 0.1),
                        CrossSell(mouse_), CrossSell(mouse_, 0.2)});
  ASSERT_THAT(Ids(decision.offered), ElementsAre("mouse", "phone2"));
  EXPECT_EQ(decision.offered[1].offer.candidate.kind, OfferKind::kUpgrade);
  ASSERT_THAT(Ids(decision.dropped), ElementsAre("mouse", "phone2"));
  EXPECT_EQ(decision.dropped[0].outcome, Outcome::kOutranked);
  EXPECT_EQ(decision.dropped[1].outcome, Outcome::kNoCandidate);
}

TEST_F(DecideTest, MaxSuggestionsIsTheSmallerOfTheRequestsAndThePolicys) {
  const ProductRef third = shop_.Goods("third");
  const ProductRef fourth = shop_.Goods("fourth");
  const auto count = [&](int asked) {
    return Decide1(At(), {CrossSell(mouse_), CrossSell(case_), CrossSell(third), CrossSell(fourth)},
                   asked)
        .offered.size();
  };
  EXPECT_EQ(count(0), 3U);
  EXPECT_EQ(count(1), 1U);
  EXPECT_EQ(count(3), 3U);
  EXPECT_EQ(count(100), 3U);
}

TEST_F(DecideTest, EqualPrioritiesFallToTheSmallerProductId) {
  const ProductRef b = shop_.Goods("b");
  const ProductRef a = shop_.Goods("a");
  const std::string id = "ab";
  const ProductRef unlisted{ProductIndex(std::size_t{900}), nullptr, &id};
  ScoredOffer orders_only = CrossSell(unlisted);
  orders_only.list_price = Money("10");
  const Decision decision = Decide1(At(), {orders_only, CrossSell(b), CrossSell(a)});
  EXPECT_THAT(Ids(decision.offered), ElementsAre("a", "ab", "b"));
}

TEST_F(DecideTest, DroppedOffersAreKeptOnlyWhenAskedFor) {
  const Decision decision = Decide(policy_, At(), {CrossSell(mouse_), CrossSell(case_)}, 1, false);
  EXPECT_EQ(decision.offered.size(), 1U);
  EXPECT_THAT(decision.dropped, IsEmpty());
}

TEST_F(DecideTest, ThePriceFilterAsksForThePriceAfterDiscountOfWhicheverRulePasses) {
  policy_ = Read(R"(version: 1
rules:
- {id: full, moment: pre_purchase, offers: [cross_sell], weight: 10}
- {id: less, moment: pre_purchase, offers: [cross_sell], discount_percent: 10}
)");
  Context context = At();
  context.filter.max_price = Money("18");
  const Decision decision = Decide1(context, {CrossSell(mouse_)});
  ASSERT_EQ(decision.offered.size(), 1U);
  EXPECT_EQ(decision.offered[0].rule_id, "less");
  EXPECT_EQ(decision.offered[0].price, Money("18"));
  EXPECT_EQ(decision.offered[0].discount_percent, 10);
}

// --- The built-in policies.

TEST_F(DecideTest, OpenRanksByProbabilityAloneWithoutLimits) {
  std::vector<ScoredOffer> offers;
  offers.reserve(50);
  for (int i = 0; i < 50; ++i) {
    offers.push_back(CrossSell(shop_.Goods("p" + std::to_string(100 + i), "0"), i / 50.0));
  }
  Context context = At();
  context.nps = SignalValue{0, context.at};
  context.open_complaints = {{"K", context.at}};
  context.consent_marketing = false;
  context.reactions = {{offers[3].candidate.product, Reaction::kDeclined, context.at}};
  const Decision all = Decide(OpenPolicy(), context, offers, 0);
  ASSERT_EQ(all.offered.size(), 50U);
  EXPECT_EQ(Ids(all.offered)[0], "p149");
  EXPECT_DOUBLE_EQ(all.offered[0].priority, 0.98);
  EXPECT_DOUBLE_EQ(all.offered[0].value, 1);
  EXPECT_DOUBLE_EQ(all.offered[0].context_weight, 1);
  EXPECT_EQ(Decide(OpenPolicy(), context, offers, 7).offered.size(), 7U);
}

TEST_F(DecideTest, OpenKeepsWhatCannotBeSoldOut) {
  Product gone;
  gone.id = "gone";
  gone.active = false;
  EXPECT_EQ(Decide(OpenPolicy(), At(), {CrossSell(shop_.Add(gone))}, 0).no_offer->reason,
            Outcome::kNoCandidate);
}

TEST_F(DecideTest, DefaultOffersAHigherPlanBeforeAnAddOnAtRenewal) {
  Product extra;
  extra.id = "extra";
  extra.kind = ProductKind::kAddOn;
  extra.price = Money("10");
  const ProductRef add_on = shop_.Add(extra);
  Context context = WithPlan("2026-03-18");
  context.outbound = true;
  context.placement = "cs";
  ScoredOffer offer = About(context.subscriptions[0], OfferKind::kAddOn, add_on, 0.5);
  offer.billing_months = 1;
  const Decision decision =
      Decide(DefaultPolicy(), context,
             {offer, About(context.subscriptions[0], OfferKind::kUpgrade, plus_, 0.5)}, 0);
  ASSERT_THAT(Ids(decision.offered), ElementsAre("Plus", "extra"));
  EXPECT_EQ(decision.offered[0].rule_id, "renewal-upgrade");
  EXPECT_EQ(decision.offered[0].until, facts_.renews_at);
  EXPECT_EQ(decision.offered[1].rule_id, "renewal-add-on");
}

}  // namespace
}  // namespace tsugi
