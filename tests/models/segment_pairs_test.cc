#include "models/segment_pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/parallel.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::DoubleEq;
using ::testing::IsEmpty;

// Tea (0) goes with cups (1) in segment 0 and with milk (2) in segment 1; soap (3) is alone.
class SegmentPairsTest : public ::testing::Test {
 protected:
  SegmentPairsTest() {
    Add(30, {0, 1}, 0);
    Add(10, {0, 2}, 0);
    Add(20, {3}, 0);
    Add(40, {0, 2}, 1);
    Add(4, {0, 1}, 1);
    Add(50, {0, 1}, kNoSegment);
  }

  void Add(int times, const std::vector<std::uint32_t>& row, std::uint32_t segment) {
    for (int i = 0; i < times; ++i) {
      rows_.push_back(row);
      segments_.push_back(segment);
    }
  }

  absl::StatusOr<SegmentPairsModel> Train(const SegmentPairsOptions& options = {}) {
    matrix_ = FromRows(rows_, 4);
    Baskets baskets;
    baskets.orders = matrix_.View();
    baskets.segments = segments_;
    baskets.num_segments = 2;
    auto overall = TrainCoPurchase(baskets, {});
    EXPECT_THAT(overall, testing::IsOk());
    return TrainSegmentPairs(baskets, overall->View(), options);
  }

  std::vector<std::vector<std::uint32_t>> rows_;
  std::vector<std::uint32_t> segments_;
  SparseMatrix matrix_;
};

TEST_F(SegmentPairsTest, CountsAreThoseOfTheSegmentsOwnOrders) {
  const auto model = Train();
  ASSERT_THAT(model, testing::IsOk());
  const SegmentPairsView view = model->View();
  const auto cup = view.Find(0, 0, 1);
  ASSERT_TRUE(cup.has_value());
  EXPECT_EQ(cup->together, 30U);
  EXPECT_EQ(cup->first, 40U);
  EXPECT_EQ(cup->second, 30U);
  EXPECT_EQ(cup->orders, 60U);
  const auto milk = view.Find(1, 0, 2);
  ASSERT_TRUE(milk.has_value());
  EXPECT_EQ(milk->together, 40U);
  EXPECT_EQ(milk->first, 44U);
}

TEST_F(SegmentPairsTest, WhatASegmentDoesNotCarryIsNotThere) {
  const auto model = Train();
  ASSERT_THAT(model, testing::IsOk());
  const SegmentPairsView view = model->View();
  EXPECT_FALSE(view.Find(1, 0, 1).has_value());  // 4 orders
  EXPECT_FALSE(view.Find(0, 2, 0).has_value());  // milk is in 10 orders of it
  EXPECT_FALSE(view.Find(0, 3, 0).has_value());
  EXPECT_FALSE(view.Find(7, 0, 1).has_value());
  EXPECT_FALSE(view.Find(kNoSegment, 0, 1).has_value());
}

TEST_F(SegmentPairsTest, ConfidenceIsShrunkToEveryonesByEvidence) {
  const auto model = Train();
  ASSERT_THAT(model, testing::IsOk());
  const SegmentPairsView view = model->View();
  EXPECT_THAT(view.Confidence(*view.Find(0, 0, 1), 0.5), DoubleEq((30 + 50 * 0.5) / (40 + 50)));
  EXPECT_THAT(view.Confidence({0, 0, 0, 0}, 0.3), DoubleEq(0.3));
}

TEST_F(SegmentPairsTest, NothingCarriedIsAModelWithoutRows) {
  SegmentPairsOptions options;
  options.min_item_orders = 1000;
  const auto model = Train(options);
  ASSERT_THAT(model, testing::IsOk());
  EXPECT_THAT(model->row_items, IsEmpty());
  EXPECT_FALSE(model->View().Find(0, 0, 1).has_value());
}

TEST_F(SegmentPairsTest, SameOnAnyNumberOfThreads) {
  std::vector<std::uint32_t> one;
  std::vector<std::uint32_t> many;
  base::WithThreads(1, [&] { one = Train()->pair_orders; });
  base::WithThreads(3, [&] { many = Train()->pair_orders; });
  EXPECT_EQ(one, many);
}

TEST_F(SegmentPairsTest, OptionsOutOfRangeAreRefused) {
  SegmentPairsOptions options;
  options.prior_orders = 0;
  EXPECT_FALSE(Train(options).ok());
  options = {};
  options.min_pair_orders = 0;
  EXPECT_FALSE(Train(options).ok());
}

}  // namespace
}  // namespace tsugi::models
