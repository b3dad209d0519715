#include "engine/store/store.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/engine/store/facts_for_tests.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::StatusIs;

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, OpenStore(dir_.File("shop.db"), {.create = true}));
  }
  WriteResult Write(const std::vector<Fact>& facts, absl::Time now = Day(100)) {
    const absl::StatusOr<WriteResult> result = store_->Write(facts, now);
    EXPECT_THAT(result, IsOk());
    return result.ok() ? *result : WriteResult{};
  }
  std::vector<std::string> Changes(Seq after = 0) { return Describe(*store_, after); }

  testing::TempDir dir_;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, AnOrderComesBackAsItWasWritten) {
  Order order = MakeOrder("O1", "C1", Day(1), {{"P1", 2}, {"P2", -1}});
  order.channel = "web";
  order.lines[0].unit_price = base::Decimal::FromMicros(2'550'000);
  order.lines[0].discount_percent = 12.5;
  order.lines[0].recommendation_id = "R1";
  order.lines[0].product_name = "Lantern";
  Write({order});
  int seen = 0;
  ASSERT_OK(store_->ReadChanges(0, [&](const Change& change) {
    ++seen;
    const Stored& stored = std::get<Stored>(change.what);
    const Order& read = std::get<Order>(stored.fact);
    EXPECT_EQ(stored.valid_from, Day(1));
    EXPECT_EQ(read.id, "O1");
    EXPECT_EQ(read.customer_id, "C1");
    EXPECT_EQ(read.ordered_at, Day(1));
    EXPECT_EQ(read.channel, "web");
    EXPECT_EQ(read.lines.size(), 2U);
    EXPECT_EQ(read.lines[0].product_id, "P1");
    EXPECT_EQ(read.lines[0].quantity, 2);
    EXPECT_EQ(read.lines[0].unit_price, base::Decimal::FromMicros(2'550'000));
    EXPECT_EQ(read.lines[0].discount_percent, 12.5);
    EXPECT_EQ(read.lines[0].recommendation_id, "R1");
    EXPECT_EQ(read.lines[0].product_name, "Lantern");
    EXPECT_EQ(read.lines[1].unit_price, std::nullopt);
    EXPECT_EQ(read.lines[1].product_name, "");
    return absl::OkStatus();
  }));
  EXPECT_EQ(seen, 1);
}

TEST_F(StoreTest, AProductComesBackAsItWasWritten) {
  Product product;
  product.id = "P1";
  product.name = "紅茶";
  product.category = "tea";
  product.kind = ProductKind::kAddOn;
  product.family = "teas";
  product.tier = 3;
  product.price = base::Decimal::FromMicros(1);
  product.unit_cost = base::Decimal::FromMicros(0);
  product.active = false;
  product.in_stock = false;
  product.consumable = true;
  product.durable = true;
  product.season_months = (1U << 0) | (1U << 9) | (1U << 11);
  product.goes_with = {"A", "B"};
  product.contents = {"X"};
  product.usage_limit = 1.5;
  product.billing_months = 12;
  product.observed_at = Day(3);
  Write({product});
  ASSERT_OK(store_->ReadChanges(0, [&](const Change& change) {
    const Stored& stored = std::get<Stored>(change.what);
    const Product& read = std::get<Product>(stored.fact);
    EXPECT_EQ(stored.valid_from, Day(3));
    EXPECT_EQ(std::tie(read.id, read.name, read.category, read.kind, read.family, read.tier),
              std::tie(product.id, product.name, product.category, product.kind, product.family,
                       product.tier));
    EXPECT_EQ(std::tie(read.price, read.unit_cost, read.active, read.in_stock, read.consumable,
                       read.durable, read.season_months),
              std::tie(product.price, product.unit_cost, product.active, product.in_stock,
                       product.consumable, product.durable, product.season_months));
    EXPECT_EQ(std::tie(read.goes_with, read.contents, read.usage_limit, read.billing_months,
                       read.observed_at),
              std::tie(product.goes_with, product.contents, product.usage_limit,
                       product.billing_months, product.observed_at));
    return absl::OkStatus();
  }));
}

TEST_F(StoreTest, EveryKindOfFactIsWrittenOnceAndRecognisedAfterwards) {
  const std::vector<Fact> facts = OneOfEachKind();
  const WriteResult first = Write(facts);
  EXPECT_EQ(first.written, facts.size());
  EXPECT_EQ(first.seq, facts.size());
  const WriteResult second = Write(facts);
  EXPECT_EQ(second.written, 0U);
  EXPECT_EQ(second.already_there, facts.size());
  EXPECT_EQ(second.seq, first.seq);
  EXPECT_EQ(Changes().size(), facts.size());
  EXPECT_THAT(store_->Check(), IsOk());
}

TEST_F(StoreTest, TheOrderOfAnOrdersLinesDoesNotMatter) {
  Write({MakeOrder("O1", "C1", Day(1), {{"P1", 1}, {"P2", 1}})});
  const WriteResult again = Write({MakeOrder("O1", "C1", Day(1), {{"P2", 1}, {"P1", 1}})});
  EXPECT_EQ(again.already_there, 2U);
}

TEST_F(StoreTest, AnOrderWithOtherContentReplacesTheOldOneBehindATombstone) {
  Write({MakeOrder("O1", "C1", Day(1), {{"P1", 1}})});
  const WriteResult result = Write({MakeOrder("O1", "C1", Day(1), {{"P1", 2}})});
  EXPECT_EQ(result.replaced, 1U);
  EXPECT_THAT(Changes(), ElementsAre("2 tombstone order O1", "3 order O1 C1 P1*2"));
  EXPECT_THAT(store_->Check(), IsOk());
}

TEST_F(StoreTest, AnotherCustomerIsAnotherContent) {
  Write({MakeOrder("O1", "", Day(1), {{"P1", 1}})});
  EXPECT_EQ(Write({MakeOrder("O1", "C1", Day(1), {{"P1", 1}})}).replaced, 1U);
}

TEST_F(StoreTest, ACampaignWithOtherContentReplacesTheOldOne) {
  Campaign campaign = MakeCampaign("K1");
  Write({campaign});
  campaign.discount_percent = 20;
  EXPECT_EQ(Write({campaign}).replaced, 1U);
  EXPECT_THAT(Changes(), ElementsAre("2 tombstone campaign K1", "3 campaign K1"));
}

TEST_F(StoreTest, OneBadFactKeepsTheWholeWriteOut) {
  const std::vector<Fact> facts = {MakeOrder("O1", "C1", Day(1), {{"P1", 1}}),
                                   MakeOrder("O2", "C1", Day(1), {{"P1", 0}})};
  EXPECT_THAT(store_->Write(facts, Day(1)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("quantity '0'")));
  EXPECT_THAT(Changes(), IsEmpty());
}

TEST_F(StoreTest, AFollowerSeesOnlyWhatCameAfter) {
  const Seq first = Write({MakeOrder("O1", "C1", Day(1), {{"P1", 1}})}).seq;
  Write({MakeSignal("E1", "C1"), MakeOrder("O2", "C1", Day(2), {{"P1", 1}})});
  EXPECT_THAT(Changes(first), ElementsAre("2 signal E1", "3 order O2 C1 P1*1"));
  EXPECT_THAT(Changes(3), IsEmpty());
}

TEST_F(StoreTest, AFollowerAheadOfTheStoreIsToldToBeginAgain) {
  EXPECT_THAT(store_->ReadChanges(7, [](const Change&) { return absl::OkStatus(); }),
              StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("from the beginning")));
}

TEST_F(StoreTest, AVisitorsErrorEndsTheScan) {
  Write({MakeSignal("E1", "C1"), MakeSignal("E2", "C1")});
  int seen = 0;
  EXPECT_THAT(store_->ReadChanges(0,
                                  [&seen](const Change&) {
                                    ++seen;
                                    return absl::AbortedError("enough");
                                  }),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(seen, 1);
}

TEST_F(StoreTest, TheNewestNameOfAProductWins) {
  Order old_order = MakeOrder("O1", "C1", Day(1), {{"P1", 1}});
  old_order.lines[0].product_name = "OLD";
  Order new_order = MakeOrder("O2", "C1", Day(2), {{"P1", 1}});
  new_order.lines[0].product_name = "NEW";
  Order between = MakeOrder("O3", "C1", Day(1), {{"P1", 1}, {"P0", 1}});
  between.lines[0].product_name = "OLD";
  between.lines[1].product_name = "ZERO";
  Write({new_order, old_order});
  Write({between});
  ASSERT_OK_AND_ASSIGN(const auto names, store_->SoldNames());
  EXPECT_THAT(names, ElementsAre(Pair("P0", "ZERO"), Pair("P1", "NEW")));
}

TEST_F(StoreTest, ExposuresAreFoundByTheirRecommendation) {
  Exposure a = MakeExposure("R1", "P1", "C1");
  a.moment = Moment::kRenewal;
  a.propensity = 0.25;
  Write({a, MakeExposure("R1", "P2", "C1"), MakeExposure("R2", "P1", "C1")});
  ASSERT_OK_AND_ASSIGN(const std::vector<Exposure> found, store_->ExposuresOf("R1"));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].moment, Moment::kRenewal);
  EXPECT_EQ(found[0].propensity, 0.25);
  EXPECT_EQ(found[1].product_id, "P2");
  ASSERT_OK_AND_ASSIGN(const std::vector<Exposure> none, store_->ExposuresOf("R9"));
  EXPECT_THAT(none, IsEmpty());
}

TEST_F(StoreTest, InfoCountsRowsAndKnowsTheSettings) {
  Write(OneOfEachKind());
  ASSERT_OK_AND_ASSIGN(const StoreInfo info, store_->Info());
  EXPECT_EQ(info.settings.currency, "USD");
  EXPECT_EQ(info.settings.time_zone, "UTC");
  EXPECT_EQ(info.schema_version, 2);
  EXPECT_EQ(info.seq, OneOfEachKind().size());
  EXPECT_THAT(info.rows, ::testing::Contains(Pair("signals", 1U)));
  EXPECT_THAT(info.rows, ::testing::Contains(Pair("tombstones", 0U)));
}

TEST_F(StoreTest, AStoreIsThereAfterItWasClosed) {
  Write({MakeSignal("E1", "C1")});
  store_.reset();
  ASSERT_OK_AND_ASSIGN(store_, OpenStore(dir_.File("shop.db"), {}));
  EXPECT_THAT(Changes(), ElementsAre("1 signal E1"));
}

TEST_F(StoreTest, AStoreOpenForReadingRefusesToWrite) {
  Write({MakeSignal("E1", "C1")});
  ASSERT_OK_AND_ASSIGN(auto reader, OpenStore(dir_.File("shop.db"), {.read_only = true}));
  const std::vector<Fact> facts = {MakeSignal("E2", "C1")};
  EXPECT_THAT(reader->Write(facts, Day(1)), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(reader->BeginImport(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Describe(*reader, 0), ElementsAre("1 signal E1"));
}

}  // namespace
}  // namespace tsugi
