#include "engine/evaluation/cart_completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/engine/training/sample_store.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::tsugi::testing::At;
using ::tsugi::testing::MemoryStore;
using ::tsugi::testing::OrderOf;
using ::tsugi::testing::SampleFacts;
using ::tsugi::testing::SmallConfig;
using ::tsugi::testing::StatusIs;

// A shop of pairs until 2024-01-25; from 2024-02-01 on it sells two new products, always together,
// an order an hour.
class CartCompletionTest : public ::testing::Test {
 protected:
  CartCompletionTest() {
    std::vector<Fact> facts = SampleFacts(560, /*products=*/60);
    for (int i = 0; i < kNewOrders; ++i) {
      Order order = OrderOf(absl::StrCat("N", i), "", "2024-02-01", {{"new-a"}, {"new-b"}});
      order.ordered_at += absl::Hours(i);
      facts.emplace_back(std::move(order));
    }
    EXPECT_OK(store_.Put(std::move(facts)));
    options_.test_from = At("2024-02-01");
    options_.resamples = 10;
    options_.config = SmallConfig();
    options_.config.ranker.fit = false;
  }

  static double HitRate(const CartCompletionTable& table, const std::string& model) {
    for (const CartCompletionRow& row : table.rows) {
      if (row.model == model) {
        return row.measures[static_cast<std::size_t>(CartMeasure::kHitAt10)].mean;
      }
    }
    ADD_FAILURE() << "no row " << model;
    return -1;
  }

  static constexpr int kNewOrders = 60;  // two days and a half
  MemoryStore store_;
  CartCompletionOptions options_;
};

TEST_F(CartCompletionTest, OnlyRowsThatCountOrdersSinceFindWhatCameSince) {
  ASSERT_OK_AND_ASSIGN(const CartCompletionTable table, EvaluateCartCompletion(store_, options_));
  EXPECT_EQ(table.cases, std::size_t{kNewOrders});
  EXPECT_EQ(table.unknown, std::size_t{kNewOrders});
  EXPECT_EQ(table.trainings, 1U);
  EXPECT_EQ(HitRate(table, "item_regression"), 0);
  EXPECT_EQ(HitRate(table, "combined, not live"), 0);
  // All but the first: no order before it holds them.
  EXPECT_DOUBLE_EQ(HitRate(table, "item_regression, live"), (kNewOrders - 1.0) / kNewOrders);
  EXPECT_DOUBLE_EQ(HitRate(table, "combined"), (kNewOrders - 1.0) / kNewOrders);
}

TEST_F(CartCompletionTest, TrainedAnewWithinThePeriodEachModelKnowsWhatCameBeforeIt) {
  options_.retrain_every = absl::Hours(24);
  ASSERT_OK_AND_ASSIGN(const CartCompletionTable table, EvaluateCartCompletion(store_, options_));
  EXPECT_EQ(table.trainings, 3U);
  EXPECT_EQ(table.unknown, 24U);  // those of the first day
  EXPECT_DOUBLE_EQ(HitRate(table, "item_regression"), (kNewOrders - 24.0) / kNewOrders);
}

TEST_F(CartCompletionTest, APeriodWithoutOrdersIsRefused) {
  options_.test_from = At("2025-01-01");
  EXPECT_THAT(EvaluateCartCompletion(store_, options_),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace tsugi
