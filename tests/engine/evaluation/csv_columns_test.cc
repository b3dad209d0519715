#include "engine/evaluation/csv_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;
using ::tsugi::testing::TempDir;

TEST(CsvColumnsTest, ReadsColumnsByNameInAnyOrder) {
  const TempDir dir;
  ASSERT_OK_AND_ASSIGN(
      const CsvColumns file,
      CsvColumns::Read(dir.Write("a.csv", "b,other,a\n1.5,x, left \n-2,y,\"ri,ght\"\n"),
                       {{"a"}, {"b"}, {"missing", false}}));
  EXPECT_EQ(file.rows(), 2U);
  EXPECT_EQ(file.Text(0, 0), "left");
  EXPECT_EQ(file.Text(0, 1), "ri,ght");
  EXPECT_TRUE(file.Empty(2));
  ASSERT_OK_AND_ASSIGN(const std::vector<double> numbers, file.Numbers(1));
  EXPECT_THAT(numbers, ElementsAre(1.5, -2));
}

TEST(CsvColumnsTest, NamesLineColumnAndValueOfWhatIsNoNumber) {
  const TempDir dir;
  ASSERT_OK_AND_ASSIGN(const CsvColumns file,
                       CsvColumns::Read(dir.Write("a.csv", "spend\n1\nmuch\nnan\n"), {{"spend"}}));
  EXPECT_THAT(file.Numbers(0), StatusIs(absl::StatusCode::kInvalidArgument,
                                        AllOf(HasSubstr("line 3"), HasSubstr("spend \"much\""))));
  EXPECT_THAT(file.Number(0, 2), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(CsvColumnsTest, RefusesAFileWithABrokenRowOrWithoutAColumn) {
  const TempDir dir;
  EXPECT_THAT(CsvColumns::Read(dir.Write("a.csv", "a,b\n1,2\n1\n"), {{"a"}, {"b"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("line 3")));
  EXPECT_THAT(CsvColumns::Read(dir.Write("a.csv", "a\n1\n"), {{"b"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("b")));
  EXPECT_THAT(CsvColumns::Read(dir.File("none.csv"), {{"a"}}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none.csv")));
}

TEST(CsvColumnsTest, IndexesTextsInTheirOrderOfAppearance) {
  const TempDir dir;
  ASSERT_OK_AND_ASSIGN(const CsvColumns file,
                       CsvColumns::Read(dir.Write("a.csv", "a\nz\nb\nz\n"), {{"a"}}));
  const Indexed indexed = IndexColumn(file, 0);
  EXPECT_THAT(indexed.names, ElementsAre("z", "b"));
  EXPECT_THAT(indexed.numbers, ElementsAre(0, 1, 0));
}

}  // namespace
}  // namespace tsugi
