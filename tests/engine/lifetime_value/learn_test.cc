#include "engine/lifetime_value/learn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/engine/propensity/facts_index.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::ElementsAre;
using testing::FactsIndex;
using testing::Goods;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using ::testing::SizeIs;
using testing::Subscribed;
using testing::Tiered;

// `customers` who first buy on 1 January and then every seven days, the i-th i % 4 times more.
std::vector<Fact> WeeklyBuyers(int customers, const std::string& prefix = "c") {
  std::vector<Fact> facts;
  for (int i = 0; i < customers; ++i) {
    for (int k = 0; k <= i % 4; ++k) {
      const std::string id = absl::StrCat(prefix, i, "-", k);
      Order order = MakeOrder(id, absl::StrCat(prefix, i), "2024-01-01", {Line("tea", 2, 5)});
      order.ordered_at += absl::Hours(24 * 7 * k);
      facts.emplace_back(order);
    }
  }
  return facts;
}

TEST(LearnOrdersTest, HistoriesAreThoseOfTheLiterature) {
  FactsIndex facts;
  facts.Put(WeeklyBuyers(80));
  // The same day again is the same purchase; a return and a visitor are none.
  facts.Put({MakeOrder("same", "c0", "2024-01-01 20:00:00", {Line("tea", 2, 5)}),
             MakeOrder("back", "c0", "2024-01-05", {Line("tea", -1, 5)}),
             MakeOrder("visitor", "", "2024-01-05", {Line("tea", 1, 5)})});
  const OrderHistory history = facts.History();
  const auto learned = LearnOrders(history.AsOf(At("2024-03-25")));
  ASSERT_THAT(learned, SizeIs(1));
  std::vector<models::PurchaseHistory> expected;
  for (int i = 0; i < 80; ++i) {
    const double repeats = i % 4;
    expected.push_back({.repeats = repeats, .last = repeats, .age = 12});
  }
  const auto fit = models::FitBgNbd(expected);
  ASSERT_THAT(fit, IsOk());
  EXPECT_DOUBLE_EQ(learned[0].purchases.r, fit->model.parameters().r);
  EXPECT_DOUBLE_EQ(learned[0].purchases.alpha, fit->model.parameters().alpha);
  EXPECT_EQ(learned[0].customers, 80);
  EXPECT_EQ(learned[0].repeat_customers, 60);
  EXPECT_NEAR(learned[0].mean_order, 10, 1e-9);
}

TEST(LearnOrdersTest, NothingAfterTheViewEnters) {
  FactsIndex facts;
  facts.Put(WeeklyBuyers(80));
  const OrderHistory history = facts.History();
  EXPECT_THAT(LearnOrders(history.AsOf(At("2024-01-05"))), IsEmpty());  // nobody came back yet
}

TEST(LearnOrdersTest, CustomersWhoDoNotConsentAreLeftOut) {
  FactsIndex facts;
  facts.Put(WeeklyBuyers(80));
  Customer customer = testing::Person("c3");
  customer.consent_profiling = false;
  facts.Put({customer});
  const OrderHistory history = facts.History();
  const auto learned = LearnOrders(history.All());
  ASSERT_THAT(learned, SizeIs(1));
  EXPECT_EQ(learned[0].customers, 79);
}

TEST(LearnOrdersTest, ASegmentThatBuysLikeAllOthersGetsNoParametersOfItsOwn) {
  FactsIndex facts;
  std::vector<Fact> all = WeeklyBuyers(160);
  for (int i = 0; i < 160; ++i) {
    Customer customer = testing::Person(absl::StrCat("c", i), i < 80 ? "home" : "school");
    all.insert(all.begin(), customer);
  }
  facts.Put(all);
  const OrderHistory history = facts.History();
  EXPECT_THAT(LearnOrders(history.All()), SizeIs(1));
}

// A contract of the monthly plan from 1 January; ended after `months` where above 0.
std::vector<Fact> Contract(const std::string& id, int months, const std::string& plan = "m") {
  Subscription start = Subscribed(id, "c" + id, plan, SubscriptionStatus::kActive, "2024-01-01");
  if (months == 0) return {start};
  Subscription end = start;
  end.status = SubscriptionStatus::kCanceled;
  end.ended_at = At("2024-01-01") + absl::Hours(24 * 30 * months + 24);
  end.observed_at = end.ended_at;
  return {start, end};
}

TEST(LearnContractsTest, TenuresAreCountedInBillingPeriods) {
  FactsIndex facts;
  facts.Put({Tiered(ProductKind::kPlan, "m", "f", 1, 10)});
  models::ContractTenures expected;
  for (int i = 0; i < 10; ++i) {
    facts.Put(Contract(absl::StrCat("a", i), 1));
    ASSERT_THAT(expected.AddLost(1), IsOk());
  }
  for (int i = 0; i < 4; ++i) {
    facts.Put(Contract(absl::StrCat("b", i), 2));
    ASSERT_THAT(expected.AddLost(2), IsOk());
  }
  for (int i = 0; i < 16; ++i) {
    facts.Put(Contract(absl::StrCat("c", i), 0));
    ASSERT_THAT(expected.AddAlive(5), IsOk());
  }
  const auto fit = models::FitContract(expected);
  ASSERT_THAT(fit, IsOk());
  const auto learned = LearnContracts(facts.index, base::ToMicros(At("2024-06-15")));
  ASSERT_THAT(learned, SizeIs(1));
  EXPECT_DOUBLE_EQ(learned[0].parameters.alpha, fit->model.parameters().alpha);
  EXPECT_DOUBLE_EQ(learned[0].parameters.beta, fit->model.parameters().beta);
  EXPECT_EQ(learned[0].lost, 14);
  EXPECT_EQ(learned[0].alive, 16);
  // As of March the second four had not left.
  const auto earlier = LearnContracts(facts.index, base::ToMicros(At("2024-02-20")));
  ASSERT_THAT(earlier, SizeIs(1));
  EXPECT_EQ(earlier[0].lost, 10);
}

TEST(LearnContractsTest, ATrialThatCameToNothingIsNoContract) {
  FactsIndex facts;
  facts.Put({Tiered(ProductKind::kPlan, "m", "f", 1, 10)});
  for (int i = 0; i < 30; ++i) facts.Put(Contract(absl::StrCat("a", i), i % 3));
  Subscription trial = Subscribed("t", "ct", "m", SubscriptionStatus::kTrialing, "2024-01-01");
  trial.trial_ends_at = At("2024-01-15");
  Subscription over = trial;
  over.status = SubscriptionStatus::kCanceled;
  over.ended_at = At("2024-01-15");
  over.observed_at = over.ended_at;
  facts.Put({trial, over});
  const auto learned = LearnContracts(facts.index, base::ToMicros(At("2024-06-15")));
  ASSERT_THAT(learned, SizeIs(1));
  EXPECT_EQ(learned[0].lost + learned[0].alive, 30);
}

TEST(LearnHabitsTest, RepeatsCountForAsLongAsTheyWereSeen) {
  FactsIndex facts;
  Product tea = Goods("tea");
  tea.consumable = true;
  facts.Put({tea, Goods("cup")});
  // Forty customers buy tea every ten days, five times, and never again.
  for (int c = 0; c < 40; ++c) {
    for (int k = 0; k < 5; ++k) {
      Order order = MakeOrder(absl::StrCat(c, "-", k), absl::StrCat("c", c), "2023-01-01",
                              {Line("tea"), Line("cup")});
      order.ordered_at += absl::Hours(240 * k);
      facts.Put({order});
    }
  }
  const OrderHistory history = facts.History();
  const Habits habits = LearnHabits(history.AsOf(At("2024-06-01")), facts.index, {"cup", "tea"});
  ASSERT_THAT(habits.repeats_per_year, SizeIs(2));
  EXPECT_EQ(habits.repeats_per_year[0], 0);
  EXPECT_FLOAT_EQ(habits.repeats_per_year[1], 4);
  // The third and fourth purchase were followed by another, the fifth was not.
  EXPECT_DOUBLE_EQ(habits.goes_on, 2.0 / 3);
}

// Forty customers buy A every ten days, five times; five days after the third they buy B for the
// first time. Those who `leave` buy no A after that.
Habits LearnOfTwo(const std::string& category_of_b, int leave) {
  FactsIndex facts;
  Product a = Goods("A");
  Product b = Goods("B");
  a.consumable = b.consumable = true;
  a.category = "coffee";
  b.category = category_of_b;
  facts.Put({a, b});
  for (int c = 0; c < 40; ++c) {
    const auto buys = [&](const char* what, int day) {
      Order order =
          MakeOrder(absl::StrCat(c, what, day), absl::StrCat("c", c), "2023-01-01", {Line(what)});
      order.ordered_at += absl::Hours(24 * day);
      facts.Put({order});
    };
    for (int k = 0; k < (c < leave ? 3 : 5); ++k) buys("A", 10 * k);
    buys("B", 25);
  }
  const OrderHistory history = facts.History();
  return LearnHabits(history.AsOf(At("2023-02-20")), facts.index, {"A", "B"});
}

TEST(LearnHabitsTest, OneHabitReplacesAnotherWhereItEndsAsTheOtherBegins) {
  const double none = LearnOfTwo("coffee", 0).replaced;
  const double half = LearnOfTwo("coffee", 20).replaced;
  const double all = LearnOfTwo("coffee", 40).replaced;
  EXPECT_NEAR(none, 1 - 40.0 / (40 + kPriorBegun), 1e-12);
  EXPECT_GT(half, none);
  EXPECT_EQ(all, 1);
  EXPECT_EQ(LearnOfTwo("filters", 20).replaced, 1);  // nothing seen within a category: not known
}

// Forty customers buy tea every 20 days, the even ones, and every 30 the odd ones; one in four
// never buys it a second time.
TEST(LearnHabitsTest, WhenHabitsAreDueAndWhetherTheyBegin) {
  FactsIndex facts;
  Product tea = Goods("tea");
  tea.consumable = true;
  facts.Put({tea, Goods("cup")});
  for (int c = 0; c < 40; ++c) {
    for (int k = 0; k < (c % 4 == 3 ? 1 : 5); ++k) {
      Order order =
          MakeOrder(absl::StrCat(c, "-", k), absl::StrCat("c", c), "2023-01-01", {Line("tea")});
      order.ordered_at += absl::Hours(24 * k * (c % 2 == 0 ? 20 : 30));
      facts.Put({order});
    }
  }
  const OrderHistory history = facts.History();
  const Habits habits = LearnHabits(history.AsOf(At("2024-06-01")), facts.index, {"cup", "tea"});
  EXPECT_EQ(habits.interval_days[0], 0);
  EXPECT_NEAR(habits.interval_days[1], 20, 1e-4);
  EXPECT_NEAR(habits.begins, 60.0 / 70, 1e-12);       // 30 of 40 firsts, and 30 of 30 seconds
  EXPECT_LT(habits.interval_spread.interval, 0.051);  // as regular as can be
  EXPECT_GT(habits.interval_spread.customer, 0.1);
}

TEST(LearnBeginningsTest, OnlyTheFirstPurchaseCounts) {
  FactsIndex facts;
  Product ink = Goods("ink");
  ink.consumable = true;
  Product printer = Goods("printer");
  printer.durable = true;
  facts.Put({ink, printer, Goods("paper"),
             MakeOrder("1", "ann", "2023-01-01", {Line("printer"), Line("ink"), Line("paper")}),
             MakeOrder("2", "ann", "2023-02-01", {Line("printer"), Line("ink")}),
             MakeOrder("3", "bob", "2023-03-01", {Line("ink")}),
             MakeOrder("4", "bob", "2023-04-01", {Line("printer"), Line("ink")}),
             MakeOrder("5", "cyd", "2023-05-01", {Line("ink"), Line("printer")}),
             MakeOrder("6", "dan", "2023-07-01", {Line("ink"), Line("printer")})});
  const OrderHistory history = facts.History();
  const Beginnings beginnings =
      LearnBeginnings(history.AsOf(At("2023-06-01")), facts.index, {"ink", "paper", "printer"});
  EXPECT_THAT(beginnings.orders, ElementsAre(3, 0, 0));
  EXPECT_THAT(beginnings.offsets, ElementsAre(0, 1, 1, 1));
  EXPECT_THAT(beginnings.bases, ElementsAre(2));
  EXPECT_THAT(beginnings.together, ElementsAre(2));
}

TEST(LearnHabitsTest, WithoutConsumablesThereIsNothingToLearn) {
  FactsIndex facts;
  facts.Put(WeeklyBuyers(10));
  const OrderHistory history = facts.History();
  EXPECT_THAT(LearnHabits(history.All(), facts.index, {"tea"}).repeats_per_year, IsEmpty());
}

}  // namespace
}  // namespace tsugi
