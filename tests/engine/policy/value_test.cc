#include "engine/policy/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

class ValueTest : public ::testing::Test {
 protected:
  double Value(const ScoredOffer& offer, const std::string& price) {
    return ValueOf(offer, Money(price), options_);
  }
  Catalogue shop_;
  ValueOptions options_;
};

TEST_F(ValueTest, AOneOffIsWorthItsMargin) {
  ScoredOffer offer = CrossSell(shop_.Goods("a", "20"));
  EXPECT_NEAR(Value(offer, "20"), 6, 1e-12);  // 30 % by default
  offer.unit_cost = Money("12.5");
  EXPECT_NEAR(Value(offer, "20"), 7.5, 1e-12);
}

TEST_F(ValueTest, ADiscountCostsItsWholeAmount) {
  ScoredOffer offer = CrossSell(shop_.Goods("a", "20"));
  EXPECT_NEAR(Value(offer, "18"), 4, 1e-12);
  EXPECT_NEAR(Value(offer, "10"), -4, 1e-12);
}

TEST_F(ValueTest, ABetterModelIsWorthTheDifferenceOfMargins) {
  ScoredOffer offer = UpgradeOf(shop_.Goods("a", "100"), shop_.Goods("b", "150"));
  EXPECT_NEAR(Value(offer, "150"), 15, 1e-12);
  offer.unit_cost = Money("100");
  offer.replaced_cost = Money("40");
  EXPECT_NEAR(Value(offer, "150"), 50 - 60, 1e-12);
}

TEST_F(ValueTest, APlanIsWorthItsExtraMarginOverTheDiscountedHorizon) {
  ScoredOffer offer = UpgradeOf(shop_.Plan("a", 1, "10"), shop_.Plan("b", 2, "30"));
  // 6 a month; a year at 10 %: (1 - 1/1.1) / ln 1.1 = 0.95382 years.
  EXPECT_NEAR(Value(offer, "30"), 6 * 12 * (1 - 1 / 1.1) / std::log(1.1), 1e-9);
  options_.discount_rate = 0;
  EXPECT_NEAR(Value(offer, "30"), 72, 1e-9);
  options_.horizon = Days(73);
  EXPECT_NEAR(Value(offer, "30"), 14.4, 1e-9);
  offer.billing_months = 12;
  EXPECT_NEAR(Value(offer, "30"), 1.2, 1e-9);
}

TEST_F(ValueTest, ATrialsConversionCountsWhole) {
  ScoredOffer offer = Offer(OfferKind::kTrialConversion, shop_.Plan("a", 1, "10"));
  offer.replaced_price = Money("10");
  options_.discount_rate = 0;
  EXPECT_NEAR(Value(offer, "10"), 36, 1e-9);
}

TEST_F(ValueTest, AContractThatEndsSoonerIsWorthLess) {
  ScoredOffer offer = UpgradeOf(shop_.Plan("a", 1, "10"), shop_.Plan("b", 2, "30"));
  options_.discount_rate = 0;
  offer.expected_life_days = 365;
  // 72 a year, and 1 - 1/e of a year within the horizon.
  EXPECT_NEAR(Value(offer, "30"), 72 * (1 - std::exp(-1)), 1e-9);
  offer.expected_life_days = 1e12;
  EXPECT_NEAR(Value(offer, "30"), 72, 1e-6);
}

TEST_F(ValueTest, WhatWouldBeBoughtAnywayDoesNotCount) {
  ScoredOffer offer = CrossSell(shop_.Goods("a", "20"));
  offer.bought_anyway = 0.75;
  EXPECT_NEAR(Value(offer, "20"), 6 * 0.25, 1e-12);
  EXPECT_NEAR(Value(offer, "18"), 4 - 6 * 0.75, 1e-12);  // a discount on it is a loss
}

TEST_F(ValueTest, AHabitCountsThePurchasesThatFollow) {
  ScoredOffer offer = CrossSell(shop_.Goods("a", "20"));
  options_.discount_rate = 0;
  offer.repeats_per_year = 2.5;
  EXPECT_NEAR(Value(offer, "20"), 6 * 3.5, 1e-12);
  // The discount is on the first one only.
  EXPECT_NEAR(Value(offer, "15"), 1 + 6 * 2.5, 1e-12);
  options_.horizon = Days(73);
  EXPECT_NEAR(Value(offer, "20"), 6 * 1.5, 1e-12);
  options_.repeat_horizon = Days(146);
  EXPECT_NEAR(Value(offer, "20"), 6 * 2, 1e-12);
}

TEST_F(ValueTest, ADurableGoodWouldPerhapsBeBoughtUnasked) {
  ScoredOffer offer = CrossSell(shop_.Goods("a", "20"));
  options_.discount_rate = 0;
  options_.horizon = Days(730);
  offer.unasked_per_year = 0.25;
  EXPECT_NEAR(Value(offer, "20"), 6 * std::exp(-0.5), 1e-12);
  EXPECT_NEAR(Value(offer, "18"), 4 - 6 * (1 - std::exp(-0.5)), 1e-12);
}

TEST_F(ValueTest, AHabitThatHasProbablyEndedMayBeginAnew) {
  ScoredOffer offer = CrossSell(shop_.Goods("a", "20"));
  options_.discount_rate = 0;
  offer.bought_anyway = 0.5;
  offer.repeats_per_year = 2;
  EXPECT_NEAR(Value(offer, "20"), 6 * (1 - 0.5 + 2), 1e-12);
}

TEST_F(ValueTest, SubscribeAndSaveCountsOnlyWhatWouldNotBeBoughtAnyway) {
  ScoredOffer offer = Offer(OfferKind::kSubscribeAndSave, shop_.Goods("a", "20"));
  offer.candidate.interval_days = 73;
  offer.habit_goes_on = 0.5;
  options_.discount_rate = 0;
  options_.horizon = Days(150);  // purchases now, after 73 and after 146 days
  const double bound = 1 + 0.75 + 0.75 * 0.75;
  const double anyway = 0.5 + 0.25 + 0.125;
  EXPECT_NEAR(Value(offer, "20"), 6 * bound - 6 * anyway, 1e-12);
  EXPECT_NEAR(Value(offer, "18"), 4 * bound - 6 * anyway, 1e-12);
}

TEST_F(ValueTest, ADiscountForALoyalBuyerIsALoss) {
  ScoredOffer offer = Offer(OfferKind::kSubscribeAndSave, shop_.Goods("a", "20"));
  offer.candidate.interval_days = 30;
  offer.habit_goes_on = 0.99;
  EXPECT_LT(Value(offer, "18"), 0);
  offer.habit_goes_on = 0.6;
  EXPECT_GT(Value(offer, "18"), 0);
}

TEST(PriceAfterDiscountTest, IsRoundedToTheCurrencysSmallestUnit) {
  EXPECT_EQ(PriceAfterDiscount(Money("19.99"), 0, 0), Money("19.99"));
  EXPECT_EQ(PriceAfterDiscount(Money("19.90"), 50, 2), Money("9.95"));
  EXPECT_EQ(PriceAfterDiscount(Money("1999"), 15, 0), Money("1699"));
  EXPECT_EQ(PriceAfterDiscount(Money("0.01"), 50, 2), Money("0.01"));
  EXPECT_EQ(PriceAfterDiscount(Money("10"), 100, 2), Money("0"));
  EXPECT_EQ(PriceAfterDiscount(Money("1.001"), 10, 3), Money("0.901"));
}

TEST(CurrencyDecimalsTest, FollowsTheCurrency) {
  EXPECT_EQ(CurrencyDecimals("JPY"), 0);
  EXPECT_EQ(CurrencyDecimals("USD"), 2);
  EXPECT_EQ(CurrencyDecimals("KWD"), 3);
  EXPECT_EQ(CurrencyDecimals("XYZ"), 2);
}

}  // namespace
}  // namespace tsugi
