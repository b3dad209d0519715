#include "engine/outcomes/stages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/outcomes/stage_report.h"
#include "engine/state/follower.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::ElementsAre;
using testing::Line;
using testing::MakeOrder;
using testing::MakeSignal;
using testing::Person;
using testing::Subscribed;
using testing::Tiered;

class StagesTest : public ::testing::Test {
 protected:
  void Put(std::vector<Fact> facts) {
    ASSERT_OK(store_.Put(std::move(facts)));
    ASSERT_OK(follower_.CatchUp());
  }
  // A version of ann's subscription that holds from `observed`.
  void Observe(const std::string& observed, const std::string& plan, SubscriptionStatus status,
               const std::string& started, const std::string& renews = "", std::int64_t seats = 1) {
    Subscription facts = Subscribed("s1", "ann", plan, status, started);
    if (!renews.empty()) facts.renews_at = At(renews);
    facts.observed_at = At(observed);
    facts.seats = seats;
    Put({facts});
  }
  // "visitor 2024-01-01", ...
  std::vector<std::string> History(const std::string& until, const std::string& who = "ann") {
    const base::ReaderLock lock(&index_.mutex());
    std::vector<std::string> lines;
    const CustomerRecord* customer = index_.FindCustomer(who);
    if (customer == nullptr) return lines;
    for (const StageEntry& entry : StageHistory(index_, *customer, base::ToMicros(At(until)))) {
      lines.push_back(absl::StrCat(
          entry.stage, " ",
          absl::FormatTime("%Y-%m-%d", base::FromMicros(entry.at), absl::UTCTimeZone())));
    }
    return lines;
  }

  testing::MemoryStore store_;
  FactIndex index_;
  Follower follower_{&store_, &index_};
};

TEST_F(StagesTest, AShopsCustomerGoesFromVisitorToRepeatAndLapsesInSilence) {
  Customer ann = Person("ann");
  ann.signed_up_at = At("2024-01-01");
  Put({ann, MakeOrder("o1", "ann", "2024-01-10", {Line("tea")}),
       MakeOrder("o2", "ann", "2024-02-01", {Line("tea")}),
       MakeOrder("o3", "ann", "2024-02-05", {Line("tea", -1)}),
       MakeOrder("o4", "ann", "2025-01-01", {Line("tea")})});
  EXPECT_THAT(History("2025-01-02"),
              ElementsAre("visitor 2024-01-01", "first_order 2024-01-10", "repeat 2024-02-01",
                          "lapsed 2024-07-30", "repeat 2025-01-01"));
  EXPECT_THAT(History("2024-01-31"), ElementsAre("visitor 2024-01-01", "first_order 2024-01-10"));
}

TEST_F(StagesTest, ASubscriberGoesFromTrialOverOnboardingAdoptionAndRenewalToExpansion) {
  Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
       Tiered(ProductKind::kPlan, "pro", "crm", 2, 20)});
  Observe("2023-01-01", "basic", SubscriptionStatus::kTrialing, "2023-01-01");
  Observe("2023-01-15", "basic", SubscriptionStatus::kActive, "2023-01-01", "2024-01-01");
  Observe("2024-01-01", "basic", SubscriptionStatus::kActive, "2023-01-01", "2025-01-01");
  Observe("2024-03-01", "pro", SubscriptionStatus::kActive, "2023-01-01", "2025-01-01");
  Observe("2024-09-01", "pro", SubscriptionStatus::kCanceled, "2023-01-01");
  EXPECT_THAT(History("2025-06-01"),
              ElementsAre("trial 2023-01-01", "onboarding 2023-01-15", "adoption 2023-04-01",
                          "renewal 2024-01-01", "expansion 2024-03-01", "lapsed 2024-09-01"));
}

TEST_F(StagesTest, MoreSeatsAreExpansion) {
  Observe("2023-01-01", "basic", SubscriptionStatus::kActive, "2023-01-01");
  Observe("2023-02-01", "basic", SubscriptionStatus::kActive, "2023-01-01", "", 3);
  EXPECT_THAT(History("2023-03-01"), ElementsAre("onboarding 2023-01-01", "expansion 2023-02-01"));
}

TEST_F(StagesTest, WhatTheCrmSaysCountsFromItsSignalOn) {
  Put({MakeOrder("o1", "ann", "2024-01-10", {Line("tea")}),
       MakeSignal("e1", "ann", "2024-02-01", SignalType::kStage, std::nullopt, "evaluation"),
       MakeSignal("e2", "ann", "2024-03-01", SignalType::kStage, std::nullopt, "decision"),
       MakeOrder("o2", "ann", "2024-03-10", {Line("tea")})});
  EXPECT_THAT(History("2025-01-01"), ElementsAre("first_order 2024-01-10", "evaluation 2024-02-01",
                                                 "decision 2024-03-01"));
}

TEST_F(StagesTest, WithoutConsentToProfilingNobodyLooks) {
  Customer ann = Person("ann");
  ann.consent_profiling = false;
  Put({ann, MakeOrder("o1", "ann", "2024-01-10", {Line("tea")})});
  EXPECT_THAT(History("2024-02-01"), ElementsAre());
}

TEST_F(StagesTest, TheReportBalancesFlowsAndWeeks) {
  Customer bob = Person("bob", "new");
  bob.signed_up_at = At("2024-01-01");
  Put({bob, MakeOrder("a1", "ann", "2024-01-10", {Line("tea")}),
       MakeOrder("a2", "ann", "2024-01-20", {Line("tea")}),
       MakeOrder("b1", "bob", "2024-01-12", {Line("tea")})});
  StageReportOptions options;
  options.from = At("2024-01-09");
  options.to = At("2024-01-25");
  options.zone = absl::UTCTimeZone();
  const StageReport report = ReportStages(index_, options);
  std::vector<std::string> lines;
  for (const StageRow& row : report.rows) {
    lines.push_back(absl::StrCat(row.stage, " ", row.flow.balance, " +", row.flow.entered, " -",
                                 row.flow.left, " on ", row.flow.advanced));
  }
  EXPECT_THAT(lines, ElementsAre("visitor 0 +0 -1 on 1", "first_order 1 +2 -1 on 1",
                                 "repeat 1 +1 -0 on 0"));
  EXPECT_DOUBLE_EQ(report.rows[0].median_days.value(), 11);
  EXPECT_DOUBLE_EQ(report.rows[1].flow.ConversionRate(), 1);
  ASSERT_EQ(report.weeks.size(), 3U);  // from Tuesday, then Mondays
  EXPECT_EQ(report.weeks[1].begin, At("2024-01-15"));
  EXPECT_EQ(report.weeks[0].flows[1].balance, 2);
  EXPECT_EQ(report.weeks[1].flows[1].balance, 1);
  EXPECT_EQ(report.weeks[1].flows[2].entered, 1);
  options.segment = "new";
  EXPECT_EQ(ReportStages(index_, options).rows.back().stage, "first_order");
}

TEST_F(StagesTest, ChurnAndRenewalAreOfSubscriptions) {
  Observe("2023-01-01", "basic", SubscriptionStatus::kActive, "2023-01-01", "2024-01-01");
  Observe("2024-01-01", "basic", SubscriptionStatus::kCanceled, "2023-01-01");
  Subscription bob = Subscribed("s2", "bob", "basic");
  bob.renews_at = At("2024-01-15");
  Put({bob});
  StageReportOptions options;
  options.from = At("2023-12-01");
  options.to = At("2024-02-01");
  options.zone = absl::UTCTimeZone();
  const StageReport report = ReportStages(index_, options);
  EXPECT_DOUBLE_EQ(report.churn_rate, 0.5);
  EXPECT_DOUBLE_EQ(report.renewal_rate, 0.5);
}

}  // namespace
}  // namespace tsugi
