#include "models/off_policy/estimators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

constexpr OffPolicyOptions kAnySize = {.min_effective_size = 0};

// Four decisions by hand; weights 2, 0.5, 1, 0.
const std::vector<double> kRewards = {1, 4, 0, 7};
const std::vector<double> kPropensities = {0.25, 1, 0.5, 0.5};
const std::vector<double> kTarget = {0.5, 0.5, 0.5, 0};

TEST(OffPolicyTest, EstimatesFollowTheirDefinitions) {
  const std::vector<double> predicted = {2, 2, 1, 1};
  const std::vector<double> predicted_target = {3, 3, 2, 2};
  ASSERT_OK_AND_ASSIGN(
      const OffPolicyEstimates estimates,
      EstimateOffPolicy({kRewards, kPropensities, kTarget, predicted, predicted_target, {}},
                        kAnySize));
  EXPECT_DOUBLE_EQ(estimates.logged.value, 3);
  EXPECT_DOUBLE_EQ(estimates.mean_weight.value, 3.5 / 4);
  EXPECT_DOUBLE_EQ(estimates.max_weight, 2);
  EXPECT_DOUBLE_EQ(estimates.effective_size, 3.5 * 3.5 / 5.25);
  EXPECT_DOUBLE_EQ(estimates.ips.value, (2 + 2 + 0 + 0) / 4.0);
  EXPECT_DOUBLE_EQ(estimates.self_normalised.value, 4 / 3.5);
  EXPECT_DOUBLE_EQ(estimates.doubly_robust->value,
                   (3 + 2 * (1 - 2) + 3 + 0.5 * (4 - 2) + 2 + 1 * (0 - 1) + 2 + 0) / 4.0);
}

TEST(OffPolicyTest, IpsIntervalIsStudentsOnTheWeightedRewards) {
  ASSERT_OK_AND_ASSIGN(const OffPolicyEstimates estimates,
                       EstimateOffPolicy({kRewards, kPropensities, kTarget, {}, {}, {}}, kAnySize));
  const double error = std::sqrt(4.0 / 3 / 4);  // of 2, 2, 0, 0
  EXPECT_NEAR(estimates.ips.standard_error, error, 1e-12);
  EXPECT_NEAR(estimates.ips.interval.high, 1 + 3.18245 * error, 1e-4);
  EXPECT_FALSE(estimates.doubly_robust.has_value());
}

TEST(OffPolicyTest, PolicyThatRanIsWorthWhatItEarned) {
  ASSERT_OK_AND_ASSIGN(
      const OffPolicyEstimates estimates,
      EstimateOffPolicy({kRewards, kPropensities, kPropensities, {}, {}, {}}, kAnySize));
  EXPECT_DOUBLE_EQ(estimates.ips.value, 3);
  EXPECT_DOUBLE_EQ(estimates.self_normalised.value, 3);
  EXPECT_DOUBLE_EQ(estimates.self_normalised.standard_error, estimates.logged.standard_error);
  EXPECT_DOUBLE_EQ(estimates.effective_size, 4);
}

TEST(OffPolicyTest, RepeatingRowsInOneClusterAddsNoCertainty) {
  std::vector<double> rewards;
  std::vector<double> propensities;
  std::vector<double> target;
  std::vector<std::uint32_t> clusters;
  for (std::uint32_t row = 0; row < 4; ++row) {
    for (int copy = 0; copy < 3; ++copy) {
      rewards.push_back(kRewards[row]);
      propensities.push_back(kPropensities[row]);
      target.push_back(kTarget[row]);
      clusters.push_back(row);
    }
  }
  ASSERT_OK_AND_ASSIGN(const OffPolicyEstimates once,
                       EstimateOffPolicy({kRewards, kPropensities, kTarget, {}, {}, {}}, kAnySize));
  ASSERT_OK_AND_ASSIGN(
      const OffPolicyEstimates thrice,
      EstimateOffPolicy({rewards, propensities, target, {}, {}, clusters}, kAnySize));
  EXPECT_NEAR(thrice.ips.standard_error, once.ips.standard_error, 1e-12);
  EXPECT_NEAR(thrice.self_normalised.interval.low, once.self_normalised.interval.low, 1e-12);
}

TEST(OffPolicyTest, RefusesAnEffectiveSampleSizeBelowTheMinimum) {
  const std::vector<double> rewards(1000, 1);
  std::vector<double> propensities(1000, 1);
  const std::vector<double> target(1000, 0.5);
  EXPECT_THAT(EstimateOffPolicy({rewards, propensities, target, {}, {}, {}}),
              ::tsugi::testing::IsOk());
  propensities[0] = 1e-3;  // one row outweighs all the others
  EXPECT_THAT(EstimateOffPolicy({rewards, propensities, target, {}, {}, {}}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("effective sample size")));
}

TEST(OffPolicyTest, RefusesATargetTheLogNeverShows) {
  const std::vector<double> none(4, 0);
  EXPECT_THAT(EstimateOffPolicy({kRewards, kPropensities, none, {}, {}, {}}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(EstimateOffPolicy({}), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(OffPolicyTest, NamesTheRowAndValueThatCannotBe) {
  const std::vector<double> zero = {0.25, 1, 0, 0.5};
  EXPECT_THAT(EstimateOffPolicy({kRewards, zero, kTarget, {}, {}, {}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("row 2: propensity 0")));
  const std::vector<double> above = {0.5, 1.5, 0, 0};
  EXPECT_THAT(EstimateOffPolicy({kRewards, kPropensities, above, {}, {}, {}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1.5")));
  const std::vector<double> unknown = {1, std::numeric_limits<double>::quiet_NaN(), 0, 0};
  EXPECT_THAT(EstimateOffPolicy({unknown, kPropensities, kTarget, {}, {}, {}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("row 1: reward")));
  EXPECT_THAT(EstimateOffPolicy({kRewards, kPropensities, {}, {}, {}, {}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("length")));
}

}  // namespace
}  // namespace tsugi::models
