#include "base/time.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tsugi::base {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000;

struct TimeCase {
  const char* text;
  std::int64_t seconds;  // since 1970
};

TEST(TimeTest, ReadsAllAcceptedForms) {
  for (const TimeCase& c : {TimeCase{"1970-01-01T00:00:00Z", 0},
                            {"1970-01-02", 86400},
                            {"1970-01-01 00:01:00", 60},
                            {"1970-01-01 00:01", 60},
                            {"1970-01-01T00:01:00", 60},
                            {"1970-01-01T01:00:00+01:00", 0},
                            {"1969-12-31T19:00:00-05:00", 0},
                            {"1970-01-01 09:00:00+09:00", 0},
                            {"2012-02-29", 1330473600},
                            {"2011-09-01T10:00:00Z", 1314871200}}) {
    const auto time = ParseTime(c.text);
    ASSERT_TRUE(time.ok()) << c.text << ": " << time.status();
    EXPECT_EQ(ToMicros(*time), c.seconds * kSecond) << c.text;
  }
}

TEST(TimeTest, KeepsFractionsToTheMicrosecond) {
  EXPECT_EQ(ToMicros(*ParseTime("1970-01-01T00:00:00.123456Z")), 123'456);
  EXPECT_EQ(ToMicros(*ParseTime("1970-01-01 00:00:00.5")), 500'000);
}

TEST(TimeTest, RefusesWhatIsNoTimeAndNamesIt) {
  for (const char* text :
       {"", "tomorrow", "infinite-future", "2011-9-1", "2011-02-29", "2011-13-01", "2011-09-01T",
        "2011-09-01T10", "2011-09-01T25:00:00Z", "2011-09-01T10:61:00Z", "01/09/2011 10:00",
        "2011/09/01", "1314871200", "2011-09-01\n", "2011-09-01T10:00:00Zx", "0000-01-01"}) {
    const auto time = ParseTime(text);
    ASSERT_FALSE(time.ok()) << text;
    EXPECT_EQ(time.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(time.status().message()), HasSubstr('"' + std::string(text) + '"'));
  }
}

TEST(TimeTest, RefusesInstantsOutsideTheYearsOneTo9999) {
  EXPECT_TRUE(ParseTime("0001-01-01T00:00:00Z").ok());
  EXPECT_TRUE(ParseTime("9999-12-31T23:59:59Z").ok());
  EXPECT_FALSE(ParseTime("0001-01-01T00:00:00+01:00").ok());  // still the year 0 in UTC
  EXPECT_FALSE(ParseTime("9999-12-31T23:59:59-01:00").ok());  // already the year 10000
}

TEST(TimeTest, PrintsUtcWithFractionsOnlyWhereThereAreAny) {
  EXPECT_EQ(base::FormatTime(FromMicros(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(base::FormatTime(FromMicros(1'500'000)), "1970-01-01T00:00:01.5Z");
  EXPECT_EQ(base::FormatTime(*ParseTime("2011-09-01T10:00:00+02:00")), "2011-09-01T08:00:00Z");
}

TEST(TimeTest, ReadsBackWhatItPrints) {
  for (const std::int64_t micros :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1330473599999999},
        std::int64_t{-62135596800000000}}) {
    const auto time = ParseTime(base::FormatTime(FromMicros(micros)));
    ASSERT_TRUE(time.ok()) << time.status();
    EXPECT_EQ(ToMicros(*time), micros);
  }
}

TEST(DurationTest, ReadsAWholeNumberAndOneUnit) {
  EXPECT_EQ(*ParseDuration("90s"), absl::Seconds(90));
  EXPECT_EQ(*ParseDuration("15m"), absl::Minutes(15));
  EXPECT_EQ(*ParseDuration("12h"), absl::Hours(12));
  EXPECT_EQ(*ParseDuration("30d"), absl::Hours(720));
  EXPECT_EQ(*ParseDuration("0d"), absl::ZeroDuration());
}

TEST(DurationTest, RefusesWhatIsNoDurationAndNamesIt) {
  for (const char* text : {"", "d", "30", "-1d", "+1d", "1.5h", "30 d", "1w", "1d12h", "1D", "inf",
                           "99999999999d", "36601d"}) {
    const auto duration = ParseDuration(text);
    ASSERT_FALSE(duration.ok()) << text;
    EXPECT_EQ(duration.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(duration.status().message()), HasSubstr('"' + std::string(text) + '"'));
  }
}

TEST(DurationTest, PrintsTheLargestUnitThatFitsAndReadsItBack) {
  for (const char* text : {"30d", "36h", "90s", "15m", "0s", "36600d"}) {
    EXPECT_EQ(base::FormatDuration(*ParseDuration(text)), text);
  }
  EXPECT_EQ(base::FormatDuration(absl::Hours(48)), "2d");
  EXPECT_EQ(base::FormatDuration(absl::Seconds(3600)), "1h");
}

}  // namespace
}  // namespace tsugi::base
