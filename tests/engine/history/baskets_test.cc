#include "engine/history/baskets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/testing/history_of.h"
#include "tests/testing/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::tsugi::testing::At;
using ::tsugi::testing::HistoryOf;
using ::tsugi::testing::OrderOf;

TEST(BasketsTest, ABasketHoldsEachProductBoughtOnce) {
  const OrderHistory history =
      HistoryOf({OrderOf("O1", "C1", "2024-01-01", {{"B", 2}, {"A", 1}, {"B", 1}}),
                 OrderOf("O2", "C1", "2024-01-02", {{"A", -1}}),
                 OrderOf("O3", "C1", "2024-01-03", {{"C", 2}, {"C", -2}, {"D", 1}})});
  const HistoryBaskets baskets = MakeBaskets(history.All());
  EXPECT_THAT(baskets.product_of_item, ElementsAre(0U, 1U, 3U)) << "C was given back at once";
  EXPECT_THAT(baskets.order_of_row, ElementsAre(0U, 2U));
  EXPECT_THAT(baskets.orders.View().Row(0), ElementsAre(0U, 1U));
  EXPECT_THAT(baskets.orders.View().Row(1), ElementsAre(2U));
  EXPECT_OK(models::Validate(baskets.View()));
}

TEST(BasketsTest, WhatTheCatalogueTookOutOfSaleIsNoItem) {
  Product gone;
  gone.id = "B";
  gone.active = false;
  gone.observed_at = At("2024-02-01");
  const OrderHistory history =
      HistoryOf({gone, OrderOf("O1", "", "2024-01-01", {{"A"}, {"B"}, {"C"}})});
  EXPECT_EQ(MakeBaskets(history.AsOf(At("2024-02-01"))).num_items(), 3U);
  EXPECT_EQ(MakeBaskets(history.AsOf(At("2024-02-02"))).num_items(), 2U);
}

TEST(BasketsTest, AnEarlierViewKnowsNothingOfLaterProductsAndSegments) {
  Customer late;
  late.id = "C2";
  late.segment = "late";
  const OrderHistory history = HistoryOf({late, OrderOf("O1", "C1", "2024-01-01", {{"B"}}),
                                          OrderOf("O2", "C2", "2024-01-02", {{"A"}})});
  const HistoryBaskets early = MakeBaskets(history.AsOf(At("2024-01-02")));
  EXPECT_THAT(early.product_of_item, ElementsAre(1U));
  EXPECT_THAT(early.segment_names, ElementsAre());
  const HistoryBaskets all = MakeBaskets(history.All());
  EXPECT_THAT(all.segment_names, ElementsAre("late"));
  EXPECT_THAT(all.segments, ElementsAre(models::kNoSegment, 0U));
}

TEST(BasketsTest, WeightsHalveWithAgeBeforeTheLastOrder) {
  const OrderHistory history =
      HistoryOf({OrderOf("O1", "", "2024-01-01", {{"A"}}), OrderOf("O2", "", "2024-01-11", {{"A"}}),
                 OrderOf("O3", "", "2024-01-21", {{"A"}})});
  const HistoryBaskets baskets = MakeBaskets(history.All(), absl::Hours(240));
  EXPECT_THAT(baskets.weights,
              ElementsAre(FloatNear(0.25F, 1e-6F), FloatNear(0.5F, 1e-6F), FloatNear(1, 1e-6F)));
  EXPECT_THAT(baskets.days, ElementsAre(19723U, 19733U, 19743U));
}

TEST(BasketsTest, ACustomersOrdersAreOneRowOfInteractionsAndAGuestsOrderIsItsOwn) {
  const OrderHistory history = HistoryOf({OrderOf("O1", "", "2024-01-01", {{"A"}, {"B"}}),
                                          OrderOf("O2", "C2", "2024-01-02", {{"C"}, {"A"}}),
                                          OrderOf("O3", "C1", "2024-01-03", {{"B"}}),
                                          OrderOf("O4", "C2", "2024-01-04", {{"A"}, {"B"}}),
                                          OrderOf("O5", "", "2024-01-05", {{"A"}})});
  const HistoryBaskets baskets = MakeBaskets(history.All());
  const models::SparseMatrix rows = MakeInteractions(baskets);
  ASSERT_EQ(rows.View().rows(), 4U);
  EXPECT_THAT(rows.View().Row(0), ElementsAre(1U));
  EXPECT_THAT(rows.View().Row(1), ElementsAre(0U, 1U, 2U));
  EXPECT_THAT(rows.View().Row(2), ElementsAre(0U, 1U));
  EXPECT_THAT(rows.View().Row(3), ElementsAre(0U));
  EXPECT_OK(models::Validate(rows.View(), "interactions"));
}

TEST(BasketsTest, WithoutConsentToProfilingOrdersCountLikeAnUnknownVisitors) {
  Customer before;
  before.id = "C1";
  before.segment = "home";
  Customer after = before;
  after.consent_profiling = false;
  after.observed_at = At("2024-02-01");
  const OrderHistory history = HistoryOf({before, after, OrderOf("O1", "C1", "2024-01-01", {{"A"}}),
                                          OrderOf("O2", "C1", "2024-01-02", {{"B"}})});
  const HistoryBaskets consenting = MakeBaskets(history.AsOf(At("2024-02-01")));
  EXPECT_THAT(consenting.segment_names, ElementsAre("home"));
  EXPECT_EQ(MakeInteractions(consenting).View().rows(), 1U);
  const HistoryBaskets withdrawn = MakeBaskets(history.All());
  EXPECT_THAT(withdrawn.segment_names, ElementsAre());
  EXPECT_EQ(MakeInteractions(withdrawn).View().rows(), 2U);
}

}  // namespace
}  // namespace tsugi
