#include "models/off_policy/reward_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::tsugi::testing::StatusIs;

// 600 rows: action 0 pays 1 and action 1 pays 3; in context 1 twice that.
struct Data {
  std::vector<double> rewards;
  std::vector<std::uint32_t> actions;
  std::vector<std::uint32_t> contexts;

  RewardLog Log() const { return {rewards, actions, contexts, {}, 2, 2}; }
};

Data MakeData() {
  Data data;
  for (std::uint32_t row = 0; row < 600; ++row) {
    data.actions.push_back(row % 2);
    data.contexts.push_back(row / 2 % 2);
    data.rewards.push_back((row % 2 == 0 ? 1 : 3) * (data.contexts.back() == 0 ? 1 : 2));
  }
  return data;
}

TEST(RewardModelTest, LearnsActionsWithinContexts) {
  const Data data = MakeData();
  const std::vector<double> uniform = {0.5, 0.5};
  ASSERT_OK_AND_ASSIGN(const RewardPredictions predictions,
                       PredictRewards(data.Log(), uniform, {.prior_rows = 0.001}));
  for (std::size_t row = 0; row < 600; ++row) {
    EXPECT_NEAR(predictions.shown[row], data.rewards[row], 0.001);
    EXPECT_NEAR(predictions.target[row], data.contexts[row] == 0 ? 2 : 4, 0.001);
  }
}

TEST(RewardModelTest, DrawsThinMeansTowardsEveryones) {
  const Data data = MakeData();
  const std::vector<double> first = {1, 0};
  ASSERT_OK_AND_ASSIGN(const RewardPredictions predictions,
                       PredictRewards(data.Log(), first, {.prior_rows = 1e9}));
  EXPECT_NEAR(predictions.target[0], 3, 0.1);
}

TEST(RewardModelTest, WithoutTheTargetsProbabilitiesTellsOnlyContextsApart) {
  const Data data = MakeData();
  ASSERT_OK_AND_ASSIGN(const RewardPredictions predictions,
                       PredictRewards(data.Log(), {}, {.prior_rows = 0}));
  EXPECT_EQ(predictions.shown, predictions.target);
  EXPECT_NEAR(predictions.shown[0], 2, 0.3);
  EXPECT_NEAR(predictions.shown[2], 4, 0.3);
}

TEST(RewardModelTest, NeverLearnsARowFromItself) {
  std::vector<double> rewards(100, 0);
  rewards[7] = 1000;
  const std::vector<std::uint32_t> actions(100, 0);
  const std::vector<double> always = {1};
  ASSERT_OK_AND_ASSIGN(const RewardPredictions predictions,
                       PredictRewards({rewards, actions, {}, {}, 1, 1}, always));
  EXPECT_EQ(predictions.shown[7], 0);
}

TEST(RewardModelTest, KeepsAClusterInOneFold) {
  std::vector<double> rewards(100, 0);
  for (int row = 40; row < 50; ++row) rewards[static_cast<std::size_t>(row)] = 1000;
  const std::vector<std::uint32_t> actions(100, 0);
  std::vector<std::uint32_t> clusters;
  for (std::uint32_t row = 0; row < 100; ++row) clusters.push_back(row / 10);
  const std::vector<double> always = {1};
  ASSERT_OK_AND_ASSIGN(const RewardPredictions predictions,
                       PredictRewards({rewards, actions, {}, clusters, 1, 1}, always));
  EXPECT_EQ(predictions.shown[45], 0);
}

TEST(RewardModelTest, RefusesWhatDoesNotFit) {
  const Data data = MakeData();
  RewardLog log = data.Log();
  log.action_count = 1;
  EXPECT_THAT(PredictRewards(log, {}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(PredictRewards(data.Log(), {}, {.folds = 1}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(PredictRewards(data.Log(), std::vector<double>{1}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tsugi::models
