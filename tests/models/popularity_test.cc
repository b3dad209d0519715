#include "models/popularity.h"

#include <gmock/gmock.h>

#include <cstdint>
#include <vector>

#include "models/baskets.h"
#include "tests/models/model_data.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

TEST(RecencyWeightsTest, HalveEachHalfLifeAndNeverExceedOne) {
  const std::vector<std::int64_t> times = {0, 10, 20, 30};
  EXPECT_THAT(RecencyWeights(times, 20, 10.0),
              ElementsAre(FloatEq(0.25F), FloatEq(0.5F), FloatEq(1.0F), FloatEq(1.0F)));
}

TEST(RecencyWeightsTest, NoHalfLifeMeansNoDecay) {
  const std::vector<std::int64_t> times = {0, 10};
  EXPECT_THAT(RecencyWeights(times, 20, 0.0), ElementsAre(1.0F, 1.0F));
}

TEST(LearningWeightsTest, FallWithOrderSizeAndMultiplyRecency) {
  const SparseMatrix orders = FromRows({{0}, {0, 1, 2, 3}, {}}, 4);
  const std::vector<float> recency = {1.0F, 0.5F, 1.0F};
  EXPECT_THAT(LearningWeights({.orders = orders.View(), .order_weights = recency}, 0.5),
              ElementsAre(FloatEq(1.0F), FloatEq(0.25F), FloatEq(0.0F)));
}

TEST(PopularityTest, SharesAreOrdersWithTheItemOverOrders) {
  const SparseMatrix orders = FromRows({{0, 1}, {0}, {0, 2}, {1}, {}}, 3);
  const auto model = TrainPopularity({.orders = orders.View()}, {});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_THAT(model->item_orders, ElementsAre(3, 2, 1));
  EXPECT_THAT(model->overall, ElementsAre(FloatEq(0.75F), FloatEq(0.5F), FloatEq(0.25F)));
  EXPECT_EQ(model->recent, model->overall);
  EXPECT_THAT(model->ranked_overall, ElementsAre(0, 1, 2));
}

TEST(PopularityTest, RecentFollowsTheOrderWeights) {
  const SparseMatrix orders = FromRows({{0}, {0}, {0}, {1}}, 2);
  const std::vector<float> weights = {0.1F, 0.1F, 0.1F, 0.7F};
  const auto model = TrainPopularity({.orders = orders.View(), .order_weights = weights}, {});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_THAT(model->ranked_overall, ElementsAre(0, 1));
  EXPECT_THAT(model->ranked_recent, ElementsAre(1, 0));
  EXPECT_NEAR(model->recent[1], 0.7, 1e-6);
}

TEST(PopularityTest, SegmentsAreShrunkTowardsEveryone) {
  // Overall: item 0 in 3 of 4, item 1 in 1 of 4. Segment 1 has one order, of item 1.
  const SparseMatrix orders = FromRows({{0}, {0}, {0}, {1}}, 2);
  const std::vector<std::uint32_t> segments = {0, 0, kNoSegment, 1};
  const auto model =
      TrainPopularity({.orders = orders.View(), .segments = segments, .num_segments = 3},
                      {.segment_prior_orders = 4.0});
  ASSERT_TRUE(model.ok()) << model.status();
  const PopularityView view = model->View();
  EXPECT_FLOAT_EQ(view.SegmentShare(1, 1), (1.0F + 4 * 0.25F) / 5.0F);
  EXPECT_FLOAT_EQ(view.SegmentShare(0, 0), (2.0F + 4 * 0.75F) / 6.0F);
  EXPECT_FLOAT_EQ(view.SegmentShare(2, 0), 0.75F) << "an empty segment is everyone";
  EXPECT_FLOAT_EQ(view.SegmentShare(kNoSegment, 0), 0.75F);
  EXPECT_THAT(view.RankedIn(0), ElementsAre(0, 1));
  EXPECT_THAT(view.RankedIn(kNoSegment), ElementsAre(0, 1));
}

TEST(PopularityTest, EqualSharesRankByItem) {
  const SparseMatrix orders = FromRows({{0, 1, 2}}, 3);
  const auto model = TrainPopularity({.orders = orders.View()}, {.ranked_items = 2});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_THAT(model->ranked_overall, ElementsAre(0, 1));
}

TEST(PopularityTest, NoOrdersGiveZeroShares) {
  const SparseMatrix orders = FromRows({}, 2);
  const auto model = TrainPopularity({.orders = orders.View()}, {.segment_prior_orders = 0});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_THAT(model->overall, ElementsAre(0.0F, 0.0F));
}

TEST(PopularityTest, BadInputIsNamed) {
  const SparseMatrix orders = FromRows({{0}, {1}}, 2);
  const std::vector<std::uint32_t> outside = {0, 5};
  const std::vector<float> negative = {1.0F, -1.0F};
  const std::vector<float> short_weights = {1.0F};
  EXPECT_THAT(TrainPopularity({.orders = orders.View()}, {.segment_prior_orders = -1}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("segment_prior_orders: -1")));
  EXPECT_THAT(
      TrainPopularity({.orders = orders.View(), .segments = outside, .num_segments = 2}, {}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("segments: 5 of order 1")));
  EXPECT_THAT(TrainPopularity({.orders = orders.View(), .order_weights = negative}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("order_weights: -1")));
  EXPECT_THAT(TrainPopularity({.orders = orders.View(), .order_weights = short_weights}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1 of them for 2 orders")));
}

}  // namespace
}  // namespace tsugi::models
