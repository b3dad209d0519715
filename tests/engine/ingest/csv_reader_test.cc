#include "engine/ingest/csv_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/ingest/limits.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

constexpr std::array<ColumnSpec, 3> kColumns = {{{"id", true}, {"name", false}, {"price", false}}};

// Hands out `text` in pieces, so that every record crosses a boundary at some size.
class PiecesStream : public InputStream {
 public:
  PiecesStream(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}
  absl::StatusOr<std::size_t> Read(std::span<char> out) override {
    const std::size_t count = std::min({piece_, out.size(), text_.size() - at_});
    std::memcpy(out.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }
  std::uint64_t bytes_read() const override { return at_; }
  std::uint64_t bytes_total() const override { return text_.size(); }

 private:
  const std::string text_;
  const std::size_t piece_;
  std::size_t at_ = 0;
};

// "line: a|b|c" for good rows, "line! problem" for bad ones.
absl::StatusOr<std::vector<std::string>> ReadAll(const std::string& text, std::size_t piece,
                                                 const std::map<std::string, std::string>& map) {
  PiecesStream stream(text, piece);
  LineBuffer buffer(stream);
  TSUGI_ASSIGN_OR_RETURN(const ColumnNames names, ResolveColumns(kColumns, map));
  TSUGI_ASSIGN_OR_RETURN(auto reader, CsvReader::Open(buffer, names));
  std::vector<std::string> rows;
  Row row;
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool found, reader->Next(row));
    if (!found) return rows;
    std::string shown = std::to_string(row.line);
    if (row.problem.empty()) {
      shown += ": " + std::string(row.values[0]) + "|" + std::string(row.values[1]) + "|" +
               std::string(row.values[2]);
    } else {
      shown += "! " + row.problem;
    }
    rows.push_back(std::move(shown));
  }
}

std::vector<std::string> Rows(const std::string& text,
                              const std::map<std::string, std::string>& map = {}) {
  std::vector<std::string> first;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
    const auto rows = ReadAll(text, piece, map);
    EXPECT_TRUE(rows.ok()) << rows.status();
    if (!rows.ok()) return {};
    if (piece == 1) first = *rows;
    EXPECT_EQ(first, *rows) << "in pieces of " << piece;
  }
  return first;
}

TEST(CsvReaderTest, ColumnsMayStandInAnyOrderAndBeMissing) {
  EXPECT_THAT(Rows("price,id\n2.5,a\n,b\n"), ElementsAre("2: a||2.5", "3: b||"));
}

TEST(CsvReaderTest, LineEndingsAndTheLastNewlineDoNotMatter) {
  EXPECT_THAT(Rows("id,name\r\na,x\r\nb,y"), ElementsAre("2: a|x|", "3: b|y|"));
}

TEST(CsvReaderTest, AByteOrderMarkIsSkipped) {
  EXPECT_THAT(Rows("\xEF\xBB\xBFid\na\n"), ElementsAre("2: a||"));
}

TEST(CsvReaderTest, QuotedFieldsHoldCommasQuotesAndNewlines) {
  EXPECT_THAT(Rows("id,name,price\n\"a\",\"x, \"\"y\"\"\nz\",1\nb,,\"\"\n"),
              ElementsAre("2: a|x, \"y\"\nz|1", "4: b||"));
}

TEST(CsvReaderTest, AQuotedLastFieldMayEndTheFile) {
  EXPECT_THAT(Rows("id,name\na,\"x\""), ElementsAre("2: a|x|"));
  EXPECT_THAT(Rows("id,name\r\na,\"x\"\r\nb,\"y\"\r\n"), ElementsAre("2: a|x|", "3: b|y|"));
}

TEST(CsvReaderTest, AQuoteWithinAnUnquotedFieldStandsForItself) {
  EXPECT_THAT(Rows("id,name\na,6\" plate\n"), ElementsAre("2: a|6\" plate|"));
}

TEST(CsvReaderTest, EmptyLinesAreNoRowsButCount) {
  EXPECT_THAT(Rows("id\n\na\n\r\nb\n"), ElementsAre("3: a||", "5: b||"));
}

TEST(CsvReaderTest, ARowOfOtherLengthIsBadAndReadingGoesOn) {
  EXPECT_THAT(Rows("id,name\na\nb,c,d\ne,f\n"),
              ElementsAre(HasSubstr("2! the row has 1 fields, the header 2"),
                          HasSubstr("3! the row has 3 fields"), "4: e|f|"));
}

TEST(CsvReaderTest, AQuoteThatIsNeverClosedCostsOneLine) {
  EXPECT_THAT(Rows("id,name\na,\"x\nb,y\n"),
              ElementsAre(HasSubstr("2! a quoted field does not end"), "3: b|y|"));
}

TEST(CsvReaderTest, TextBehindAClosingQuoteIsBad) {
  EXPECT_THAT(Rows("id,name\na,\"x\"y\nb,z\n"),
              ElementsAre(HasSubstr("2! something follows a closing quote"), "3: b|z|"));
}

TEST(CsvReaderTest, ALineBeyondTheLimitIsBadAndReadingGoesOn) {
  const std::string text = "id\n" + std::string(kMaxRecordBytes + 10, 'x') + "\nb\n";
  for (const std::size_t piece : {std::size_t{100'000}, text.size()}) {
    ASSERT_OK_AND_ASSIGN(const auto rows, ReadAll(text, piece, {}));
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].substr(0, 20), "2! the line is longe");
    EXPECT_EQ(rows[1], "3: b||");
  }
}

TEST(CsvReaderTest, AMappedColumnTakesTheFilesName) {
  EXPECT_THAT(Rows("SKU,id\nA,B\n", {{"id", "SKU"}}), ElementsAre("2: A||"));
}

TEST(CsvReaderTest, HeadersThatCannotServeSaySo) {
  struct Case {
    std::string text;
    std::map<std::string, std::string> map;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"", {}, "the file is empty"},
      {"name\nx\n", {}, "column 'id' is missing; the file has name; the columns are id*"},
      {"id\nx\n", {{"name", "Title"}}, "column 'Title' is missing"},
      {"id,id\nx,y\n", {}, "column 'id' is there twice"},
      {"id\nx\n", {{"colour", "id"}}, "there is no column 'colour' here; the columns are id*"},
      {"id\nx\n", {{"id", "a"}, {"name", "a"}}, "is given to another column"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(ReadAll(c.text, 10, c.map),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.message)));
  }
}

TEST(CsvReaderTest, UnknownColumnsAreNamed) {
  PiecesStream stream("id,Colour,name,Size\n", 100);
  LineBuffer buffer(stream);
  ASSERT_OK_AND_ASSIGN(const ColumnNames names, ResolveColumns(kColumns, {}));
  ASSERT_OK_AND_ASSIGN(const auto reader, CsvReader::Open(buffer, names));
  EXPECT_THAT(reader->unknown_columns(), ElementsAre("Colour", "Size"));
}

}  // namespace
}  // namespace tsugi::ingest
