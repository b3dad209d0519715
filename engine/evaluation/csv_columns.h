// Whole columns of a CSV file by name, for evaluations, which want all rows or none: a row that
// cannot be read is an error, since a figure over the rows that happened to parse would mislead.
#ifndef TSUGI_ENGINE_EVALUATION_CSV_COLUMNS_H_
#define TSUGI_ENGINE_EVALUATION_CSV_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tsugi {

struct CsvColumn {
  std::string name;
  bool required = true;
};

class CsvColumns {
 public:
  // `path` as of an import: a file, `-`, `.zst` or `.gz`. Values are trimmed. A column that is not
  // in the file and not required has empty values. Errors: those of the file; INVALID_ARGUMENT for
  // a missing column or a bad row, naming the line.
  static absl::StatusOr<CsvColumns> Read(const std::string& path,
                                         const std::vector<CsvColumn>& columns);

  std::size_t rows() const { return lines_.size(); }
  std::int64_t line(std::size_t row) const { return lines_[row]; }
  const std::string& Text(std::size_t column, std::size_t row) const {
    return values_[column][row];
  }
  // No row has a value.
  bool Empty(std::size_t column) const;

  // Numbers of a column. Errors: INVALID_ARGUMENT naming line, column and value, for what is no
  // finite number (an empty value too).
  absl::StatusOr<double> Number(std::size_t column, std::size_t row) const;
  absl::StatusOr<std::vector<double>> Numbers(std::size_t column) const;

  // An error about one value: "FILE line 7: COLUMN \"VALUE\" WHAT".
  absl::Status Bad(std::size_t column, std::size_t row, const std::string& what) const;

 private:
  std::string path_;
  std::vector<CsvColumn> columns_;
  std::vector<std::int64_t> lines_;
  std::vector<std::vector<std::string>> values_;
};

// Texts as numbers 0, 1, ... in their order of appearance.
struct Indexed {
  std::vector<std::string> names;      // by number
  std::vector<std::uint32_t> numbers;  // by row
};
Indexed IndexColumn(const CsvColumns& columns, std::size_t column);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_CSV_COLUMNS_H_
