#include "engine/suggest/proration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/state/facts_for_tests.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::Eq;
using testing::Money;
using testing::Subscribed;
using testing::Tiered;

class ProrationTest : public ::testing::Test {
 protected:
  ProrationTest() {
    subscription_.renews_at = At("2024-04-01");
    state_.facts = &subscription_;
    context_.at = At("2024-03-17");
    context_.zone = absl::UTCTimeZone();
    context_.currency = "USD";
    decided_.offer.candidate.kind = OfferKind::kUpgrade;
    decided_.offer.candidate.subscription = &state_;
    decided_.offer.candidate.replaces.facts = &basic_;
    decided_.offer.billing_months = 1;
    decided_.offer.replaced_price = Money(10);
    decided_.price = Money(41);
  }

  Product basic_ = Tiered(ProductKind::kPlan, "basic", "crm", 1, 10);
  Subscription subscription_ = Subscribed("s1", "ann", "basic");
  SubscriptionState state_;
  Context context_;
  DecidedOffer decided_;
};

TEST_F(ProrationTest, SamePeriodPaysTheDifferenceForWhatIsLeft) {
  const auto proration = Prorate(context_, decided_);  // 15 of 31 days are left
  ASSERT_TRUE(proration.has_value());
  EXPECT_THAT(proration->due_today, Eq(Money(15)));
  EXPECT_THAT(proration->credit, Eq(Money(4.84)));  // 10 * 15 / 31
  EXPECT_THAT(proration->next_price, Eq(Money(41)));
  EXPECT_THAT(proration->next_renewal, Eq(At("2024-04-01")));
}

TEST_F(ProrationTest, AnotherPeriodStartsTodayLessWhatIsLeftOfTheOld) {
  decided_.offer.billing_months = 12;
  decided_.offer.replaced_price = Money(124);  // a year of 10.33
  decided_.price = Money(200);
  const auto proration = Prorate(context_, decided_);
  ASSERT_TRUE(proration.has_value());
  EXPECT_THAT(proration->due_today, Eq(Money(195)));  // 200 - 124 / 12 * 15 / 31
  EXPECT_THAT(proration->credit, Eq(Money(5)));
  EXPECT_THAT(proration->next_renewal, Eq(At("2025-03-17")));
}

TEST_F(ProrationTest, CheaperPriceIsNeverPaidBack) {
  decided_.price = Money(5);
  EXPECT_THAT(Prorate(context_, decided_)->due_today, Eq(Money(0)));
}

TEST_F(ProrationTest, TrialPaysNothingBeforeItEnds) {
  decided_.offer.candidate.kind = OfferKind::kTrialConversion;
  subscription_.trial_ends_at = At("2024-03-20");
  const auto proration = Prorate(context_, decided_);
  ASSERT_TRUE(proration.has_value());
  EXPECT_THAT(proration->due_today, Eq(Money(0)));
  EXPECT_THAT(proration->next_renewal, Eq(At("2024-03-20")));
}

TEST_F(ProrationTest, UnknownOrPastRenewalGivesNone) {
  subscription_.renews_at = At("2024-03-17");
  EXPECT_FALSE(Prorate(context_, decided_).has_value());
  subscription_.renews_at.reset();
  EXPECT_FALSE(Prorate(context_, decided_).has_value());
}

TEST_F(ProrationTest, YenHaveNoDecimals) {
  context_.currency = "JPY";
  decided_.price = Money(1000);
  EXPECT_THAT(Prorate(context_, decided_)->due_today, Eq(Money(479)));  // 990 * 15 / 31 = 479.03
}

TEST(PeriodStartTest, MonthEndsAndLeapDays) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  EXPECT_THAT(PeriodStart(At("2024-03-31"), 1, utc), Eq(At("2024-02-29")));
  EXPECT_THAT(PeriodStart(At("2023-03-31 10:30:00"), 1, utc), Eq(At("2023-02-28 10:30:00")));
  EXPECT_THAT(PeriodStart(At("2024-02-29"), 12, utc), Eq(At("2023-02-28")));
  EXPECT_THAT(PeriodStart(At("2024-01-15"), 1, utc), Eq(At("2023-12-15")));
}

}  // namespace
}  // namespace tsugi
