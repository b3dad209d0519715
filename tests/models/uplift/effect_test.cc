#include "models/uplift/effect.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"

namespace tsugi::models {
namespace {

Moments Of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) moments.Add(value);
  return moments;
}

// Newcombe 1998, example (a): 56 of 70 against 48 of 80; method 10 gives 0.0524 to 0.3339.
TEST(RateDifferenceTest, GivesThePublishedInterval) {
  const Effect effect = RateDifference({56, 70}, {48, 80});
  EXPECT_NEAR(effect.value, 0.2, 1e-12);
  EXPECT_NEAR(effect.interval.low, 0.0524, 0.00005);
  EXPECT_NEAR(effect.interval.high, 0.3339, 0.00005);
  EXPECT_TRUE(effect.Clear());
}

// Newcombe 1998, example (h): 10 of 10 against 0 of 20 gives 0.6791 to 1.
TEST(RateDifferenceTest, StaysWithinItsRange) {
  const Effect effect = RateDifference({10, 10}, {0, 20});
  EXPECT_NEAR(effect.interval.low, 0.6791, 0.00005);
  EXPECT_NEAR(effect.interval.high, 1, 1e-12);
}

// The published rates of Hillstrom's e-mail trial (visits of 21,307 and 21,306 customers).
TEST(RateDifferenceTest, HillstromMensMailBringsAboutSevenAndAHalfPoints) {
  const Effect effect = RateDifference({3894, 21'307}, {2262, 21'306});
  EXPECT_NEAR(effect.value, 0.0766, 0.00005);
  EXPECT_NEAR(effect.standard_error, 0.0034, 0.00005);
  EXPECT_TRUE(effect.Clear());
}

TEST(RateDifferenceTest, WithoutTrialsNothingIsKnown) {
  const Effect effect = RateDifference({5, 10}, {0, 0});
  EXPECT_EQ(effect.interval.low, -1);
  EXPECT_EQ(effect.interval.high, 1);
  EXPECT_FALSE(effect.Clear());
}

// Wilson 1927 as tabulated by Newcombe: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to
// 0.1611.
TEST(RateIntervalTest, GivesThePublishedIntervals) {
  EXPECT_NEAR(RateInterval({81, 263}).low, 0.2553, 0.00005);
  EXPECT_NEAR(RateInterval({81, 263}).high, 0.3662, 0.00005);
  EXPECT_EQ(RateInterval({0, 20}).low, 0);
  EXPECT_NEAR(RateInterval({0, 20}).high, 0.1611, 0.00005);
  EXPECT_EQ(RateInterval({20, 20}).high, 1);
  EXPECT_EQ(RateInterval({0, 0}).high, 1);
}

TEST(MomentsTest, AreThoseOfTheDefinition) {
  const Moments moments = Of({2, 4, 9});
  EXPECT_DOUBLE_EQ(moments.mean(), 5);
  EXPECT_DOUBLE_EQ(moments.Variance(), 13);
  EXPECT_DOUBLE_EQ(moments.StandardError(), std::sqrt(13.0 / 3));
  EXPECT_TRUE(std::isinf(Of({2}).StandardError()));
}

TEST(MeanDifferenceTest, FollowsWelchsFormula) {
  // Variances 2.5 and 10 of five: degrees 3.125^2 ... by hand: t = 0.5, c = 2, 6.25 / 1.0625.
  const Effect effect = MeanDifference(Of({1, 2, 3, 4, 5}), Of({2, 4, 6, 8, 10}));
  EXPECT_DOUBLE_EQ(effect.value, -3);
  EXPECT_DOUBLE_EQ(effect.standard_error, std::sqrt(2.5));
  // Student's 0.975 quantile with 5.882 degrees is 2.4587.
  EXPECT_NEAR(effect.interval.high, -3 + 2.4587 * std::sqrt(2.5), 0.001);
}

TEST(MeanDifferenceTest, OneValueInAGroupTellsNothing) {
  EXPECT_FALSE(MeanDifference(Of({100}), Of({1, 2, 3})).Clear());
  EXPECT_TRUE(std::isinf(MeanDifference(Of({100}), Of({1, 2, 3})).interval.high));
}

TEST(MeanDifferenceTest, EqualValuesWithoutSpreadAreNoEffect) {
  EXPECT_FALSE(MeanDifference(Of({3, 3}), Of({3, 3})).Clear());
  EXPECT_TRUE(MeanDifference(Of({4, 4}), Of({3, 3})).Clear());
}

TEST(BootstrapTest, AgreesWithWelchWhereThatHolds) {
  base::Random random(3);
  std::vector<double> treated(400);
  std::vector<double> control(300);
  for (double& value : treated) value = 5 + random.Normal();
  for (double& value : control) value = 4 + 2 * random.Normal();
  const Effect welch = MeanDifference(Of(treated), Of(control));
  const Effect bootstrap = BootstrapMeanDifference(treated, control, {.resamples = 4000});
  EXPECT_NEAR(bootstrap.value, welch.value, 1e-12);
  EXPECT_NEAR(bootstrap.interval.low, welch.interval.low, 0.02);
  EXPECT_NEAR(bootstrap.interval.high, welch.interval.high, 0.02);
}

TEST(BootstrapTest, IsTheSameOnAnyNumberOfThreads) {
  const std::vector<double> treated = {0, 0, 0, 9, 30};
  const std::vector<double> control = {0, 0, 1, 0};
  Effect one;
  Effect four;
  base::WithThreads(1, [&] { one = BootstrapMeanDifference(treated, control); });
  base::WithThreads(4, [&] { four = BootstrapMeanDifference(treated, control); });
  EXPECT_EQ(one.interval.low, four.interval.low);
  EXPECT_EQ(one.interval.high, four.interval.high);
}

TEST(BootstrapTest, WithoutValuesNothingIsKnown) {
  EXPECT_FALSE(BootstrapMeanDifference({}, std::vector<double>{1, 2}).Clear());
}

// An A/A trial: both groups alike, so 95 % of the intervals must contain zero.
TEST(CoverageTest, IntervalsOfTwoEqualGroupsContainZeroNineteenTimesInTwenty) {
  base::Random random(17);
  int rates = 0;
  int means = 0;
  constexpr int kTrials = 2000;
  for (int trial = 0; trial < kTrials; ++trial) {
    Proportion treated{0, 500};
    Proportion control{0, 120};
    Moments spend_treated;
    Moments spend_control;
    for (int i = 0; i < 620; ++i) {
      const bool bought = random.Chance(0.1);
      Proportion& group = i < 500 ? treated : control;
      Moments& spend = i < 500 ? spend_treated : spend_control;
      group.successes += bought ? 1 : 0;
      spend.Add(random.Exponential() + 3);
    }
    rates += RateDifference(treated, control).Clear() ? 0 : 1;
    means += MeanDifference(spend_treated, spend_control).Clear() ? 0 : 1;
  }
  EXPECT_NEAR(rates, 0.95 * kTrials, 0.015 * kTrials);
  EXPECT_NEAR(means, 0.95 * kTrials, 0.015 * kTrials);
}

}  // namespace
}  // namespace tsugi::models
