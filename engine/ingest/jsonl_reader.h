// JSON Lines: one object a line, with the columns as keys. Texts, numbers and booleans count as
// they are written (a number keeps all its digits), null as empty, an array of them as a list; an
// object within the object is an error of its row. Empty lines are skipped.
#ifndef TSUGI_ENGINE_INGEST_JSONL_READER_H_
#define TSUGI_ENGINE_INGEST_JSONL_READER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/ingest/line_buffer.h"
#include "engine/ingest/row.h"

namespace tsugi::ingest {

class JsonlReader : public RowReader {
 public:
  // `buffer` must outlive the reader.
  JsonlReader(LineBuffer& buffer, ColumnNames names);

  absl::StatusOr<bool> Next(Row& row) override;
  const std::vector<std::string>& unknown_columns() const override { return unknown_; }

 private:
  void ReadObject(std::string_view line, Row& row);

  LineBuffer& buffer_;
  const ColumnNames names_;
  std::vector<std::string> texts_;  // by column: what Row::values shows
  std::vector<std::string> unknown_;
};

}  // namespace tsugi::ingest

#endif  // TSUGI_ENGINE_INGEST_JSONL_READER_H_
