#include "engine/propensity/periods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/propensity/facts_index.h"

namespace tsugi {
namespace {

using testing::At;
using testing::FactsIndex;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Tiered;
using testing::Version;

class PeriodsTest : public ::testing::Test {
 protected:
  PeriodsTest() {
    facts_.Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
                Tiered(ProductKind::kPlan, "team", "crm", 2, 40)});
  }

  std::vector<SubscriptionPeriod> Periods(const std::string& until) {
    const base::ReaderLock lock(&facts_.index.mutex());
    return PeriodsOf(facts_.index, 0, base::ToMicros(At(until)));
  }

  FactsIndex facts_;
};

TEST_F(PeriodsTest, OnlyPeriodsThatAreOverCount) {
  facts_.Put({Version("s", "basic", SubscriptionStatus::kActive, "2024-01-31", "2024-01-31")});
  const auto periods = Periods("2024-03-28");
  ASSERT_THAT(periods, SizeIs(1));  // the second one ends on 29 March
  EXPECT_EQ(base::FromMicros(periods[0].at), At("2024-01-31"));
  EXPECT_EQ(base::FromMicros(periods[0].to), At("2024-02-29"));
  EXPECT_FALSE(periods[0].lost || periods[0].upgraded);
}

TEST_F(PeriodsTest, AnUpgradeAtTheVeryEndBelongsToThePeriodBefore) {
  facts_.Put({Version("s", "basic", SubscriptionStatus::kActive, "2024-01-01", "2024-01-01"),
              Version("s", "team", SubscriptionStatus::kActive, "2024-01-01", "2024-03-01")});
  const auto periods = Periods("2024-04-01");
  ASSERT_THAT(periods, SizeIs(3));
  EXPECT_FALSE(periods[0].upgraded);
  EXPECT_TRUE(periods[1].upgraded);
  EXPECT_FALSE(periods[2].upgraded);  // of the new plan
  EXPECT_EQ(base::FromMicros(periods[2].at), At("2024-03-01"));
}

TEST_F(PeriodsTest, AChangeInTheMiddleStartsANewPeriod) {
  facts_.Put({Version("s", "team", SubscriptionStatus::kActive, "2024-01-01", "2024-01-01"),
              Version("s", "basic", SubscriptionStatus::kActive, "2024-01-01", "2024-01-11")});
  const auto periods = Periods("2024-02-20");
  ASSERT_THAT(periods, SizeIs(2));
  EXPECT_FALSE(periods[0].upgraded);  // a lower tier
  EXPECT_EQ(base::FromMicros(periods[1].at), At("2024-01-11"));
}

TEST_F(PeriodsTest, ACancellationIsALossAndTheEnd) {
  Subscription gone =
      Version("s", "basic", SubscriptionStatus::kCanceled, "2024-01-01", "2024-02-10");
  gone.ended_at = At("2024-02-10");
  facts_.Put(
      {Version("s", "basic", SubscriptionStatus::kActive, "2024-01-01", "2024-01-01"), gone});
  const auto periods = Periods("2024-12-01");
  ASSERT_THAT(periods, SizeIs(2));
  EXPECT_FALSE(periods[0].lost);
  EXPECT_TRUE(periods[1].lost);
}

TEST_F(PeriodsTest, AHigherPlanThatTakesTheirPlaceIsAnUpgradeAndNoLoss) {
  Subscription gone =
      Version("s", "basic", SubscriptionStatus::kCanceled, "2024-01-01", "2024-01-20");
  Subscription next = Version("t", "team", SubscriptionStatus::kActive, "2024-01-22", "2024-01-22");
  next.customer_id = "c-s";
  facts_.Put(
      {Version("s", "basic", SubscriptionStatus::kActive, "2024-01-01", "2024-01-01"), gone, next});
  const auto periods = Periods("2024-02-10");
  ASSERT_THAT(periods, SizeIs(1));
  EXPECT_TRUE(periods[0].upgraded);
  EXPECT_FALSE(periods[0].lost);
}

TEST_F(PeriodsTest, ATrialIsLookedAtThreeDaysBeforeItsEnd) {
  Subscription trial =
      Version("s", "basic", SubscriptionStatus::kTrialing, "2024-01-01", "2024-01-01");
  trial.trial_ends_at = At("2024-01-15");
  Subscription paid =
      Version("s", "basic", SubscriptionStatus::kActive, "2024-01-01", "2024-01-15");
  paid.trial_ends_at = At("2024-01-15");
  facts_.Put({trial});
  EXPECT_THAT(Periods("2024-01-20"), IsEmpty());  // may still be paid for
  EXPECT_FALSE(Periods("2024-01-22").at(0).converted);
  facts_.Put({paid});
  const auto periods = Periods("2024-02-20");
  ASSERT_THAT(periods, SizeIs(2));
  EXPECT_TRUE(periods[0].trial && periods[0].converted);
  EXPECT_EQ(base::FromMicros(periods[0].at), At("2024-01-12"));
  EXPECT_EQ(base::FromMicros(periods[1].at), At("2024-01-15"));
}

TEST(PeriodEndTest, IsCalendarMonthsLater) {
  EXPECT_EQ(PeriodEnd(base::ToMicros(At("2024-01-31")), 1), base::ToMicros(At("2024-02-29")));
  EXPECT_EQ(PeriodEnd(base::ToMicros(At("2024-11-30 12:30:00")), 3),
            base::ToMicros(At("2025-02-28 12:30:00")));
}

}  // namespace
}  // namespace tsugi
