// What is dropped at which stage, until when, and the reason given where nothing is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <utility>

#include "engine/policy/policy.h"
#include "tests/engine/policy/decide_fixture.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DecideSilenceTest : public DecideTest {};

// --- Suppression.

TEST_F(DecideSilenceTest, AnOpenComplaintSuppressesInboundAndOutbound) {
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

TEST_F(DecideSilenceTest, ADetractorIsNotOfferedTheUpgradeAsACrossSellInstead) {
  Context context = At();
  context.cart = {InCart(phone1_)};
  context.nps = SignalValue{2, T("2026-03-01")};
  const Decision decision = Decide1(context, {CrossSell(phone2_), UpgradeOf(phone1_, phone2_)});
  EXPECT_THAT(decision.offered, IsEmpty());
}

TEST_F(DecideSilenceTest, SuppressionOfComplaintsCanBeSwitchedOff) {
  policy_.suppress.open_complaint = false;
  Context context = At();
  context.open_complaints = {{"K1", T("2026-01-01")}};
  EXPECT_EQ(Decide1(context, {CrossSell(mouse_)}).offered.size(), 1U);
}

TEST_F(DecideSilenceTest, ADetractorGetsNoUpgradesAnywhereAndNothingOutbound) {
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

TEST_F(DecideSilenceTest, ADetractorIsOneFromTheAnswerUntilItIsTooOld) {
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

TEST_F(DecideSilenceTest, ARuleOfNothingButUpgradesEndsAtADetractor) {
  policy_ = Read("version: 1\nrules:\n- {id: u, moment: pre_purchase, offers: [upgrade]}\n");
  Context context = At();
  context.nps = SignalValue{1, T("2026-03-01")};
  const Decision decision = Decide1(context, {CrossSell(mouse_)});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kDetractor);
  EXPECT_EQ(decision.no_offer->retry_at, T("2026-03-01") + Days(180));
}

TEST_F(DecideSilenceTest, ConsentIsAskedAsThePolicySays) {
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

// --- Each reason, and the order in which they come.

TEST_F(DecideSilenceTest, NoMomentOpenNamesTheNearestOpening) {
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

TEST_F(DecideSilenceTest, NoMomentOpenWithoutAnyEventKnowsNoTime) {
  Context context = At();
  context.outbound = true;
  const Decision decision = Decide1(context, {});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kNoMomentOpen);
  EXPECT_EQ(decision.no_offer->retry_at, std::nullopt);
}

TEST_F(DecideSilenceTest, TheNearestOpeningCountsWithoutAnyCandidateToo) {
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

TEST_F(DecideSilenceTest, NothingToOfferAtAnOpenMomentIsNoCandidate) {
  EXPECT_EQ(Decide1(At(), {}).no_offer->reason, Outcome::kNoCandidate);
  // A candidate whose own moment is closed does not change that.
  Context context = WithPlan("2026-03-01");
  const Decision decision =
      Decide1(context, {About(context.subscriptions[0], OfferKind::kUpgrade, plus_)});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kNoCandidate);
  EXPECT_EQ(decision.dropped[0].outcome, Outcome::kNoMomentOpen);
}

TEST_F(DecideSilenceTest, ACandidateThatMissesAConditionOfItsOwnIsNoLackOfCandidates) {
  policy_ = Read(
      "version: 1\nrules:\n- {id: r, moment: pre_purchase, offers: [cross_sell], when: "
      "{categories: [others]}}\n");
  EXPECT_EQ(Decide1(At(), {CrossSell(mouse_)}).no_offer->reason, Outcome::kConditionsNotMet);
  EXPECT_EQ(Decide1(At(), {}).no_offer->reason, Outcome::kNoCandidate);
}

TEST_F(DecideSilenceTest, ProductsInTheCartOwnedOrNotForSaleAreNoCandidates) {
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

TEST_F(DecideSilenceTest, ThePlanOnTrialIsOwnedAndStillConverted) {
  facts_.status = SubscriptionStatus::kTrialing;
  facts_.trial_ends_at = T("2026-03-11");
  Context context = WithPlan("2026-03-10");
  context.owned = {basic_.index};
  const Decision decision =
      Decide1(context, {About(context.subscriptions[0], OfferKind::kTrialConversion, basic_)});
  EXPECT_THAT(Ids(decision.offered), ElementsAre("Basic"));
}

TEST_F(DecideSilenceTest, FilterAndExclusionsOfTheRequestAreTheReason) {
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

TEST_F(DecideSilenceTest, BelowTheMinimumValueIsSilence) {
  policy_.contact_policy.min_expected_value = 3;
  EXPECT_EQ(Decide1(At(), {CrossSell(mouse_, 0.5)}).offered.size(), 1U);  // 0.5 x 6
  const Decision decision = Decide1(At(), {CrossSell(mouse_, 0.4999)});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kBelowMinimumValue);
  EXPECT_EQ(Decide1(At(), {CrossSell(mouse_, std::nan(""))}).no_offer->reason,
            Outcome::kBelowMinimumValue);
}

TEST_F(DecideSilenceTest, TheReasonIsTheStageAtWhichTheLastOfferFell) {
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

}  // namespace
}  // namespace tsugi
