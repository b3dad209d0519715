#include "engine/training/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

TEST(TrainConfigTest, AnEmptyFileIsTheDefaults) {
  ASSERT_OK_AND_ASSIGN(const TrainConfig config, ParseTrainConfig("c.yaml", "{}"));
  EXPECT_EQ(ConfigJson(config), ConfigJson(TrainConfig()));
}

TEST(TrainConfigTest, EveryKeyIsRead) {
  ASSERT_OK_AND_ASSIGN(const TrainConfig config, ParseTrainConfig("c.yaml", R"(
history: {half_life: 365d}
popularity: {recent_half_life: none, segment_prior_orders: 50, ranked_items: 7}
co_purchase: {size_exponent: 0.5, neighbours: 9, min_pair_orders: 3}
item_regression: {form: sparse, l2: 5, l2_per_order: 0.1, size_exponent: 2, kept: 11, neighbourhood: 12}
ials: {dim: 8, epochs: 3, unobserved_weight: 0.2, l2: 0.1, l2_exponent: 0.5, solver: cholesky}
ranker: {fit: false, model: logistic, replay_share: 0.2, window: 7d, windows: 2, max_orders: 10,
         carts: 5, cart_at_most: 4, empty_carts: 0, l2: 2, trees: 7, depth: 3, learning_rate: 0.5,
         leaf_l2: 9, min_child_weight: 8, threads: 4}
)"));
  EXPECT_EQ(config.half_life, absl::Hours(24 * 365));
  EXPECT_EQ(config.recent_half_life, absl::InfiniteDuration());
  EXPECT_EQ(config.popularity.segment_prior_orders, 50);
  EXPECT_EQ(config.popularity.ranked_items, 7U);
  EXPECT_EQ(config.co_purchase.size_exponent, 0.5);
  EXPECT_EQ(config.co_purchase.neighbours, 9U);
  EXPECT_EQ(config.co_purchase.min_pair_orders, 3U);
  EXPECT_EQ(config.item_regression.form, models::ItemRegressionForm::kSparse);
  EXPECT_EQ(config.item_regression.l2, 5);
  EXPECT_EQ(config.item_regression.l2_per_order, 0.1);
  EXPECT_EQ(config.item_regression.size_exponent, 2);
  EXPECT_EQ(config.item_regression.kept, 11U);
  EXPECT_EQ(config.item_regression.neighbourhood, 12U);
  EXPECT_EQ(config.ials.dim, 8U);
  EXPECT_EQ(config.ials.epochs, 3U);
  EXPECT_EQ(config.ials.unobserved_weight, 0.2);
  EXPECT_EQ(config.ials.l2, 0.1);
  EXPECT_EQ(config.ials.l2_exponent, 0.5);
  EXPECT_EQ(config.ials.solver, models::IalsSolver::kCholesky);
  EXPECT_FALSE(config.ranker.fit);
  EXPECT_EQ(config.ranker.replay_share, 0.2);
  EXPECT_EQ(config.ranker.max_orders, 10);
  EXPECT_EQ(config.ranker.cart_at_most, 4);
  EXPECT_EQ(config.ranker.empty_carts, 0);
  EXPECT_EQ(config.ranker.l2, 2);
  EXPECT_EQ(config.ranker.model, RankerChoice::kLogistic);
  EXPECT_EQ(config.ranker.window, absl::Hours(24 * 7));
  EXPECT_EQ(config.ranker.windows, 2);
  EXPECT_EQ(config.ranker.carts, 5);
  EXPECT_EQ(config.ranker.boosting.rounds, 7U);
  EXPECT_EQ(config.ranker.boosting.depth, 3U);
  EXPECT_EQ(config.ranker.boosting.learning_rate, 0.5);
  EXPECT_EQ(config.ranker.boosting.l2, 9);
  EXPECT_EQ(config.ranker.boosting.min_child_weight, 8);
  EXPECT_EQ(config.ranker.boosting.threads, 4U);
}

TEST(TrainConfigTest, MistakesAreToldWithTheirPlace) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"ials: {dims: 8}", "c.yaml:1:8"},
      {"\nials:\n  dim: 0", "c.yaml:3:8"},
      {"ials: {dim: eight}", "eight"},
      {"ials: {dim: 8, dim: 9}", "c.yaml:1:16"},
      {"ials: {l2: -1}", "-1"},
      {"history: {half_life: 3 years}", "3 years"},
      {"item_regression: {form: thick}", "thick"},
      {"ranker: [1]", "c.yaml:1"},
      {"nonsense", "c.yaml:1"},
      {"a: [", "c.yaml:1"},
      {"learning_rate: 1", "learning_rate"}};
  for (const auto& [yaml, wanted] : table) {
    EXPECT_THAT(ParseTrainConfig("c.yaml", yaml),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(wanted)))
        << yaml;
  }
}

TEST(TrainConfigTest, AllMistakesAreToldAtOnce) {
  EXPECT_THAT(ParseTrainConfig("c.yaml", "ials: {dim: 0}\nranker: {l2: x}"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       ::testing::AllOf(HasSubstr("c.yaml:1:"), HasSubstr("c.yaml:2:"))));
}

}  // namespace
}  // namespace tsugi
