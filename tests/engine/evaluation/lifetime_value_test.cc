#include "engine/evaluation/lifetime_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "engine/evaluation/purchase_log.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;
using ::tsugi::testing::TempDir;

const absl::CivilDay kJune30(2024, 6, 30);

absl::StatusOr<PurchaseLog> Read(const std::string& rows,
                                 absl::TimeZone zone = absl::UTCTimeZone()) {
  const TempDir dir;
  return ReadPurchases(
      dir.Write("orders.csv",
                "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n" + rows),
      zone);
}

TEST(PurchaseLogTest, OrdersOfOneDayAreOnePurchase) {
  ASSERT_OK_AND_ASSIGN(const PurchaseLog log, Read("1,C,2024-01-01 09:00:00,P,2,10\n"
                                                   "1,C,2024-01-01 09:00:00,Q,1,5\n"
                                                   "2,C,2024-01-01 20:00:00,P,1,10\n"
                                                   "3,C,2024-01-02,P,1,10\n"));
  ASSERT_EQ(log.purchases.size(), 2U);
  EXPECT_EQ(log.purchases[0].day, absl::CivilDay(2024, 1, 1));
  EXPECT_DOUBLE_EQ(log.purchases[0].value, 35);
  EXPECT_DOUBLE_EQ(log.purchases[1].value, 10);
}

TEST(PurchaseLogTest, AnOrderIsOfTheDayOfItsEarliestLine) {
  ASSERT_OK_AND_ASSIGN(const PurchaseLog log, Read("1,C,2024-01-02 00:01:00,P,1,10\n"
                                                   "1,C,2024-01-01 23:59:00,Q,1,5\n"));
  ASSERT_EQ(log.purchases.size(), 1U);
  EXPECT_EQ(log.purchases[0].day, absl::CivilDay(2024, 1, 1));
}

TEST(PurchaseLogTest, DaysAreThoseOfTheTimeZone) {
  ASSERT_OK_AND_ASSIGN(const PurchaseLog log,
                       Read("1,C,2024-01-01 20:00:00,P,1,10\n", absl::FixedTimeZone(9 * 3600)));
  EXPECT_EQ(log.purchases[0].day, absl::CivilDay(2024, 1, 2));
}

TEST(PurchaseLogTest, LeavesOutReturnsAndUnknownVisitorsAndCountsThem) {
  ASSERT_OK_AND_ASSIGN(const PurchaseLog log, Read("1,C,2024-01-01,P,-1,10\n"
                                                   "2,,2024-01-01,P,1,10\n"
                                                   "3,C,2024-01-03,P,,\n"));
  EXPECT_EQ(log.rows, 3U);
  EXPECT_EQ(log.returns, 1U);
  EXPECT_EQ(log.without_customer, 1U);
  ASSERT_EQ(log.purchases.size(), 1U);  // a missing quantity is 1, a missing price 0
  EXPECT_EQ(log.purchases[0].value, 0);
}

TEST(PurchaseLogTest, NamesWhatCannotBeRead) {
  EXPECT_THAT(Read("1,C,yesterday,P,1,10\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ordered_at \"yesterday\"")));
  EXPECT_THAT(Read("1,C,2024-01-01,P,1,-10\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("unit_price")));
}

// 40 customers from January on: every fourth buys each month, others once more or never.
std::string Shop() {
  std::string rows;
  int order = 0;
  const auto add = [&](int customer, const std::string& day, int price) {
    absl::StrAppend(&rows, ++order, ",C", customer, ",", day, ",P,1,", price, "\n");
  };
  for (int c = 0; c < 40; ++c) {
    add(c, absl::StrCat("2024-01-", 10 + c % 15), 20);
    if (c % 4 == 0) {
      for (int month = 2; month <= 9; ++month) add(c, absl::StrCat("2024-0", month, "-15"), 20 + c);
    } else if (c % 4 == 1) {
      add(c, "2024-03-03", 15 + c);
    }
  }
  add(99, "2024-08-01", 10);  // comes after the calibration
  return rows;
}

TEST(LifetimeValueTest, TheLastDayOfTheCalibrationBelongsToIt) {
  ASSERT_OK_AND_ASSIGN(const PurchaseLog log,
                       Read("1,A,2024-06-01,P,1,10\n2,A,2024-06-30,P,1,10\n"
                            "3,B,2024-06-02,P,1,10\n3b,B,2024-06-22,P,1,9\n"
                            "4,A,2024-07-01,P,1,10\n5,B,2024-07-07,P,1,1\n"));
  ASSERT_OK_AND_ASSIGN(
      const LifetimeValueReport report,
      EvaluateLifetimeValue(log, {.calibration_until = kJune30, .until = {}, .value = {}}));
  EXPECT_EQ(report.customers, 2U);
  EXPECT_EQ(report.repeat_customers, 2U);
  EXPECT_EQ(report.accuracy[0].actual, 2);
  EXPECT_DOUBLE_EQ(report.holdout_weeks, 1);
}

TEST(LifetimeValueTest, ReportsForecastsAgainstWhatWasBought) {
  ASSERT_OK_AND_ASSIGN(const PurchaseLog log, Read(Shop()));
  ASSERT_OK_AND_ASSIGN(
      const LifetimeValueReport report,
      EvaluateLifetimeValue(log, {.calibration_until = kJune30, .until = {}, .value = {}}));
  EXPECT_EQ(report.customers, 40U);
  EXPECT_EQ(report.repeat_customers, 20U);
  EXPECT_EQ(report.later_customers, 1U);
  EXPECT_EQ(report.accuracy[0].model, "bg_nbd");
  EXPECT_EQ(report.accuracy[0].actual, 30);  // ten customers, three months
  EXPECT_GT(report.accuracy[0].correlation, 0.9);
  EXPECT_EQ(report.classes[0].customers, 20U);
  EXPECT_EQ(report.classes[1].customers, 10U);
  EXPECT_EQ(report.classes[5].customers, 10U);
  EXPECT_EQ(report.classes[5].actual, 3);
  EXPECT_NEAR(report.classes[5].expected, 2.5, 1);
  EXPECT_GT(report.classes[5].alive, report.classes[1].alive);
  ASSERT_TRUE(report.spend.has_value()) << report.no_spend;
  EXPECT_GT(*report.classes[5].value, *report.classes[0].value);
}

TEST(LifetimeValueTest, HoldoutEndsWhereItIsTold) {
  ASSERT_OK_AND_ASSIGN(const PurchaseLog log, Read(Shop()));
  ASSERT_OK_AND_ASSIGN(
      const LifetimeValueReport report,
      EvaluateLifetimeValue(
          log, {.calibration_until = kJune30, .until = absl::CivilDay(2024, 8, 15), .value = {}}));
  EXPECT_EQ(report.accuracy[0].actual, 20);
}

TEST(LifetimeValueTest, WithoutPricesThereIsNoModelOfSpend) {
  ASSERT_OK_AND_ASSIGN(const PurchaseLog log, Read("1,A,2024-06-01,P,1,\n2,A,2024-06-30,P,1,\n"
                                                   "3,B,2024-06-02,P,1,\n4,A,2024-07-01,P,1,\n"));
  ASSERT_OK_AND_ASSIGN(
      const LifetimeValueReport report,
      EvaluateLifetimeValue(log, {.calibration_until = kJune30, .until = {}, .value = {}}));
  EXPECT_FALSE(report.spend.has_value());
  EXPECT_THAT(report.no_spend, HasSubstr("value above 0"));
}

TEST(LifetimeValueTest, RefusesACalibrationWithNothingBeforeOrAfterIt) {
  ASSERT_OK_AND_ASSIGN(const PurchaseLog log, Read(Shop()));
  EXPECT_THAT(EvaluateLifetimeValue(
                  log, {.calibration_until = absl::CivilDay(2023, 1, 1), .until = {}, .value = {}}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("2024-01-10")));
  EXPECT_THAT(EvaluateLifetimeValue(
                  log, {.calibration_until = absl::CivilDay(2025, 1, 1), .until = {}, .value = {}}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("2024-09-15")));
  EXPECT_THAT(EvaluateLifetimeValue(PurchaseLog{},
                                    {.calibration_until = kJune30, .until = {}, .value = {}}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace tsugi
