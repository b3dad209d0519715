#include "models/ranker/boosting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/random.h"
#include "models/logistic.h"

namespace tsugi::models {
namespace {

using ::testing::HasSubstr;

// y is likely where feature 0 is above .5 and feature 1 is below .3; feature 2 is noise.
struct Data {
  std::vector<float> features;
  std::vector<float> labels;

  explicit Data(std::size_t rows) {
    base::Random random(7);
    for (std::size_t r = 0; r < rows; ++r) {
      const auto a = static_cast<float>(random.Uniform());
      const auto b = static_cast<float>(random.Uniform());
      features.insert(features.end(), {a, b, static_cast<float>(random.Uniform())});
      labels.push_back(random.Chance(a > 0.5F && b < 0.3F ? 0.9 : 0.1) ? 1.0F : 0.0F);
    }
  }
  BoostingRows Rows() const { return {.features = features, .num_features = 3, .labels = labels}; }
};

TEST(BoostingTest, LearnsAnInteractionThatNoSingleFeatureShows) {
  const Data data(4000);
  const auto trees =
      TrainBoostedTrees(data.Rows(), {.rounds = 60, .learning_rate = 0.2, .feature_share = 1});
  ASSERT_TRUE(trees.ok()) << trees.status();
  const auto p = [&](float a, float b) {
    const std::vector<float> row = {a, b, 0.5F};
    return Sigmoid(static_cast<double>(trees->Margin(row)));
  };
  EXPECT_GT(p(0.8F, 0.1F), 0.7);
  EXPECT_LT(p(0.8F, 0.8F), 0.25);
  EXPECT_LT(p(0.2F, 0.1F), 0.25);
}

TEST(BoostingTest, SplitsOnNoiseLessThanOnWhatMatters) {
  const Data data(4000);
  const auto trees = TrainBoostedTrees(data.Rows(), {.rounds = 10, .depth = 2, .feature_share = 1});
  ASSERT_TRUE(trees.ok());
  const std::vector<std::uint32_t> splits = trees->Splits();
  EXPECT_GT(splits[0], splits[2]);
  EXPECT_GT(splits[1], splits[2]);
}

TEST(BoostingTest, EqualSeedsGiveEqualTreesAndAnotherSeedOthers) {
  const Data data(1000);
  const auto margin = [&](std::uint64_t seed) {
    const auto trees = TrainBoostedTrees(data.Rows(), {.rounds = 20, .threads = 1, .seed = seed});
    std::vector<float> margins(data.labels.size());
    trees->Margins(data.features, margins);
    return margins;
  };
  EXPECT_EQ(margin(1), margin(1));
  EXPECT_NE(margin(1), margin(2));
}

TEST(BoostingTest, OneTreeOfDepthOneSplitsAtTheStepOfAnOrderedGroup) {
  const std::vector<float> features = {0, 1, 2, 3, 0, 1, 2, 3};
  const std::vector<float> labels = {0, 0, 1, 1, 0, 0, 1, 1};
  const std::vector<std::uint32_t> groups = {4, 4};
  const auto trees = TrainBoostedTrees(
      {.features = features, .num_features = 1, .labels = labels, .group_sizes = groups},
      {.objective = BoostingObjective::kNdcg,
       .rounds = 1,
       .depth = 1,
       .min_child_weight = 0,
       .row_share = 1,
       .feature_share = 1});
  ASSERT_TRUE(trees.ok()) << trees.status();
  ASSERT_EQ(trees->num_trees(), 1U);
  ASSERT_EQ(trees->nodes.size(), 3U);
  EXPECT_GT(trees->nodes[0].threshold, 1.0F);
  EXPECT_LE(trees->nodes[0].threshold, 2.0F);
  EXPECT_GT(trees->nodes[2].threshold, trees->nodes[1].threshold);
}

TEST(BoostingTest, AConstantLabelIsPredictedWithoutTrees) {
  const std::vector<float> features = {0, 1, 2, 3};
  const std::vector<float> labels = {0.25F, 0.25F, 0.25F, 0.25F};
  const auto trees =
      TrainBoostedTrees({.features = features, .num_features = 1, .labels = labels}, {.rounds = 5});
  ASSERT_TRUE(trees.ok());
  const std::vector<float> row = {2.0F};
  EXPECT_NEAR(Sigmoid(static_cast<double>(trees->Margin(row))), 0.25, 1e-5);
}

TEST(BoostingTest, RefusesWhatCannotBeLearnedFrom) {
  const Data data(10);
  BoostingRows rows = data.Rows();
  rows.num_features = 4;
  EXPECT_THAT(std::string(TrainBoostedTrees(rows, {}).status().message()), HasSubstr("of 4"));
  EXPECT_EQ(TrainBoostedTrees(data.Rows(), {.rounds = 0}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(TrainBoostedTrees(data.Rows(), {.threads = 0}).status().code(),
            absl::StatusCode::kInvalidArgument);
  Data broken(10);
  broken.features[4] = std::nanf("");
  EXPECT_THAT(std::string(TrainBoostedTrees(broken.Rows(), {}).status().message()),
              HasSubstr("not finite"));
  Data odd(10);
  odd.labels[2] = 2;
  EXPECT_THAT(std::string(TrainBoostedTrees(odd.Rows(), {}).status().message()),
              HasSubstr("label 2"));
}

TEST(BoostingTest, CancelsBetweenTrees) {
  const Data data(100);
  const auto trees = TrainBoostedTrees(
      data.Rows(), {.rounds = 50, .progress = [](std::uint32_t done) { return done < 3; }});
  EXPECT_EQ(trees.status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(std::string(trees.status().message()), HasSubstr("3 of 50"));
}

}  // namespace
}  // namespace tsugi::models
