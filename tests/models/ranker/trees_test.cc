#include "models/ranker/trees.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "models/ranker/boosting.h"
#include "models/ranker/softmax.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;

constexpr std::size_t kFeatures = 5;

// Groups of ten rows; the row with the greatest feature 0 is chosen, but for every fourth group,
// where none is.
struct Choices {
  std::vector<float> features;
  std::vector<float> labels;
  std::vector<std::uint32_t> groups;

  explicit Choices(std::size_t count) {
    base::Random random(3);
    for (std::size_t g = 0; g < count; ++g) {
      std::size_t best = 0;
      for (std::size_t r = 0; r < 10; ++r) {
        for (std::size_t f = 0; f < kFeatures; ++f) {
          features.push_back(static_cast<float>(random.Uniform()));
        }
        const std::size_t row = g * 10 + r;
        labels.push_back(0);
        if (features[row * kFeatures] > features[(g * 10 + best) * kFeatures]) best = r;
      }
      if (g % 4 != 0) labels[g * 10 + best] = 1;
      groups.push_back(10);
    }
  }
  BoostingRows Rows() const {
    return {.features = features,
            .num_features = kFeatures,
            .labels = labels,
            .weights = {},
            .group_sizes = groups};
  }
};

std::vector<float> Columns(std::span<const float> features, std::size_t rows) {
  const std::size_t stride = ColumnStride(rows);
  std::vector<float> columns(kFeatures * stride, 0.0F);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t f = 0; f < kFeatures; ++f) {
      columns[f * stride + r] = features[r * kFeatures + f];
    }
  }
  return columns;
}

class TreesTest : public ::testing::TestWithParam<std::uint32_t> {};

// Every instruction set that this machine has, the plain one included.
TEST_P(TreesTest, SumsAreTheLibrarysOnEveryInstructionSet) {
  const Choices data(150);
  std::vector<float> library;
  ASSERT_OK_AND_ASSIGN(const BoostedTrees boosted,
                       TrainBoostedTrees(data.Rows(),
                                         {.objective = BoostingObjective::kSoftmax,
                                          .rounds = 25,
                                          .depth = GetParam(),
                                          .learning_rate = 0.3,
                                          .min_child_weight = 0.1,
                                          .threads = 1},
                                         &library));
  ASSERT_OK_AND_ASSIGN(const TreesModel trees, FlattenTrees(boosted));
  EXPECT_EQ(trees.depth, GetParam());
  for (const std::size_t rows :
       {std::size_t{1}, std::size_t{16}, std::size_t{70}, library.size()}) {
    const std::vector<float> columns = Columns(data.features, rows);
    const FeatureColumns view = {columns, rows, ColumnStride(rows)};
    std::vector<float> walked(view.stride);
    SumTreesByWalking(trees.View(), view, walked);
    for (std::size_t r = 0; r < rows; ++r) ASSERT_NEAR(walked[r], library[r], 1e-6);
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
      hwy::SetSupportedTargetsForTest(target);
      std::vector<float> sums(view.stride);
      SumTrees(trees.View(), view, sums);
      for (std::size_t r = 0; r < rows; ++r) {
        ASSERT_EQ(sums[r], walked[r]) << hwy::TargetName(target) << " row " << r;
      }
    }
    hwy::SetSupportedTargetsForTest(0);
  }
}

INSTANTIATE_TEST_SUITE_P(Depths, TreesTest, ::testing::Values(1U, 2U, 4U, 6U, 7U));

TEST(FlattenTreesTest, BranchesThatEndEarlyRepeatTheirValue) {
  // x1 < 2 ? (x0 < 1 ? 10 : 20) : 30
  const BoostedTrees boosted{
      .num_features = 2,
      .base = 0.5F,
      .offsets = {0, 5},
      .nodes = {{2, 1, 1, 2}, {1, 0, 3, 4}, {30, 0, 0, 0}, {10, 0, 0, 0}, {20, 0, 0, 0}}};
  ASSERT_OK_AND_ASSIGN(const TreesModel trees, FlattenTrees(boosted));
  EXPECT_THAT(trees.depth, 2U);
  EXPECT_THAT(trees.leaves, ElementsAre(10, 20, 30, 30));
  std::vector<float> columns(32, 0.0F);
  columns[16] = 2;  // of the first row; the second has 0 and 0
  std::vector<float> sums(16);
  SumTrees(trees.View(), {columns, 2, 16}, sums);
  EXPECT_THAT(sums[0], FloatEq(30.5F));
  EXPECT_THAT(sums[1], FloatEq(10.5F));
}

TEST(FlattenTreesTest, TooDeepATreeIsRefused) {
  BoostedTrees boosted{.num_features = 1, .base = 0, .offsets = {0}, .nodes = {}};
  for (std::uint32_t level = 0; level < 9; ++level) {
    boosted.nodes.push_back({1, 0, 2 * level + 2, 2 * level + 1});
    boosted.nodes.push_back({0, 0, 0, 0});
  }
  boosted.nodes.push_back({0, 0, 0, 0});
  boosted.offsets.push_back(static_cast<std::uint32_t>(boosted.nodes.size()));
  EXPECT_EQ(FlattenTrees(boosted).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(SoftmaxTest, GradientsAreProbabilityLessLabelWithNoneAmongTheChoices) {
  const std::vector<float> labels = {1, 0, 0, 0};
  const std::vector<std::uint32_t> groups = {2, 2};
  SoftmaxGradients gradients(labels, groups);
  const std::vector<float> sums = {0, 0, 0, 0};
  gradients.Compute(sums);
  const float third = 1.0F / 3;
  EXPECT_THAT(gradients.first(),
              ElementsAre(FloatEq(third - 1), FloatEq(third), FloatEq(third), FloatEq(third)));
  EXPECT_THAT(gradients.second()[0], FloatEq(third * 2 / 3));
}

TEST(SoftmaxTest, TreesLearnHowOftenNothingIsChosen) {
  const Choices data(400);
  ASSERT_OK_AND_ASSIGN(const BoostedTrees boosted,
                       TrainBoostedTrees(data.Rows(), {.objective = BoostingObjective::kSoftmax,
                                                       .rounds = 60,
                                                       .depth = 3,
                                                       .learning_rate = 0.2,
                                                       .min_child_weight = 1,
                                                       .threads = 1}));
  std::vector<float> margins(data.labels.size());
  boosted.Margins(data.features, margins);
  double none = 0;
  for (std::size_t g = 0; g < 400; ++g) {
    double total = 1;
    for (std::size_t r = 0; r < 10; ++r) total += std::exp(double{margins[g * 10 + r]});
    none += 1 / total;
  }
  EXPECT_NEAR(none / 400, 0.25, 0.03);
}

}  // namespace
}  // namespace tsugi::models
