#include "engine/facts/predicates.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tsugi {
namespace {

TEST(Predicates, APastDueContractIsPaidAndATrialIsOnlyHeld) {
  EXPECT_TRUE(IsPaid(SubscriptionStatus::kActive));
  EXPECT_TRUE(IsPaid(SubscriptionStatus::kPastDue));
  EXPECT_FALSE(IsPaid(SubscriptionStatus::kTrialing));
  EXPECT_TRUE(IsHeld(SubscriptionStatus::kTrialing));
  for (const auto over : {SubscriptionStatus::kCanceled, SubscriptionStatus::kLostDeal}) {
    EXPECT_FALSE(IsPaid(over));
    EXPECT_FALSE(IsHeld(over));
  }
}

TEST(Predicates, MonthsOfTheSeasonAreItsBits) {
  constexpr std::uint16_t kJanuaryAndDecember = 1U | 1U << 11U;
  EXPECT_TRUE(IsInSeason(kJanuaryAndDecember, 1));
  EXPECT_TRUE(IsInSeason(kJanuaryAndDecember, 12));
  EXPECT_FALSE(IsInSeason(kJanuaryAndDecember, 2));
  EXPECT_FALSE(IsInSeason(0, 1));
}

TEST(Predicates, OutboundIsWhatIsListed) {
  const std::vector<std::string> outbound = {"email", "letter"};
  EXPECT_TRUE(IsOutbound("letter", outbound));
  EXPECT_FALSE(IsOutbound("checkout", outbound));
  EXPECT_FALSE(IsOutbound("", outbound));
}

}  // namespace
}  // namespace tsugi
