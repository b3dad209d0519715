#include "engine/history/order_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "engine/history/builder.h"
#include "tests/testing/history_of.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::tsugi::testing::At;
using ::tsugi::testing::HistoryOf;
using ::tsugi::testing::MemoryStore;
using ::tsugi::testing::OrderOf;

Customer CustomerOf(const std::string& id, const std::string& segment, std::string_view from) {
  Customer customer;
  customer.id = id;
  customer.segment = segment;
  customer.observed_at = At(from);
  return customer;
}

Product ProductOf(const std::string& id, bool active, std::string_view from) {
  Product product;
  product.id = id;
  product.active = active;
  product.observed_at = At(from);
  return product;
}

std::vector<std::string> ProductsOf(const OrderHistory& history, std::size_t order) {
  std::vector<std::string> ids;
  const auto [begin, end] = history.LinesOf(order);
  for (std::uint64_t i = begin; i < end; ++i) {
    ids.push_back(history.columns().product_ids[history.Line(i).product]);
  }
  return ids;
}

TEST(OrderHistoryTest, OrdersStandByTimeThenIdAndLinesByProduct) {
  MemoryStore store;
  ASSERT_OK(store.Put({OrderOf("O3", "", "2024-01-02", {{"C"}, {"A"}}),
                       OrderOf("O2", "", "2024-01-01", {{"B"}}),
                       OrderOf("O1", "", "2024-01-02", {{"D"}})}));
  ASSERT_OK_AND_ASSIGN(const OrderHistory history, ReadOrderHistory(store));
  ASSERT_EQ(history.num_orders(), 3U);
  EXPECT_THAT(ProductsOf(history, 0), ElementsAre("B"));
  EXPECT_THAT(ProductsOf(history, 1), ElementsAre("D"));
  EXPECT_THAT(ProductsOf(history, 2), ElementsAre("A", "C"));
}

TEST(OrderHistoryTest, APriceIsAfterDiscountAndMayBeMissing) {
  MemoryStore store;
  ASSERT_OK(store.Put({OrderOf("O1", "", "2024-01-01", {{"A", 3, 2.5, 10}, {"B"}})}));
  ASSERT_OK_AND_ASSIGN(const OrderHistory history, ReadOrderHistory(store));
  EXPECT_EQ(history.Line(0).quantity, 3);
  EXPECT_EQ(history.Line(0).unit_price_micros, 2'250'000);
  EXPECT_FALSE(history.Line(1).unit_price_micros.has_value());
}

TEST(OrderHistoryTest, AViewEndsBeforeItsInstant) {
  MemoryStore store;
  ASSERT_OK(
      store.Put({OrderOf("O1", "", "2024-01-01", {{"A"}}), OrderOf("O2", "", "2024-01-02", {{"A"}}),
                 OrderOf("O3", "", "2024-01-02", {{"A"}})}));
  ASSERT_OK_AND_ASSIGN(const OrderHistory history, ReadOrderHistory(store));
  EXPECT_EQ(history.AsOf(At("2024-01-02")).num_orders, 1U);
  EXPECT_EQ(history.AsOf(At("2024-01-02 00:00:01")).num_orders, 3U);
  EXPECT_EQ(history.AsOf(absl::InfinitePast()).num_orders, 0U);
  EXPECT_EQ(history.All().num_orders, 3U);
  EXPECT_EQ(history.All().Before(2).num_orders, 1U) << "orders of the same instant are not before";
}

TEST(OrderHistoryTest, ASegmentIsTheCustomersWhenTheOrderWasMade) {
  MemoryStore store;
  ASSERT_OK(store.Put({CustomerOf("C1", "old", "2024-01-01"), CustomerOf("C1", "new", "2024-02-01"),
                       OrderOf("O1", "C1", "2023-12-01", {{"A"}}),
                       OrderOf("O2", "C1", "2024-01-15", {{"A"}}),
                       OrderOf("O3", "C1", "2024-02-01", {{"A"}})}));
  ASSERT_OK_AND_ASSIGN(const OrderHistory history, ReadOrderHistory(store));
  EXPECT_THAT(history.columns().segment_names, ElementsAre("new", "old"));
  EXPECT_THAT(history.columns().segments, ElementsAre(kNoIndex, 1U, 0U));
}

TEST(OrderHistoryTest, AProductIsActiveAsTheCatalogueSaidThen) {
  MemoryStore store;
  ASSERT_OK(store.Put({ProductOf("A", true, "2024-01-01"), ProductOf("A", false, "2024-02-01"),
                       OrderOf("O1", "", "2024-01-01", {{"A"}})}));
  ASSERT_OK_AND_ASSIGN(const OrderHistory history, ReadOrderHistory(store));
  EXPECT_TRUE(history.ActiveAt(0, base::ToMicros(At("2023-01-01"))));
  EXPECT_TRUE(history.ActiveAt(0, base::ToMicros(At("2024-01-31"))));
  EXPECT_FALSE(history.ActiveAt(0, base::ToMicros(At("2024-02-01"))));
}

TEST(OrderHistoryTest, AReplacedOrderCountsOnce) {
  MemoryStore store;
  OrderHistoryBuilder builder;
  const auto feed = [&](const Change& change) { return builder.Add(change); };
  ASSERT_OK(store.Put({OrderOf("O1", "C1", "2024-01-01", {{"A"}, {"B"}})}));
  ASSERT_OK_AND_ASSIGN(const Seq seen, store.ReadChanges(0, feed));
  ASSERT_OK(store.Put({OrderOf("O1", "C1", "2024-01-03", {{"C"}})}));
  ASSERT_OK(store.ReadChanges(seen, feed).status());
  const OrderHistory history = builder.Build();
  ASSERT_EQ(history.num_orders(), 1U);
  EXPECT_THAT(ProductsOf(history, 0), ElementsAre("C"));
  EXPECT_THAT(history.columns().product_ids, ElementsAre("C"));
}

TEST(OrderHistoryTest, AnErasedCustomersOrdersStayAsAnUnknownVisitors) {
  MemoryStore store;
  OrderHistoryBuilder builder;
  const auto feed = [&](const Change& change) { return builder.Add(change); };
  ASSERT_OK(store.Put(
      {OrderOf("O1", "C1", "2024-01-01", {{"A"}}), OrderOf("O2", "C2", "2024-01-02", {{"A"}})}));
  ASSERT_OK_AND_ASSIGN(const Seq seen, store.ReadChanges(0, feed));
  ASSERT_OK(store.DeleteCustomer("C1", At("2024-02-01")).status());
  ASSERT_OK(store.Put({OrderOf("O3", "C1", "2024-03-01", {{"A"}})}));
  ASSERT_OK(store.ReadChanges(seen, feed).status());
  const OrderHistory followed = builder.Build();
  ASSERT_OK_AND_ASSIGN(const OrderHistory fresh, ReadOrderHistory(store));
  for (const OrderHistory* history : {&followed, &fresh}) {
    EXPECT_THAT(history->columns().customers, ElementsAre(kNoIndex, 1U, 0U));
    EXPECT_THAT(history->columns().customer_ids, ElementsAre("C1", "C2"));
  }
}

TEST(OrderHistoryTest, OrdersOfACustomerStandByTime) {
  MemoryStore store;
  ASSERT_OK(store.Put({OrderOf("O1", "C1", "2024-01-05", {{"A"}}),
                       OrderOf("O2", "C2", "2024-01-03", {{"A"}}),
                       OrderOf("O3", "C1", "2024-01-01", {{"A"}})}));
  ASSERT_OK_AND_ASSIGN(const OrderHistory history, ReadOrderHistory(store));
  EXPECT_THAT(history.OrdersOf(history.FindCustomer("C1")), ElementsAre(0U, 2U));
  EXPECT_EQ(history.FindCustomer("nobody"), kNoIndex);
  EXPECT_EQ(history.FindProduct("A"), 0U);
}

TEST(OrderHistoryTest, TheOrderOfWritingDoesNotShow) {
  std::vector<Fact> facts;
  base::Random random(7);
  for (int i = 0; i < 60; ++i) {
    std::vector<testing::LineOf> lines;
    for (std::uint64_t n = random.Below(4) + 1; n > 0; --n) {
      lines.push_back({"P" + std::to_string(random.Below(9)),
                       static_cast<std::int64_t>(random.Below(5)) - 2,
                       static_cast<double>(random.Below(4))});
      if (lines.back().quantity == 0) lines.back().quantity = 1;
    }
    const std::uint64_t customer = random.Below(6);
    facts.emplace_back(OrderOf("O" + std::to_string(i),
                               customer == 0 ? "" : "C" + std::to_string(customer),
                               "2024-01-0" + std::to_string(1 + random.Below(9)), lines));
  }
  const OrderHistory first = HistoryOf(facts);
  random.Shuffle(std::span(facts));
  for (Fact& fact : facts) random.Shuffle(std::span(std::get<Order>(fact).lines));
  const OrderHistory second = HistoryOf(facts);
  const HistoryColumns& a = first.columns();
  const HistoryColumns& b = second.columns();
  EXPECT_EQ(a.times, b.times);
  EXPECT_EQ(a.customers, b.customers);
  EXPECT_EQ(a.line_offsets, b.line_offsets);
  EXPECT_EQ(a.products, b.products);
  EXPECT_EQ(a.quantities, b.quantities);
  EXPECT_EQ(a.line_prices, b.line_prices);
  EXPECT_EQ(a.prices, b.prices);
  EXPECT_EQ(a.unmatched_returns, b.unmatched_returns);
  ASSERT_EQ(a.returns.size(), b.returns.size());
  EXPECT_GT(a.returns.size(), 0U);
  for (std::size_t i = 0; i < a.returns.size(); ++i) {
    EXPECT_EQ(a.returns[i].sale_line, b.returns[i].sale_line);
  }
}

TEST(OrderHistoryTest, AnEmptyStoreGivesAnEmptyHistory) {
  MemoryStore store;
  ASSERT_OK_AND_ASSIGN(const OrderHistory history, ReadOrderHistory(store));
  EXPECT_EQ(history.num_orders(), 0U);
  EXPECT_EQ(history.All().num_lines(), 0U);
  EXPECT_FALSE(history.All().Range().has_value());
}

}  // namespace
}  // namespace tsugi
