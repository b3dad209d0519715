#include "generator/calendar.h"

#include <string>

#include "absl/time/time.h"
#include "base/time.h"
#include "gtest/gtest.h"

namespace tsugi::generator {
namespace {

Seconds At(const char* text) { return absl::ToUnixSeconds(*base::ParseTime(text)); }

std::string Text(Seconds time) {
  std::string text;
  AppendTime(time, &text);
  return text;
}

TEST(CalendarTest, PrintsAsTheBaseLayerDoesOverLeapDaysAndCenturies) {
  for (Seconds time = 0; time < At("2105-01-01"); time += 8'123'457) {
    ASSERT_EQ(Text(time), base::FormatTime(absl::FromUnixSeconds(time)));
  }
  EXPECT_EQ(Text(At("2000-02-29T23:59:59Z")), "2000-02-29T23:59:59Z");
  EXPECT_EQ(Text(At("2100-03-01")), "2100-03-01T00:00:00Z");
}

TEST(CalendarTest, AMonthLaterIsTheSameDayOrTheLastOneThereIs) {
  EXPECT_EQ(Text(AddMonths(At("2025-01-15T10:00:00Z"), 1)), "2025-02-15T10:00:00Z");
  EXPECT_EQ(Text(AddMonths(At("2025-01-31"), 1)), "2025-02-28T00:00:00Z");
  EXPECT_EQ(Text(AddMonths(At("2024-01-31"), 1)), "2024-02-29T00:00:00Z");
  EXPECT_EQ(Text(AddMonths(At("2025-11-30"), 3)), "2026-02-28T00:00:00Z");
  EXPECT_EQ(Text(AddMonths(At("2024-02-29"), 12)), "2025-02-28T00:00:00Z");
}

TEST(CalendarTest, MonthsMayBeTakenBack) {
  EXPECT_EQ(Text(AddMonths(At("2026-01-01"), -18)), "2024-07-01T00:00:00Z");
  EXPECT_EQ(Text(AddMonths(At("2026-03-31"), -1)), "2026-02-28T00:00:00Z");
  EXPECT_EQ(Text(AddMonths(At("2026-01-31"), -1)), "2025-12-31T00:00:00Z");
}

}  // namespace
}  // namespace tsugi::generator
