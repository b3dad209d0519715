// Comma-separated values, RFC 4180: a header row, fields that may be quoted and then hold commas,
// newlines and doubled quotes; LF or CRLF; UTF-8 with or without byte order mark. A quote within an
// unquoted field stands for itself.
//
// A row that cannot be split (other number of fields than the header, a quoted field that does not
// end, something after the closing quote) comes with Row::problem; reading goes on behind it. After
// a quote that is never closed it goes on at the next line.
#ifndef TSUGI_ENGINE_INGEST_CSV_READER_H_
#define TSUGI_ENGINE_INGEST_CSV_READER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/ingest/line_buffer.h"
#include "engine/ingest/row.h"

namespace tsugi::ingest {

class CsvReader : public RowReader {
 public:
  // Reads the header. INVALID_ARGUMENT where a required or mapped column is missing, or a used one
  // is there twice, naming the column and those of the file. `buffer` must outlive the reader.
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(LineBuffer& buffer,
                                                         const ColumnNames& names);

  absl::StatusOr<bool> Next(Row& row) override;
  const std::vector<std::string>& unknown_columns() const override { return unknown_; }

 private:
  explicit CsvReader(LineBuffer& buffer) : buffer_(buffer) {}

  absl::Status ReadHeader(const ColumnNames& names);
  // Splits the next record into fields_; false at the end. `problem` as in Row.
  absl::StatusOr<bool> NextRecord(Row& row);
  absl::StatusOr<bool> QuotedRecord(Row& row, std::size_t first_line);
  enum class Split { kDone, kOpen, kGarbage };
  Split SplitQuoted(std::string_view data, bool at_end, std::size_t& used);
  // One field from `at` on, which then stands at the comma, newline or garbage behind it.
  bool QuotedField(std::string_view data, bool at_end, std::size_t& at);
  bool PlainField(std::string_view data, bool at_end, std::size_t& at);

  LineBuffer& buffer_;
  std::vector<std::string_view> fields_;
  std::string unquoted_;        // texts of quoted fields
  std::vector<int> column_of_;  // by position in the file: the kind's column, or -1
  std::size_t columns_ = 0;     // of the kind
  std::vector<std::string> unknown_;
  std::size_t pending_ = 0;  // bytes of the last record, consumed when the next is asked for
};

}  // namespace tsugi::ingest

#endif  // TSUGI_ENGINE_INGEST_CSV_READER_H_
