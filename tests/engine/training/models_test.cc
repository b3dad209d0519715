#include "engine/training/models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/snapshot/arrays.h"
#include "tests/engine/training/sample_store.h"
#include "tests/testing/history_of.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::tsugi::testing::At;
using ::tsugi::testing::HistoryOf;
using ::tsugi::testing::OrderOf;

TEST(TrainModelsTest, FindsWhatBelongsTogether) {
  const OrderHistory history = HistoryOf(testing::SampleFacts(400));
  TrainConfig config;
  config.ials.dim = 8;
  ASSERT_OK_AND_ASSIGN(const auto models, TrainModels(history.All(), config, 1));
  const ModelSet& set = models->set();
  ASSERT_EQ(set.product_ids.size(), 20U);
  EXPECT_OK(ValidateModels(set));
  EXPECT_THAT(set.segments, ElementsAre("even", "odd"));
  for (int pair = 0; pair < 10; ++pair) {
    const std::uint32_t first = set.item_of.at("P" + std::to_string(2 * pair));
    const std::uint32_t second = set.item_of.at("P" + std::to_string(2 * pair + 1));
    EXPECT_EQ(set.co_purchase.Neighbours(first).items[0], second);
    EXPECT_EQ(set.co_purchase.Neighbours(second).items[0], first);
    EXPECT_GT(set.item_regression.Weight(first, second), 0.1F);
  }
}

TEST(TrainModelsTest, NothingOfAfterTheViewEnters) {
  std::vector<Fact> facts = testing::SampleFacts(100);
  const OrderHistory before = HistoryOf(facts);
  facts.emplace_back(OrderOf("late", "C1", "2025-01-01", {{"P0"}, {"NEW"}}));
  Customer moved;
  moved.id = "C1";
  moved.segment = "moved";
  moved.observed_at = At("2025-01-01");
  facts.emplace_back(moved);
  const OrderHistory after = HistoryOf(facts);
  ASSERT_OK_AND_ASSIGN(const auto a, TrainModels(before.All(), {}, 1));
  ASSERT_OK_AND_ASSIGN(const auto b, TrainModels(after.AsOf(At("2025-01-01")), {}, 1));
  EXPECT_EQ(a->set().product_ids, b->set().product_ids);
  EXPECT_EQ(a->set().segments, b->set().segments);
  EXPECT_TRUE(std::ranges::equal(a->set().ials.item_factors, b->set().ials.item_factors));
  EXPECT_TRUE(std::ranges::equal(a->set().popularity.recent, b->set().popularity.recent));
}

TEST(TrainModelsTest, AnEmptyHistoryGivesModelsWithoutItems) {
  const OrderHistory history = HistoryOf({});
  ASSERT_OK_AND_ASSIGN(const auto models, TrainModels(history.All(), {}, 1));
  EXPECT_THAT(models->set().product_ids, IsEmpty());
  EXPECT_OK(ValidateModels(models->set()));
}

TEST(TrainModelsTest, OneOrderOfOneProductIsEnough) {
  const OrderHistory history = HistoryOf({OrderOf("O1", "", "2024-01-01", {{"A"}})});
  ASSERT_OK_AND_ASSIGN(const auto models, TrainModels(history.All(), {}, 1));
  EXPECT_THAT(models->set().product_ids, ElementsAre("A"));
  EXPECT_OK(ValidateModels(models->set()));
}

TEST(TrainModelsTest, CancellingEndsIt) {
  const OrderHistory history = HistoryOf(testing::SampleFacts(50));
  std::atomic<bool> cancelled{false};
  std::vector<std::string> steps;
  StepTimer timer(
      [&](const TrainProgress& progress) {
        steps.push_back(progress.step);
        if (progress.step == "ials") cancelled.store(true);
      },
      &cancelled);
  EXPECT_THAT(TrainModels(history.All(), {}, 1, &timer),
              testing::StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(steps.back(), "ials");
}

}  // namespace
}  // namespace tsugi
