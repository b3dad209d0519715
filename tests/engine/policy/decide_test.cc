// The stages of a decision: what is let through, what is dropped at which stage, and until when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "engine/policy/policy.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kSimple[] = R"(version: 1
rules:
- {id: cart, moment: pre_purchase, offers: [cross_sell, upgrade]}
- {id: renewal, moment: renewal, offers: [upgrade, add_on]}
- {id: trial, moment: trial_end, offers: [trial_conversion]}
)";

// A customer on the plan Basic, renewed monthly; three tiers and an add-on.
class DecideTest : public ::testing::Test {
 protected:
  DecideTest() {
    facts_.id = "S1";
    facts_.customer_id = "C1";
    facts_.product_id = "Basic";
    facts_.started_at = T("2025-01-20");
    facts_.renews_at = T("2026-03-20T00:00:00Z");
  }

  Context WithPlan(const std::string& at) {
    Context context = At(at);
    context.subscriptions = {{&facts_, basic_, std::nullopt}};
    return context;
  }

  Decision Decide1(const Context& context, std::vector<ScoredOffer> offers, int most = 0) {
    return Decide(policy_, context, std::move(offers), most);
  }

  Catalogue shop_;
  ProductRef basic_ = shop_.Plan("Basic", 1, "10");
  ProductRef plus_ = shop_.Plan("Plus", 2, "20");
  ProductRef pro_ = shop_.Plan("Pro", 3, "40");
  ProductRef mouse_ = shop_.Goods("mouse", "20");
  ProductRef case_ = shop_.Goods("case", "30");
  ProductRef phone1_ = shop_.Goods("phone1", "100", "phone", 1);
  ProductRef phone2_ = shop_.Goods("phone2", "150", "phone", 2);
  Subscription facts_;
  Policy policy_ = Read(kSimple);
};

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

TEST_F(DecideTest, AnOpenComplaintSuppressesInboundAndOutbound) {
  for (const bool outbound : {false, true}) {
    Context context = WithPlan("2026-03-18");
    context.outbound = outbound;
    context.open_complaints = {{"K1", T("2026-01-01")}};
    const Decision decision = Decide1(
        context, {CrossSell(mouse_), About(context.subscriptions[0], OfferKind::kUpgrade, plus_)});
    EXPECT_THAT(decision.offered, IsEmpty());
    ASSERT_TRUE(decision.no_offer.has_value());
    EXPECT_EQ(decision.no_offer->reason, Outcome::kOpenComplaint);
    EXPECT_EQ(decision.no_offer->retry_at, std::nullopt);
    ASSERT_THAT(Ids(decision.dropped), ElementsAre("Plus", "mouse"));
    EXPECT_EQ(decision.dropped[0].outcome, Outcome::kOpenComplaint);
  }
}

TEST_F(DecideTest, NoMomentOpenNamesTheNearestOpening) {
  Context context = WithPlan("2026-03-01");
  context.outbound = true;
  context.placement = "cs";
  const Decision decision =
      Decide1(context, {About(context.subscriptions[0], OfferKind::kUpgrade, plus_)});
  ASSERT_TRUE(decision.no_offer.has_value());
  EXPECT_EQ(decision.no_offer->reason, Outcome::kNoMomentOpen);
  // A quarter of the 28 days from 20 February.
  EXPECT_EQ(decision.no_offer->retry_at, T("2026-03-13T00:00:00Z"));
  ASSERT_EQ(decision.dropped.size(), 1U);
  EXPECT_EQ(decision.dropped[0].rule_id, "renewal");
  EXPECT_EQ(decision.dropped[0].until, T("2026-03-13T00:00:00Z"));
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

TEST_F(DecideTest, ADetractorIsNotOfferedTheUpgradeAsACrossSellInstead) {
  Context context = At();
  context.cart = {InCart(phone1_)};
  context.nps = SignalValue{2, T("2026-03-01")};
  const Decision decision = Decide1(context, {CrossSell(phone2_), UpgradeOf(phone1_, phone2_)});
  EXPECT_THAT(decision.offered, IsEmpty());
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

// --- Suppression.

TEST_F(DecideTest, SuppressionOfComplaintsCanBeSwitchedOff) {
  policy_.suppress.open_complaint = false;
  Context context = At();
  context.open_complaints = {{"K1", T("2026-01-01")}};
  EXPECT_EQ(Decide1(context, {CrossSell(mouse_)}).offered.size(), 1U);
}

TEST_F(DecideTest, ADetractorGetsNoUpgradesAnywhereAndNothingOutbound) {
  Context context = At();
  context.cart = {InCart(phone1_)};
  context.nps = SignalValue{6, T("2026-03-01")};
  const absl::Time end = T("2026-03-01") + Days(180);
  Decision decision = Decide1(context, {CrossSell(mouse_), UpgradeOf(phone1_, phone2_)});
  EXPECT_THAT(Ids(decision.offered), ElementsAre("mouse"));
  ASSERT_EQ(decision.dropped.size(), 1U);
  EXPECT_EQ(decision.dropped[0].outcome, Outcome::kDetractor);
  EXPECT_EQ(decision.dropped[0].until, end);

  context.outbound = true;
  decision = Decide1(context, {CrossSell(mouse_), UpgradeOf(phone1_, phone2_)});
  ASSERT_TRUE(decision.no_offer.has_value());
  EXPECT_EQ(decision.no_offer->reason, Outcome::kDetractor);
  EXPECT_EQ(decision.no_offer->retry_at, end);

  context.nps->value = 6.5;
  EXPECT_EQ(Decide1(context, {CrossSell(mouse_)}).offered.size(), 1U);
}

TEST_F(DecideTest, ADetractorIsOneFromTheAnswerUntilItIsTooOld) {
  Context context = At();
  context.outbound = true;
  context.cart = {InCart(phone1_)};
  context.nps = SignalValue{0, T("2026-03-01T08:00:00Z")};
  const absl::Time end = context.nps->at + Days(180);
  for (const auto& [at, offered] : {std::pair{context.nps->at, 0U},
                                    std::pair{end - absl::Seconds(1), 0U}, std::pair{end, 1U}}) {
    context.at = at;
    EXPECT_EQ(Decide1(context, {CrossSell(mouse_)}).offered.size(), offered);
  }
}

TEST_F(DecideTest, ARuleOfNothingButUpgradesEndsAtADetractor) {
  policy_ = Read("version: 1\nrules:\n- {id: u, moment: pre_purchase, offers: [upgrade]}\n");
  Context context = At();
  context.nps = SignalValue{1, T("2026-03-01")};
  const Decision decision = Decide1(context, {CrossSell(mouse_)});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kDetractor);
  EXPECT_EQ(decision.no_offer->retry_at, T("2026-03-01") + Days(180));
}

TEST_F(DecideTest, ConsentIsAskedAsThePolicySays) {
  using WithoutConsent = Suppression::WithoutConsent;
  struct Case {
    WithoutConsent without;
    bool outbound;
    bool consent;
    bool offered;
  };
  for (const Case& c : {Case{WithoutConsent::kOutbound, false, false, true},
                        Case{WithoutConsent::kOutbound, true, false, false},
                        Case{WithoutConsent::kOutbound, true, true, true},
                        Case{WithoutConsent::kAll, false, false, false},
                        Case{WithoutConsent::kAll, false, true, true},
                        Case{WithoutConsent::kNothing, true, false, true}}) {
    policy_.suppress.without_consent = c.without;
    Context context = At();
    context.cart = {InCart(case_)};
    context.outbound = c.outbound;
    context.consent_marketing = c.consent;
    const Decision decision = Decide1(context, {CrossSell(mouse_)});
    EXPECT_EQ(decision.offered.size(), c.offered ? 1U : 0U);
    if (!c.offered) {
      EXPECT_EQ(decision.no_offer->reason, Outcome::kNoConsent);
    }
  }
}

// --- Why nothing: each reason, and the order in which they come.

TEST_F(DecideTest, NoMomentOpenWithoutAnyEventKnowsNoTime) {
  Context context = At();
  context.outbound = true;
  const Decision decision = Decide1(context, {});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kNoMomentOpen);
  EXPECT_EQ(decision.no_offer->retry_at, std::nullopt);
}

TEST_F(DecideTest, TheNearestOpeningCountsWithoutAnyCandidateToo) {
  Subscription trial = facts_;
  trial.id = "S2";
  trial.status = SubscriptionStatus::kTrialing;
  trial.trial_ends_at = T("2026-03-10");
  Context context = WithPlan("2026-03-01");
  context.outbound = true;
  context.subscriptions.push_back({&trial, pro_, std::nullopt});
  EXPECT_EQ(Decide1(context, {}).no_offer->retry_at, T("2026-03-07"));
  context.moment = Moment::kRenewal;
  EXPECT_EQ(Decide1(context, {}).no_offer->retry_at, T("2026-03-13"));
  context.moment = Moment::kWinBack;
  EXPECT_EQ(Decide1(context, {}).no_offer->retry_at, std::nullopt);
}

TEST_F(DecideTest, NothingToOfferAtAnOpenMomentIsNoCandidate) {
  EXPECT_EQ(Decide1(At(), {}).no_offer->reason, Outcome::kNoCandidate);
  // A candidate whose own moment is closed does not change that.
  Context context = WithPlan("2026-03-01");
  const Decision decision =
      Decide1(context, {About(context.subscriptions[0], OfferKind::kUpgrade, plus_)});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kNoCandidate);
  EXPECT_EQ(decision.dropped[0].outcome, Outcome::kNoMomentOpen);
}

TEST_F(DecideTest, ACandidateThatMissesAConditionOfItsOwnIsNoLackOfCandidates) {
  policy_ = Read(
      "version: 1\nrules:\n- {id: r, moment: pre_purchase, offers: [cross_sell], when: "
      "{categories: [others]}}\n");
  EXPECT_EQ(Decide1(At(), {CrossSell(mouse_)}).no_offer->reason, Outcome::kConditionsNotMet);
  EXPECT_EQ(Decide1(At(), {}).no_offer->reason, Outcome::kNoCandidate);
}

TEST_F(DecideTest, ProductsInTheCartOwnedOrNotForSaleAreNoCandidates) {
  Product gone;
  gone.id = "gone";
  gone.active = false;
  gone.price = Money("10");
  Product out_of_stock = gone;
  out_of_stock.id = "out";
  out_of_stock.active = true;
  out_of_stock.in_stock = false;
  Context context = At();
  context.cart = {InCart(mouse_)};
  context.owned = {case_.index};
  const Decision decision =
      Decide1(context, {CrossSell(mouse_), CrossSell(case_), CrossSell(shop_.Add(gone)),
                        CrossSell(shop_.Add(out_of_stock)), CrossSell(ProductRef{})});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kNoCandidate);
  for (const DecidedOffer& offer : decision.dropped) {
    EXPECT_EQ(offer.outcome, Outcome::kNoCandidate);
  }
}

TEST_F(DecideTest, ThePlanOnTrialIsOwnedAndStillConverted) {
  facts_.status = SubscriptionStatus::kTrialing;
  facts_.trial_ends_at = T("2026-03-11");
  Context context = WithPlan("2026-03-10");
  context.owned = {basic_.index};
  const Decision decision =
      Decide1(context, {About(context.subscriptions[0], OfferKind::kTrialConversion, basic_)});
  EXPECT_THAT(Ids(decision.offered), ElementsAre("Basic"));
}

TEST_F(DecideTest, FilterAndExclusionsOfTheRequestAreTheReason) {
  const auto reason = [&](const Context& context) {
    const Decision decision = Decide1(context, {CrossSell(mouse_)});
    return decision.no_offer.has_value() ? decision.no_offer->reason : Outcome::kOffered;
  };
  Context context = At();
  context.excluded = {mouse_.index};
  EXPECT_EQ(reason(context), Outcome::kFiltered);
  context = At();
  context.filter.categories = {"others"};
  EXPECT_EQ(reason(context), Outcome::kFiltered);
  context.filter.categories = {"others", "things"};
  EXPECT_EQ(reason(context), Outcome::kOffered);
  context = At();
  context.filter.kinds = {OfferKind::kUpgrade};
  EXPECT_EQ(reason(context), Outcome::kFiltered);
  context = At();
  context.filter.min_price = Money("20");
  context.filter.max_price = Money("20");
  EXPECT_EQ(reason(context), Outcome::kOffered);
  context.filter.min_price = Money("20.01");
  EXPECT_EQ(reason(context), Outcome::kFiltered);
  context.filter.min_price.reset();
  context.filter.max_price = Money("19.99");
  EXPECT_EQ(reason(context), Outcome::kFiltered);
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

TEST_F(DecideTest, BelowTheMinimumValueIsSilence) {
  policy_.contact_policy.min_expected_value = 3;
  EXPECT_EQ(Decide1(At(), {CrossSell(mouse_, 0.5)}).offered.size(), 1U);  // 0.5 x 6
  const Decision decision = Decide1(At(), {CrossSell(mouse_, 0.4999)});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kBelowMinimumValue);
  EXPECT_EQ(Decide1(At(), {CrossSell(mouse_, std::nan(""))}).no_offer->reason,
            Outcome::kBelowMinimumValue);
}

TEST_F(DecideTest, TheReasonIsTheStageAtWhichTheLastOfferFell) {
  // Furthest first: value, then filter, then rest; each alone is the reason, the furthest wins.
  Context context = At();
  context.excluded = {case_.index};
  context.reactions = {{mouse_, Reaction::kDeclined, T("2026-03-01")}};
  const ProductRef cheap = shop_.Goods("cheap", "0.01");
  EXPECT_EQ(
      Decide1(context, {CrossSell(mouse_), CrossSell(case_), CrossSell(cheap)}).no_offer->reason,
      Outcome::kBelowMinimumValue);
  EXPECT_EQ(Decide1(context, {CrossSell(mouse_), CrossSell(case_)}).no_offer->reason,
            Outcome::kFiltered);
  const Decision decision = Decide1(context, {CrossSell(mouse_)});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kCoolingDown);
  EXPECT_EQ(decision.no_offer->retry_at, T("2026-03-01") + Days(90));
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
