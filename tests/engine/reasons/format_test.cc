#include "engine/reasons/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

constexpr Language kEn = Language::kEnglish;
constexpr Language kJa = Language::kJapanese;

TEST(FormatTest, CountsAreGroupedByThousands) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1000), "1,000");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
  EXPECT_EQ(FormatCount(-123), "-123");
  EXPECT_EQ(FormatCount(-1234), "-1,234");
}

TEST(FormatTest, NumbersHaveOneDecimalBelowTenAndNoneAbove) {
  EXPECT_EQ(FormatNumber(4.24), "4.2");
  EXPECT_EQ(FormatNumber(4.0), "4");
  EXPECT_EQ(FormatNumber(9.96), "10");
  EXPECT_EQ(FormatNumber(12.6), "13");
  EXPECT_EQ(FormatNumber(1500.5), "1,501");
  EXPECT_EQ(FormatNumber(-0.5), "-0.5");
}

TEST(FormatTest, SharesAreGivenInPerCent) {
  EXPECT_EQ(FormatPercent(0.8), "80%");
  EXPECT_EQ(FormatPercent(0.083), "8.3%");
  EXPECT_EQ(FormatPercent(0.00001), "0.1%");
  EXPECT_EQ(FormatPercent(0), "0%");
  EXPECT_EQ(FormatPercent(1.25), "125%");
}

TEST(FormatTest, MoneyHasTheCurrencysDecimalsAndTheLanguagesSign) {
  EXPECT_EQ(FormatMoney(Money("1234.5"), "USD", kEn), "$1,234.50");
  EXPECT_EQ(FormatMoney(Money("1234.5"), "USD", kJa), "1,234.50ドル");
  EXPECT_EQ(FormatMoney(Money("1234.5"), "JPY", kEn), "¥1,235");
  EXPECT_EQ(FormatMoney(Money("1234.4"), "JPY", kJa), "1,234円");
  EXPECT_EQ(FormatMoney(Money("0.5"), "KWD", kEn), "KWD 0.500");
  EXPECT_EQ(FormatMoney(Money("12"), "CHF", kJa), "CHF 12.00");
  EXPECT_EQ(FormatMoney(Money("-3"), "EUR", kEn), "-€3.00");
  EXPECT_EQ(FormatMoney(Money("-1234.56"), "EUR", kJa), "-1,234.56ユーロ");
}

TEST(FormatTest, DaysAreThoseOfTheStoresZone) {
  const absl::Time late = T("2026-01-05T20:00:00Z");
  EXPECT_EQ(FormatDay(late, absl::UTCTimeZone(), kEn), "5 January 2026");
  EXPECT_EQ(FormatDay(late, Zone("Asia/Tokyo"), kJa), "2026年1月6日");
  EXPECT_EQ(FormatDay(T("2024-02-29"), absl::UTCTimeZone(), kEn), "29 February 2024");
}

TEST(FormatTest, InstantsSayTheTimeOfDayUnlessItIsMidnightInTheZone) {
  EXPECT_EQ(FormatInstant(T("2026-12-05T15:00:00Z"), Zone("Asia/Tokyo"), kJa), "2026年12月6日");
  EXPECT_EQ(FormatInstant(T("2026-12-05T15:05:00Z"), absl::UTCTimeZone(), kEn),
            "5 December 2026, 15:05");
  EXPECT_EQ(FormatInstant(T("2026-12-05T06:05:00Z"), absl::UTCTimeZone(), kJa),
            "2026年12月5日06:05");
}

}  // namespace
}  // namespace tsugi
