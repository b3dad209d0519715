#include "engine/state/order_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint32_t kAlways = 0xFFFFFFFF;
constexpr base::Micros kSecond = 1'000'000;

ProductIndex P(std::uint32_t value) { return ProductIndex(value); }

std::vector<std::uint32_t> SecondsOf(const OrderLog& log, ProductIndex product,
                                     std::uint32_t from = 0, std::uint32_t until = kAlways) {
  std::vector<std::uint32_t> seconds;
  for (const OrderLog::Holding& holding : log.Of(product, from, until)) {
    seconds.push_back(holding.second);
  }
  return seconds;
}

TEST(OrderLogTest, OrdersOfAProductStandByTimeWhateverTheyCameIn) {
  OrderLog log;
  log.Add({1, 0}, 30 * kSecond, std::vector{P(0), P(1)});
  log.Add({2, 0}, 10 * kSecond, std::vector{P(0)});
  log.Add({3, 0}, 20 * kSecond, std::vector{P(0), P(2)});
  EXPECT_THAT(SecondsOf(log, P(0)), ElementsAre(10, 20, 30));
  EXPECT_THAT(SecondsOf(log, P(0), 11, 29), ElementsAre(20));
  EXPECT_THAT(SecondsOf(log, P(0), 10, 20), ElementsAre(10, 20));
  EXPECT_THAT(SecondsOf(log, P(0), 31), IsEmpty());
  EXPECT_THAT(SecondsOf(log, P(9)), IsEmpty());
  EXPECT_EQ(log.CountOrders(10, 20), 2U);
  EXPECT_THAT(log.Products(log.Of(P(2)).front().slot), ElementsAre(P(0), P(2)));
}

TEST(OrderLogTest, NothingCountsBeforeItWasThere) {
  OrderLog log;
  log.Add({1, 0}, 10 * kSecond + 1, std::vector{P(0)});
  EXPECT_THAT(SecondsOf(log, P(0), 0, SecondAt(10 * kSecond + 999'999)), IsEmpty());
  EXPECT_THAT(SecondsOf(log, P(0), 0, SecondAt(11 * kSecond)), ElementsAre(11));
}

TEST(OrderLogTest, AReplacedOrderCountsOnceAndARemovedOneNotAtAll) {
  OrderLog log;
  log.Add({1, 0}, 10 * kSecond, std::vector{P(0), P(1)});
  log.Add({1, 0}, 12 * kSecond, std::vector{P(1)});
  EXPECT_THAT(SecondsOf(log, P(0)), IsEmpty());
  EXPECT_THAT(SecondsOf(log, P(1)), ElementsAre(12));
  EXPECT_EQ(log.CountOrders(0, kAlways), 1U);
  log.Remove({1, 0});
  EXPECT_THAT(SecondsOf(log, P(1)), IsEmpty());
  EXPECT_EQ(log.num_lines(), 0U);
  EXPECT_EQ(log.CountOrders(0, kAlways), 0U);
}

TEST(OrderLogTest, OrdersOfSeveralDaysAreCountedToTheSecond) {
  OrderLog log;
  for (std::uint32_t i = 0; i < 10; ++i) {
    log.Add({i, 0}, 40'000 * kSecond * i, std::vector{P(0)});
  }
  EXPECT_EQ(log.CountOrders(40'000, 200'000), 5U);
  EXPECT_EQ(log.CountOrders(40'001, 199'999), 3U);
  EXPECT_EQ(log.CountOrders(360'001, kAlways), 0U);
}

TEST(OrderLogTest, TheOldestAreForgottenBeyondTheBound) {
  OrderLog log(/*most_lines=*/8);
  for (std::uint32_t i = 0; i < 9; ++i) {
    log.Add({i, 0}, i * kSecond, std::vector{P(0)});
  }
  EXPECT_EQ(log.compactions(), 1U);
  EXPECT_THAT(SecondsOf(log, P(0)), ElementsAre(3, 4, 5, 6, 7, 8));
  log.Remove({0, 0});  // forgotten: nothing to take back
  log.Remove({8, 0});
  EXPECT_THAT(SecondsOf(log, P(0)), ElementsAre(3, 4, 5, 6, 7));
}

TEST(OrderLogTest, TheDigestOfDaysTellsWhetherTheirOrdersChanged) {
  constexpr std::uint32_t kDay = 86'400;
  OrderLog log;
  EXPECT_EQ(log.DigestOfDays(0, 9 * kDay), 0U);
  log.Add({1, 0}, 2 * kSecond * kDay, std::vector{P(0), P(1)});
  log.Add({2, 0}, 3 * kSecond * kDay, std::vector{P(0)});
  const std::uint64_t before = log.DigestOfDays(0, 3 * kDay);
  EXPECT_NE(before, 0U);
  EXPECT_NE(log.DigestOfDays(0, 4 * kDay), before);
  EXPECT_EQ(log.DigestOfDays(3 * kDay, 3 * kDay), 0U);
  log.Add({3, 0}, 3 * kSecond * kDay, std::vector{P(1)});
  EXPECT_EQ(log.DigestOfDays(0, 3 * kDay), before);
  log.Add({1, 0}, 2 * kSecond * kDay, std::vector{P(0), P(2)});
  EXPECT_NE(log.DigestOfDays(0, 3 * kDay), before);
  log.Add({1, 0}, 2 * kSecond * kDay, std::vector{P(0), P(1)});
  EXPECT_EQ(log.DigestOfDays(0, 3 * kDay), before);
}

TEST(OrderLogTest, EveryOrderOfATimeIsVisited) {
  OrderLog log;
  log.Add({1, 0}, 10 * kSecond, std::vector{P(0), P(1)});
  log.Add({2, 0}, 20 * kSecond, std::vector{P(2)});
  log.Add({3, 0}, 15 * kSecond, std::vector{P(3)});
  log.Remove({3, 0});
  std::vector<std::uint32_t> seconds;
  log.ForEachOrder(10, 20, [&](std::uint32_t second, std::span<const ProductIndex> products) {
    seconds.push_back(second);
    EXPECT_THAT(products, ElementsAre(P(0), P(1)));
  });
  EXPECT_THAT(seconds, ElementsAre(10));
}

}  // namespace
}  // namespace tsugi
