#include "engine/acceptance/features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

#include "tests/testing/shop.h"

namespace tsugi {
namespace {

using ::testing::Each;
using ::testing::FloatNear;
using ::tsugi::testing::At;
using F = AcceptanceFeature;

class AcceptanceFeaturesTest : public ::testing::Test {
 protected:
  AcceptanceFeaturesTest() {
    product_.id = "P";
    context_.at = At("2024-07-10");
    context_.zone = absl::UTCTimeZone();
    offer_.candidate.product = {ProductIndex(3U), &product_, nullptr};
    offer_.probability = 1 / (1 + std::exp(3.0));  // logit -3
  }

  float Of(F feature) {
    AcceptanceRows(context_).Fill(offer_, row_);
    return row_[static_cast<std::size_t>(feature)];
  }

  Product product_;
  Context context_;
  ScoredOffer offer_;
  std::array<float, kAcceptanceFeatureCount> row_ = {};
};

TEST_F(AcceptanceFeaturesTest, NothingKnownIsZero) {
  AcceptanceRows(context_).Fill(offer_, row_);
  EXPECT_THAT(row_, Each(FloatNear(0, 1e-6F)));
}

TEST_F(AcceptanceFeaturesTest, EveryFeatureHasAName) {
  for (const std::string_view name : AcceptanceFeatureNames()) EXPECT_FALSE(name.empty());
}

TEST_F(AcceptanceFeaturesTest, TheSeasonIsTheMonthInTheStoresZone) {
  product_.season_months = 1U << 6U;  // July
  EXPECT_FLOAT_EQ(Of(F::kInSeason), 1);
  context_.at = At("2024-08-01");
  EXPECT_FLOAT_EQ(Of(F::kInSeason), -1);
  context_.zone = absl::FixedTimeZone(-3600);  // still July there
  EXPECT_FLOAT_EQ(Of(F::kInSeason), 1);
}

TEST_F(AcceptanceFeaturesTest, AHabitIsDueAnIntervalAfterTheLastPurchase) {
  product_.consumable = true;
  EXPECT_FLOAT_EQ(Of(F::kDue), 0);
  EXPECT_FLOAT_EQ(Of(F::kHabit), 0);  // never bought
  offer_.habit_phase = 0.5;
  EXPECT_FLOAT_EQ(Of(F::kDue), 0);
  EXPECT_FLOAT_EQ(Of(F::kHabit), 1);
  offer_.habit_phase = 1;
  EXPECT_FLOAT_EQ(Of(F::kDue), 1);
  offer_.habit_phase = 1.25;
  EXPECT_FLOAT_EQ(Of(F::kDue), 0.5);
  offer_.candidate.kind = OfferKind::kSubscribeAndSave;
  EXPECT_FLOAT_EQ(Of(F::kHabit), 0);  // of CROSS_SELL alone
  EXPECT_FLOAT_EQ(Of(F::kSubscribeAndSave), 1);
}

TEST_F(AcceptanceFeaturesTest, AHabitIsOverdueAsFarAsItHasProbablyNotEnded) {
  offer_.habit_phase = 1.5;
  offer_.habit_due = 0.8;
  EXPECT_FLOAT_EQ(Of(F::kOverdue), 0.8F);
  offer_.habit_alive = 0.25;  // long overdue: he has probably stopped
  EXPECT_FLOAT_EQ(Of(F::kOverdue), 0.2F);
  EXPECT_FLOAT_EQ(Of(F::kHabit), 0.25);
}

TEST_F(AcceptanceFeaturesTest, ABetterModelIsTheDearerTheFartherTheStep) {
  offer_.list_price = base::Decimal::FromMicros(150'000'000);
  offer_.replaced_price = base::Decimal::FromMicros(100'000'000);
  EXPECT_FLOAT_EQ(Of(F::kPriceStep), 0);
  offer_.candidate.kind = OfferKind::kUpgrade;
  EXPECT_NEAR(Of(F::kPriceStep), 0, 1e-6);  // half as much again
  EXPECT_FLOAT_EQ(Of(F::kGoodsUpgrade), 1);
  offer_.list_price = base::Decimal::FromMicros(300'000'000);
  EXPECT_FLOAT_EQ(Of(F::kPriceStep), 1);
  offer_.list_price = base::Decimal::FromMicros(900'000'000);
  EXPECT_FLOAT_EQ(Of(F::kPriceStep), 1);
}

TEST_F(AcceptanceFeaturesTest, OutOfSeasonLittleIsCompleted) {
  product_.season_months = 1U << 6U;  // July
  offer_.completes_cart = 1;
  EXPECT_FLOAT_EQ(Of(F::kCompletesCart), 1);
  context_.at = At("2024-08-10");
  EXPECT_FLOAT_EQ(Of(F::kCompletesCart), 0.3F);
}

TEST_F(AcceptanceFeaturesTest, WhatWasJustBoughtIsNotBoughtAgain) {
  offer_.candidate.scores.days_since_bought = 120;
  offer_.completes_cart = 1;
  offer_.days_since_base = 0;
  EXPECT_NEAR(Of(F::kBoughtLately), std::exp(-1.0), 1e-6);
  EXPECT_NEAR(Of(F::kCompletesCart), 1 - std::exp(-1.0), 1e-6);
  EXPECT_NEAR(Of(F::kCompletesOwned), 1 - std::exp(-1.0), 1e-6);
  product_.consumable = true;  // has its habits
  EXPECT_FLOAT_EQ(Of(F::kBoughtLately), 0);
}

TEST_F(AcceptanceFeaturesTest, WhatItGoesWithFadesFromTheDayItWasBought) {
  EXPECT_FLOAT_EQ(Of(F::kCompletesOwned), 0);
  offer_.days_since_base = 60;
  EXPECT_NEAR(Of(F::kCompletesOwned), 0.3 + 0.7 * std::exp(-1.0), 1e-6);
}

TEST_F(AcceptanceFeaturesTest, WhoTookOffersBeforeIsToldFromWhoDeclinedThem) {
  context_.reactions = {{{}, Reaction::kAccepted, At("2024-07-01")},
                        {{}, Reaction::kMaybeLater, At("2024-07-02")}};
  EXPECT_NEAR(Of(F::kTakes), 1.0 / 3, 1e-6);
  context_.reactions.assign(3, {{}, Reaction::kDeclined, At("2024-07-03")});
  EXPECT_NEAR(Of(F::kTakes), -2.0 / 3, 1e-6);
}

TEST_F(AcceptanceFeaturesTest, TheLogitCountsByWhatTheGoodsAreBoughtFor) {
  offer_.probability = 0.5;  // logit 0, so kLogit is 1
  product_.kind = ProductKind::kGoods;
  EXPECT_FLOAT_EQ(Of(F::kLogitLadder), 0);
  product_.family = "phone";
  product_.tier = 2;
  EXPECT_FLOAT_EQ(Of(F::kLogitLadder), 1);
  product_.goes_with = {"Q"};
  EXPECT_FLOAT_EQ(Of(F::kLogitCompleting), 1);
  product_.kind = ProductKind::kPlan;
  EXPECT_FLOAT_EQ(Of(F::kLogitLadder), 0);
}

TEST_F(AcceptanceFeaturesTest, APlansUsageAndRenewal) {
  Product plan;
  plan.usage_limit = 100;
  Subscription facts;
  facts.renews_at = At("2024-07-25");
  SubscriptionState state{&facts, {ProductIndex(1U), &plan, nullptr}, 90};
  offer_.candidate.kind = OfferKind::kUpgrade;
  offer_.candidate.subscription = &state;
  EXPECT_NEAR(Of(F::kUsage), 0.75, 1e-6);
  EXPECT_NEAR(Of(F::kRenewal), std::exp(-1.0), 1e-6);
  EXPECT_FLOAT_EQ(Of(F::kPlanUpgrade), 1);
  context_.at = At("2024-07-25 00:00:01");
  EXPECT_FLOAT_EQ(Of(F::kRenewal), 0);  // over
}

TEST_F(AcceptanceFeaturesTest, AnUpgradeOfAPlanNearItsLimit) {
  Product plan;
  plan.usage_limit = 100;
  Subscription facts;
  SubscriptionState state{&facts, {ProductIndex(1U), &plan, nullptr}, 85};
  offer_.candidate.kind = OfferKind::kUpgrade;
  offer_.candidate.subscription = &state;
  EXPECT_NEAR(Of(F::kNearLimit), 0.5, 1e-6);
  EXPECT_FLOAT_EQ(Of(F::kNearLimitOutbound), 0);
  state.usage = 91;
  EXPECT_NEAR(Of(F::kNearLimit), 1 / (1 + std::exp(-1.0)), 1e-6);
  context_.outbound = true;
  EXPECT_FLOAT_EQ(Of(F::kNearLimitOutbound), Of(F::kNearLimit));
  EXPECT_FLOAT_EQ(Of(F::kOutboundPlan), 1);
  offer_.candidate.kind = OfferKind::kAddOn;  // needs no higher limit
  EXPECT_FLOAT_EQ(Of(F::kNearLimit), 0);
  EXPECT_FLOAT_EQ(Of(F::kOutboundPlan), 1);
}

TEST_F(AcceptanceFeaturesTest, AnUpgradeLeavesTiersOut) {
  Product held;
  held.tier = 1;
  product_.tier = 3;
  offer_.candidate.kind = OfferKind::kUpgrade;
  offer_.candidate.replaces = {ProductIndex(1U), &held, nullptr};
  EXPECT_FLOAT_EQ(Of(F::kSkipsTier), 1);
  product_.tier = 2;
  EXPECT_FLOAT_EQ(Of(F::kSkipsTier), 0);
  product_.tier = 9;
  EXPECT_FLOAT_EQ(Of(F::kSkipsTier), 2);
  held.tier.reset();
  EXPECT_FLOAT_EQ(Of(F::kSkipsTier), 0);
}

TEST_F(AcceptanceFeaturesTest, ARepresentativeCallsAndAMailIsNoCall) {
  context_.placement = "cs";
  EXPECT_FLOAT_EQ(Of(F::kCall), 0);  // a note on the inbound caller's screen
  context_.outbound = true;
  EXPECT_FLOAT_EQ(Of(F::kCall), 1);
  context_.placement = "email";
  EXPECT_FLOAT_EQ(Of(F::kCall), 0);
}

TEST_F(AcceptanceFeaturesTest, ContactsAndShowingsOfLateCount) {
  context_.contacts = {{At("2024-06-01"), true}, {At("2024-07-01"), true}};
  EXPECT_FLOAT_EQ(Of(F::kContacts), 0.5);  // the first is over 30 days old
  context_.showings = {{offer_.candidate.product.index, At("2024-07-01")},
                       {ProductIndex(9U), At("2024-07-01")}};
  EXPECT_FLOAT_EQ(Of(F::kShowings), 0.25);
}

}  // namespace
}  // namespace tsugi
