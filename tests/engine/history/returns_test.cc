#include "engine/history/returns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/testing/history_of.h"
#include "tests/testing/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::tsugi::testing::HistoryOf;
using ::tsugi::testing::OrderOf;

MATCHER_P3(Match, from, to, quantity, "") {
  return arg.return_line == static_cast<std::uint64_t>(from) &&
         arg.sale_line == static_cast<std::uint64_t>(to) && arg.quantity == quantity;
}

TEST(ReturnsTest, AReturnTakesBackTheLatestEarlierSalesAsFarAsTheyGo) {
  const OrderHistory history = HistoryOf({OrderOf("O1", "C1", "2024-01-01", {{"A", 5}}),
                                          OrderOf("O2", "C1", "2024-01-02", {{"A", 2}}),
                                          OrderOf("O3", "C1", "2024-01-03", {{"A", -4}}),
                                          OrderOf("O4", "C1", "2024-01-04", {{"A", -7}})});
  EXPECT_THAT(history.columns().returns,
              ElementsAre(Match(2, 1, 2), Match(2, 0, 2), Match(3, 0, 3)));
  EXPECT_EQ(history.columns().unmatched_returns, 4U);
}

TEST(ReturnsTest, OnlyTheSameCustomersEarlierSalesOfTheSameProductMatch) {
  const OrderHistory history = HistoryOf({OrderOf("O1", "C2", "2024-01-01", {{"A", 5}}),
                                          OrderOf("O2", "C1", "2024-01-01", {{"B", 5}}),
                                          OrderOf("O3", "C1", "2024-01-02", {{"A", -1}}),
                                          OrderOf("O4", "C1", "2024-01-03", {{"A", 5}})});
  EXPECT_THAT(history.columns().returns, IsEmpty());
  EXPECT_EQ(history.columns().unmatched_returns, 1U);
}

TEST(ReturnsTest, AnUnknownVisitorsReturnIsUnmatched) {
  const OrderHistory history = HistoryOf(
      {OrderOf("O1", "", "2024-01-01", {{"A", 1}}), OrderOf("O2", "", "2024-01-02", {{"A", -1}})});
  EXPECT_THAT(history.columns().returns, IsEmpty());
  EXPECT_EQ(history.columns().unmatched_returns, 1U);
}

TEST(ReturnsTest, LaterReturnsDoNotChangeWhatAnEarlierViewSees) {
  std::vector<Fact> facts = {OrderOf("O1", "C1", "2024-01-01", {{"A", 1}, {"B", 1}})};
  const OrderHistory before = HistoryOf(facts);
  facts.emplace_back(OrderOf("O2", "C1", "2024-01-02", {{"A", -1}}));
  const OrderHistory after = HistoryOf(facts);
  const HistoryView view = after.AsOf(testing::At("2024-01-02"));
  EXPECT_EQ(view.num_lines(), before.All().num_lines());
  EXPECT_EQ(after.Line(0).quantity, before.Line(0).quantity);
}

}  // namespace
}  // namespace tsugi
