#include "base/decimal.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tsugi::base {
namespace {

using ::testing::HasSubstr;

struct ParseCase {
  const char* text;
  std::int64_t micros;
};

TEST(DecimalTest, ReadsDigitsWithSignAndUpToSixDecimals) {
  for (const ParseCase& c : {ParseCase{"2.55", 2'550'000},
                             {"-3", -3'000'000},
                             {"+4", 4'000'000},
                             {".5", 500'000},
                             {"-.000001", -1},
                             {"7.", 7'000'000},
                             {"0", 0},
                             {"-0", 0},
                             {"007.10", 7'100'000},
                             {"1.50000000", 1'500'000},
                             {"8999999999999.999999", 8'999'999'999'999'999'999}}) {
    const auto parsed = Decimal::Parse(c.text);
    ASSERT_TRUE(parsed.ok()) << c.text << ": " << parsed.status();
    EXPECT_EQ(parsed->micros(), c.micros) << c.text;
  }
}

TEST(DecimalTest, RefusesWhatIsNoDecimalAndNamesIt) {
  for (const char* text : {"", "-", "+", ".", "1e3", "1,000", "--1", "1.2.3", " 1", "1 ", "0x10",
                           "nan", "inf", "1.0000001", "10000000000000", "99999999999999999999"}) {
    const auto parsed = Decimal::Parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr('"' + std::string(text) + '"'));
  }
}

TEST(DecimalTest, PrintsTheShortestExactFormAndReadsItBack) {
  for (const char* text : {"2.55", "-3", "0", "0.000001", "-0.5", "120", "8999999999999.999999"}) {
    EXPECT_EQ(Decimal::Parse(text)->ToString(), text);
  }
}

TEST(DecimalTest, FixedPlacesRoundHalfAwayFromZero) {
  EXPECT_EQ(Decimal::Parse("2.5")->ToFixed(2), "2.50");
  EXPECT_EQ(Decimal::Parse("2.005")->ToFixed(2), "2.01");
  EXPECT_EQ(Decimal::Parse("-2.005")->ToFixed(2), "-2.01");
  EXPECT_EQ(Decimal::Parse("2.004999")->ToFixed(2), "2.00");
  EXPECT_EQ(Decimal::Parse("0.999999")->ToFixed(0), "1");
  EXPECT_EQ(Decimal::Parse("1.234567")->ToFixed(6), "1.234567");
}

TEST(DecimalTest, NeverPrintsANegativeZero) {
  EXPECT_EQ(Decimal::FromMicros(-1).ToFixed(2), "0.00");
  EXPECT_EQ(Decimal::FromMicros(0).ToString(), "0");
}

TEST(DecimalTest, NearestDecimalOfADoubleRoundsHalfAwayFromZero) {
  EXPECT_EQ(Decimal::FromDouble(0.1).micros(), 100'000);
  EXPECT_EQ(Decimal::FromDouble(-0.1).micros(), -100'000);
  EXPECT_EQ(Decimal::FromDouble(0.0000005).micros(), 1);
  EXPECT_EQ(Decimal::FromDouble(-0.0000005).micros(), -1);
}

TEST(DecimalTest, SumsAreExactWhereDoublesAreNot) {
  Decimal sum;
  for (int i = 0; i < 10; ++i) sum += *Decimal::Parse("0.1");
  EXPECT_EQ(sum, Decimal::FromUnits(1));
  EXPECT_EQ(sum - Decimal::FromUnits(1), Decimal());
  EXPECT_EQ((-sum).ToString(), "-1");
}

TEST(DecimalTest, OrdersByValue) {
  EXPECT_LT(Decimal::FromMicros(-1), Decimal());
  EXPECT_LT(*Decimal::Parse("2.5"), *Decimal::Parse("2.50001"));
}

}  // namespace
}  // namespace tsugi::base
