#include "engine/lifetime_value/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/propensity/facts_index.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::DoubleNear;
using ::testing::Eq;
using testing::FactsIndex;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using testing::Money;
using ::testing::Optional;
using testing::Person;
using ::testing::SizeIs;
using testing::StatusIs;
using testing::Subscribed;
using testing::Tiered;

class LifetimeReportTest : public ::testing::Test {
 protected:
  LifetimeReportTest() {
    options_.discount_rate = 0;
    Customer ann = Person("ann", "home");
    ann.acquisition_cost = Money(50);
    Customer bob = Person("bob", "school");
    facts_.Put({ann, bob, Tiered(ProductKind::kPlan, "team", "crm", 2, 50),
                MakeOrder("1", "ann", "2023-01-01", {Line("tea", 1, 20)}),
                MakeOrder("2", "ann", "2023-07-02", {Line("tea", 1, 30)}),
                Subscribed("s", "bob", "team")});
  }

  LifetimeReport Report() {
    const OrderHistory history = facts_.History();
    auto report =
        LifetimeReporter(&facts_.index, &behaviour_, options_, At("2024-01-01")).Report(history);
    EXPECT_THAT(report, IsOk());
    return *std::move(report);
  }

  FactsIndex facts_;
  Behaviour behaviour_;
  ValueOptions options_;
};

TEST_F(LifetimeReportTest, TheFiveFormulasBySegment) {
  const LifetimeReport report = Report();
  ASSERT_THAT(report.segments, SizeIs(2));
  const LifetimeRow& home = report.segments[0];
  EXPECT_EQ(home.segment, "home");
  EXPECT_EQ(home.buyers, 1);
  EXPECT_NEAR(home.average_order_value, 25, 1e-9);
  EXPECT_NEAR(home.simple, 50, 1e-9);
  EXPECT_NEAR(home.orders_a_year, 2, 1e-9);
  // Half a year from the first order to the last (182 days), and one usual interval.
  EXPECT_NEAR(home.repeat_purchase, 25 * 2 * (182.0 / 365 + 0.5), 1e-9);
  EXPECT_NEAR(home.full, home.repeat_purchase * 0.3 - 50, 1e-9);
  EXPECT_EQ(home.costs_known, 1);
  EXPECT_THAT(home.subscription, Eq(std::nullopt));
  const LifetimeRow& school = report.segments[1];
  EXPECT_EQ(school.subscribers, 1);
  EXPECT_EQ(school.churn_percent, 0);
  EXPECT_THAT(school.subscription, Optional(DoubleNear(50 * 60, 1e-9)));  // no churn: 60 months
}

TEST_F(LifetimeReportTest, TheTotalIsThatOfAllCustomers) {
  const LifetimeReport report = Report();
  EXPECT_EQ(report.total.customers, 2);
  EXPECT_NEAR(report.total.expected_total,
              report.segments[0].expected_total + report.segments[1].expected_total, 1e-9);
}

TEST_F(LifetimeReportTest, ChurnIsLostContractsOverContractMonths) {
  Subscription gone = Subscribed("g", "bob", "team", SubscriptionStatus::kCanceled, "2023-01-01");
  gone.ended_at = At("2023-07-02");
  facts_.Put({gone});
  // Twelve months of the one, 182 days of the other.
  EXPECT_NEAR(Report().total.churn_percent, 100 / (12 + 12 * 182.0 / 365), 1e-9);
}

TEST_F(LifetimeReportTest, OneCustomer) {
  const LifetimeReporter reporter(&facts_.index, &behaviour_, options_, At("2024-01-01"));
  const auto ann = reporter.Of("ann");
  ASSERT_THAT(ann, IsOk());
  EXPECT_EQ(ann->figures.purchases, 2);
  EXPECT_TRUE(ann->full.has_value());
  EXPECT_THAT(reporter.Of("nobody"), StatusIs(absl::StatusCode::kNotFound));
  Customer bob = Person("bob");
  bob.consent_profiling = false;
  bob.observed_at = At("2023-06-01");
  facts_.Put({bob});
  EXPECT_THAT(reporter.Of("bob"), StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace tsugi
