#include "generator/csv_writer.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/generator/shop_files.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi::generator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CsvWriterTest, WritesAHeaderAndARowALine) {
  const testing::TempDir directory;
  CsvWriter file(directory.File("a.csv"), {"id", "count", "price", "at", "active", "ended"});
  file.Text("P").Number(-2).Money(1290).Time(0).Flag(true).TimeOrEmpty(0).EndRow();
  EXPECT_EQ(file.rows(), 1);
  ASSERT_THAT(file.Close(), testing::IsOk());
  EXPECT_EQ(directory.Read("a.csv"),
            "id,count,price,at,active,ended\nP,-2,12.90,1970-01-01T00:00:00Z,true,\n");
}

TEST(CsvWriterTest, QuotesWhatWouldBreakTheRow) {
  const testing::TempDir directory;
  CsvWriter file(directory.File("a.csv"), {"a", "b", "c"});
  file.Text("one, two").Text("say \"hi\"").Text("two\nlines").EndRow();
  ASSERT_THAT(file.Close(), testing::IsOk());
  EXPECT_EQ(directory.Read("a.csv"), "a,b,c\n\"one, two\",\"say \"\"hi\"\"\",\"two\nlines\"\n");
  EXPECT_THAT(ParseCsv(directory.Read("a.csv"))[1],
              ElementsAre("one, two", "say \"hi\"", "two\nlines"));
}

TEST(CsvWriterTest, PrintsMoneyInHundredths) {
  const testing::TempDir directory;
  CsvWriter file(directory.File("a.csv"), {"a", "b", "c", "d"});
  file.Money(5).Money(-5).Money(0).Money(123456).EndRow();
  ASSERT_THAT(file.Close(), testing::IsOk());
  EXPECT_THAT(directory.Read("a.csv"), HasSubstr("0.05,-0.05,0.00,1234.56\n"));
}

TEST(CsvWriterTest, ARowOfTheWrongLengthIsAnError) {
  const testing::TempDir directory;
  CsvWriter file(directory.File("a.csv"), {"a", "b"});
  file.Text("1").EndRow();
  EXPECT_EQ(file.Close().code(), absl::StatusCode::kInternal);
}

TEST(CsvWriterTest, AFileThatCannotBeOpenedIsAnErrorThatNamesIt) {
  const testing::TempDir directory;
  CsvWriter file(directory.File("missing/a.csv"), {"a"});
  file.Text("1").EndRow();
  const absl::Status status = file.Close();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("missing/a.csv"));
}

TEST(CsvWriterTest, AFullDiskIsAnError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  CsvWriter file("/dev/full", {"a"});
  for (int i = 0; i < 100'000; ++i) file.Text("row").EndRow();
  EXPECT_EQ(file.Close().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace tsugi::generator
