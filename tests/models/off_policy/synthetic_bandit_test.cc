// A bandit whose truth is known: do the estimates find it, and do their intervals hold what they
// promise?
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "models/off_policy/estimators.h"
#include "models/off_policy/reward_model.h"

namespace tsugi::models {
namespace {

constexpr std::uint32_t kActions = 4;
constexpr std::uint32_t kContexts = 2;
// Conversion by context and action, how often the log takes each action, and the target's choice.
constexpr std::array<std::array<double, kActions>, kContexts> kReward = {
    {{0.10, 0.20, 0.30, 0.15}, {0.25, 0.05, 0.20, 0.40}}};
constexpr std::array<std::array<double, kActions>, kContexts> kLogging = {
    {{0.4, 0.3, 0.1, 0.2}, {0.2, 0.4, 0.2, 0.2}}};
constexpr std::array<double, kActions> kTarget = {0.1, 0.2, 0.4, 0.3};
constexpr double kSecondContext = 0.4;

double Truth() {
  double truth = 0;
  for (std::uint32_t a = 0; a < kActions; ++a) {
    truth += kTarget[a] * ((1 - kSecondContext) * kReward[0][a] + kSecondContext * kReward[1][a]);
  }
  return truth;
}

struct Bandit {
  std::vector<double> rewards;
  std::vector<double> propensities;
  std::vector<double> target;
  std::vector<std::uint32_t> actions;
  std::vector<std::uint32_t> contexts;

  Bandit(std::size_t rows, base::Random& random) {
    for (std::size_t row = 0; row < rows; ++row) {
      const std::uint32_t context = random.Chance(kSecondContext) ? 1 : 0;
      const auto& logging = kLogging[context];
      double left = random.Uniform();
      std::uint32_t action = 0;
      while (action + 1 < kActions && left >= logging[action]) left -= logging[action++];
      rewards.push_back(random.Chance(kReward[context][action]) ? 1 : 0);
      propensities.push_back(logging[action]);
      target.push_back(kTarget[action]);
      actions.push_back(action);
      contexts.push_back(context);
    }
  }

  OffPolicyEstimates Estimate() const {
    const RewardPredictions predictions =
        PredictRewards({rewards, actions, contexts, {}, kActions, kContexts}, kTarget).value();
    return EstimateOffPolicy(
               {rewards, propensities, target, predictions.shown, predictions.target, {}})
        .value();
  }
};

TEST(SyntheticBanditTest, IntervalsCoverTheTruthNineteenTimesInTwenty) {
  base::Random random(2026);
  constexpr int kReplications = 1000;
  const double truth = Truth();
  int ips = 0;
  int self_normalised = 0;
  int doubly_robust = 0;
  Moments bias;
  for (int replication = 0; replication < kReplications; ++replication) {
    const OffPolicyEstimates estimates = Bandit(800, random).Estimate();
    ips += estimates.ips.interval.Contains(truth) ? 1 : 0;
    self_normalised += estimates.self_normalised.interval.Contains(truth) ? 1 : 0;
    doubly_robust += estimates.doubly_robust->interval.Contains(truth) ? 1 : 0;
    bias.Add(estimates.doubly_robust->value - truth);
  }
  RecordProperty("ips", ips);
  RecordProperty("self_normalised", self_normalised);
  RecordProperty("doubly_robust", doubly_robust);
  for (const int covered : {ips, self_normalised, doubly_robust}) {
    EXPECT_GE(covered, 930);
    EXPECT_LE(covered, 970);
  }
  EXPECT_TRUE(MeanEstimate(bias, 0.999).interval.Contains(0)) << bias.mean();
}

TEST(SyntheticBanditTest, LongLogsFindTheTruthAndTheModelNarrowsTheInterval) {
  base::Random random(7);
  const OffPolicyEstimates estimates = Bandit(100'000, random).Estimate();
  EXPECT_NEAR(estimates.ips.value, Truth(), 0.01);
  EXPECT_NEAR(estimates.self_normalised.value, Truth(), 0.01);
  EXPECT_NEAR(estimates.doubly_robust->value, Truth(), 0.01);
  EXPECT_NEAR(estimates.mean_weight.value, 1, 0.02);
  EXPECT_LT(estimates.doubly_robust->standard_error, estimates.ips.standard_error);
  // What the log earned is something else.
  EXPECT_FALSE(estimates.logged.interval.Contains(Truth()));
}

TEST(SyntheticBanditTest, WrongPropensitiesShowInTheMeanWeight) {
  base::Random random(8);
  Bandit bandit(20'000, random);
  for (double& propensity : bandit.propensities) propensity = 0.25;
  EXPECT_FALSE(bandit.Estimate().mean_weight.interval.Contains(1));
}

}  // namespace
}  // namespace tsugi::models
