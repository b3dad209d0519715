#include "engine/state/fact_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "engine/state/follower.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::Eq;
using testing::Goods;
using ::testing::IsNull;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using testing::MakeSignal;
using testing::Money;
using ::testing::NotNull;
using testing::Person;
using ::testing::SizeIs;
using testing::Subscribed;

base::Micros M(const std::string& time) { return base::ToMicros(At(time)); }

class FactIndexTest : public ::testing::Test {
 protected:
  void Put(std::vector<Fact> facts) {
    ASSERT_THAT(store_.Put(std::move(facts)), IsOk());
    ASSERT_THAT(follower_.CatchUp(), IsOk());
  }

  std::vector<std::string> BoughtBy(const std::string& customer, const std::string& at) {
    std::vector<std::string> ids;
    const CustomerRecord* record = index_.FindCustomer(customer);
    if (record == nullptr) return ids;
    for (const Purchase& p : FactIndex::PurchasesAsOf(*record, M(at))) {
      ids.push_back(index_.product(p.product).id);
    }
    return ids;
  }

  testing::MemoryStore store_;
  FactIndex index_;
  Follower follower_{&store_, &index_, {.batch = 2}};
};

TEST_F(FactIndexTest, PurchasesComeByTimeWhateverOrderTheyArriveIn) {
  Put({MakeOrder("o2", "ann", "2024-02-01", {Line("cup")}),
       MakeOrder("o1", "ann", "2024-01-01", {Line("tea"), Line("pot")}),
       MakeOrder("o3", "ann", "2024-03-01", {Line("tin")})});
  EXPECT_THAT(BoughtBy("ann", "2024-12-31"), ::testing::ElementsAre("tea", "pot", "cup", "tin"));
  EXPECT_THAT(BoughtBy("ann", "2024-02-01"), ::testing::ElementsAre("tea", "pot", "cup"));
  EXPECT_THAT(BoughtBy("ann", "2023-12-31"), ::testing::IsEmpty());
}

TEST_F(FactIndexTest, ReplacedOrderTakesItsLinesWithIt) {
  Put({MakeOrder("o1", "ann", "2024-01-01", {Line("tea"), Line("pot")}),
       MakeOrder("o2", "ann", "2024-01-01", {Line("cup")})});
  Put({MakeOrder("o1", "ann", "2024-01-01", {Line("tin")})});
  EXPECT_THAT(BoughtBy("ann", "2024-12-31"), ::testing::UnorderedElementsAre("cup", "tin"));
}

TEST_F(FactIndexTest, OrdersOfEveryoneAreCountedWithinASpan) {
  Put({MakeOrder("o1", "ann", "2024-01-01", {Line("tea"), Line("tea", 2)}),
       MakeOrder("o3", "", "2024-01-09", {Line("tea")}),
       MakeOrder("o2", "", "2024-01-03", {Line("tea")}),
       MakeOrder("r1", "ann", "2024-01-04", {Line("tea", -1)})});
  constexpr base::Micros kWeek = base::Micros{7} * 86'400 * 1'000'000;
  const ProductIndex tea = index_.FindProduct("tea");
  EXPECT_THAT(index_.OrdersWithin(tea, {kWeek, M("2024-01-01") - 1}), Eq(0U));
  EXPECT_THAT(index_.OrdersWithin(tea, {kWeek, M("2024-01-01")}), Eq(1U));
  EXPECT_THAT(index_.OrdersWithin(tea, {kWeek, M("2024-01-05")}), Eq(2U));
  EXPECT_THAT(index_.OrdersWithin(tea, {kWeek, M("2024-01-09")}), Eq(2U));
  EXPECT_THAT(index_.OrdersWithin(tea, {kWeek, M("2024-02-09")}), Eq(0U));
}

TEST_F(FactIndexTest, ReturnsAreNegativeLines) {
  Put({MakeOrder("o1", "ann", "2024-01-01", {Line("tea", 3, 2.5)}),
       MakeOrder("r1", "ann", "2024-01-02", {Line("tea", -2, 2.5)})});
  const CustomerRecord* ann = index_.FindCustomer("ann");
  ASSERT_THAT(ann, NotNull());
  ASSERT_THAT(ann->purchases, SizeIs(2));
  EXPECT_THAT(ann->purchases[0].revenue_micros, Eq(Money(7.5).micros()));
  EXPECT_THAT(ann->purchases[1].revenue_micros, Eq(Money(-5).micros()));
}

TEST_F(FactIndexTest, DiscountLowersRevenueButNotThePriceSoldAt) {
  OrderLine line = Line("tea", 2, 10);
  line.discount_percent = 25;
  Put({MakeOrder("o1", "ann", "2024-01-01", {line})});
  EXPECT_THAT(index_.FindCustomer("ann")->purchases[0].revenue_micros, Eq(Money(15).micros()));
  EXPECT_THAT(index_.PriceAsOf(index_.FindProduct("tea"), M("2024-01-02")), Eq(Money(10)));
}

TEST_F(FactIndexTest, VisitorsOrdersLeaveOnlyPriceAndName) {
  OrderLine named = Line("tea", 1, 4);
  named.product_name = "GREEN TEA";
  Put({MakeOrder("g1", "", "2024-01-01", {named}),
       MakeOrder("g2", "", "2024-02-01", {Line("tea", 1, 5)})});
  EXPECT_THAT(index_.num_customers(), Eq(0U));
  const ProductIndex tea = index_.FindProduct("tea");
  EXPECT_THAT(index_.PriceAsOf(tea, M("2024-01-15")), Eq(Money(4)));
  EXPECT_THAT(index_.PriceAsOf(tea, M("2024-02-15")), Eq(Money(5)));
  EXPECT_THAT(index_.PriceAsOf(tea, M("2023-12-15")), Eq(std::nullopt));
  EXPECT_THAT(std::string(index_.NameAsOf(tea, M("2024-02-15"))), Eq("GREEN TEA"));
  EXPECT_TRUE(index_.KnownAsOf(tea, M("2024-01-01")));
  EXPECT_FALSE(index_.KnownAsOf(tea, M("2023-12-31")));
}

TEST_F(FactIndexTest, CatalogPriceAndNameWinFromTheirTimeOn) {
  Product product = Goods("tea", 9);
  product.name = "Tea";
  product.observed_at = At("2024-02-01");
  OrderLine named = Line("tea", 1, 4);
  named.product_name = "GREEN TEA";
  Put({MakeOrder("g1", "", "2024-01-01", {named}), product});
  const ProductIndex tea = index_.FindProduct("tea");
  EXPECT_THAT(index_.PriceAsOf(tea, M("2024-01-31")), Eq(Money(4)));
  EXPECT_THAT(index_.PriceAsOf(tea, M("2024-02-01")), Eq(Money(9)));
  EXPECT_THAT(std::string(index_.NameAsOf(tea, M("2024-01-31"))), Eq("GREEN TEA"));
  EXPECT_THAT(std::string(index_.NameAsOf(tea, M("2024-02-01"))), Eq("Tea"));
}

TEST_F(FactIndexTest, VersionThatArrivesLateTakesItsPlaceInThePast) {
  Product newer = Goods("tea", 9);
  newer.observed_at = At("2024-03-01");
  Product late = Goods("tea", 7);
  late.observed_at = At("2024-02-01");
  Put({Goods("tea", 5), newer});
  Put({late});
  const ProductIndex tea = index_.FindProduct("tea");
  EXPECT_THAT(index_.EntryAsOf(tea, M("2024-01-01"))->facts.price, Eq(Money(5)));
  EXPECT_THAT(index_.EntryAsOf(tea, M("2024-02-15"))->facts.price, Eq(Money(7)));
  EXPECT_THAT(index_.EntryAsOf(tea, M("2024-03-01"))->facts.price, Eq(Money(9)));
}

TEST_F(FactIndexTest, ErasedCustomerLeavesNothingBehind) {
  Put({Person("ann"), MakeOrder("o1", "ann", "2024-01-01", {Line("tea")}),
       Subscribed("s1", "ann", "basic"),
       MakeSignal("e1", "ann", "2024-01-01", SignalType::kNps, 9)});
  ASSERT_THAT(index_.FindCustomer("ann"), NotNull());
  ASSERT_THAT(store_.DeleteCustomer("ann", At("2024-05-01")), IsOk());
  ASSERT_THAT(follower_.CatchUp(), IsOk());
  EXPECT_THAT(index_.FindCustomer("ann"), IsNull());
  EXPECT_THAT(index_.FindSubscription("s1"), IsNull());
  EXPECT_THAT(index_.num_customers(), Eq(0U));
  Put({MakeOrder("o2", "ann", "2024-06-01", {Line("cup")})});
  EXPECT_THAT(BoughtBy("ann", "2024-12-31"), ::testing::ElementsAre("cup"));
}

ReactionEvent Declined(std::string event, std::string recommendation, std::string product) {
  ReactionEvent reaction;
  reaction.event_id = std::move(event);
  reaction.at = At("2024-01-02");
  reaction.reaction = Reaction::kDeclined;
  reaction.recommendation_id = std::move(recommendation);
  reaction.product_id = std::move(product);
  return reaction;
}

Exposure Shown(std::string recommendation, std::string product, std::string customer) {
  Exposure exposure;
  exposure.recommendation_id = std::move(recommendation);
  exposure.product_id = std::move(product);
  exposure.at = At("2024-01-01");
  exposure.customer_id = std::move(customer);
  return exposure;
}

TEST_F(FactIndexTest, ReactionFindsItsCustomerThroughTheExposure) {
  Put({Shown("r1", "tea", "ann"), Declined("e1", "r1", "tea")});
  ASSERT_THAT(index_.FindCustomer("ann"), NotNull());
  ASSERT_THAT(index_.FindCustomer("ann")->reactions, SizeIs(1));
  EXPECT_THAT(index_.FindCustomer("ann")->reactions[0].reaction, Eq(Reaction::kDeclined));
}

TEST_F(FactIndexTest, ReactionWaitsForAnExposureThatIsWrittenBehindIt) {
  FactIndex index;
  index.Apply(std::vector<Change>{{1, Stored{Declined("e1", "r1", "tea"), At("2024-01-02")}}});
  EXPECT_THAT(index.FindCustomer("ann"), IsNull());
  index.Apply(std::vector<Change>{{2, Stored{Shown("r1", "tea", "ann"), At("2024-01-01")}}});
  ASSERT_THAT(index.FindCustomer("ann"), NotNull());
  EXPECT_THAT(index.FindCustomer("ann")->reactions, SizeIs(1));
}

TEST_F(FactIndexTest, FollowerReadsOnlyWhatIsNew) {
  Put({MakeOrder("o1", "ann", "2024-01-01", {Line("tea")})});
  const Seq before = index_.seq();
  ASSERT_THAT(follower_.CatchUp(), IsOk());
  EXPECT_THAT(index_.seq(), Eq(before));
  Put({MakeOrder("o2", "ann", "2024-01-02", {Line("cup")})});
  EXPECT_THAT(index_.seq(), ::testing::Gt(before));
  EXPECT_THAT(BoughtBy("ann", "2024-12-31"), ::testing::ElementsAre("tea", "cup"));
}

TEST_F(FactIndexTest, ReadersSeeWholeOrdersWhileTheFollowerApplies) {
  Put({MakeOrder("o0", "ann", "2024-01-01", {Line("tea"), Line("cup")})});
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&] {
      while (!done) {
        const base::ReaderLock lock(&index_.mutex());
        const CustomerRecord* ann = index_.FindCustomer("ann");
        if (ann == nullptr || ann->purchases.size() % 2 != 0 ||
            ann->purchases.size() != ann->purchase_orders.size()) {
          ++torn;
        }
      }
    });
  }
  for (int i = 1; i <= 100; ++i) {
    Put({MakeOrder("o" + std::to_string(i), "ann", "2024-01-01", {Line("tea"), Line("cup")})});
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_THAT(torn.load(), Eq(0));
  EXPECT_THAT(BoughtBy("ann", "2024-12-31"), SizeIs(202));
}

}  // namespace
}  // namespace tsugi
