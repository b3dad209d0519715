// A row of a file, whatever the file's format: one text for each column that its kind knows.
#ifndef TSUGI_ENGINE_INGEST_ROW_H_
#define TSUGI_ENGINE_INGEST_ROW_H_

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tsugi::ingest {

struct ColumnSpec {
  std::string_view name;
  bool required = false;
};

struct Row {
  std::int64_t line = 0;  // where it begins; the header of a CSV file is line 1
  // By the index of the column in its kind; empty where the file has none. Valid until the next row
  // is read.
  std::vector<std::string_view> values;
  // Why nothing can be read from the row; empty for a good one.
  std::string problem;
  std::string shown;  // the beginning of a bad row
};

// Thread safety: one thread at a time.
class RowReader {
 public:
  virtual ~RowReader() = default;
  // False at the end.
  virtual absl::StatusOr<bool> Next(Row& row) = 0;
  // Columns of the file that the kind does not know, as far as they were seen.
  virtual const std::vector<std::string>& unknown_columns() const = 0;
};

// Which column of the file is which of the kind's.
struct ColumnNames {
  std::span<const ColumnSpec> columns;
  std::vector<std::string> in_file;  // by the column's index: its name in the file

  // The index of the file's column of that name; -1 where the kind does not know it.
  int IndexOf(std::string_view name_in_file) const;
  std::string Known() const;  // "order_id, customer_id, ..."
};

// `mapping` is from the kind's names to the file's. INVALID_ARGUMENT for a name that is not the
// kind's, or one column of the file given to two.
absl::StatusOr<ColumnNames> ResolveColumns(std::span<const ColumnSpec> columns,
                                           const std::map<std::string, std::string>& mapping);

std::string_view Trim(std::string_view text);

// At most kMaxShownBytes of `text`, always valid UTF-8.
std::string Shown(std::string_view text);

}  // namespace tsugi::ingest

#endif  // TSUGI_ENGINE_INGEST_ROW_H_
