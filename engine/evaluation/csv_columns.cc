#include "engine/evaluation/csv_columns.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/ingest/csv_reader.h"
#include "engine/ingest/input_stream.h"
#include "engine/ingest/line_buffer.h"
#include "engine/ingest/row.h"

namespace tsugi {

absl::StatusOr<CsvColumns> CsvColumns::Read(const std::string& path,
                                            const std::vector<CsvColumn>& columns) {
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::InputStream> input, ingest::OpenInput(path));
  ingest::LineBuffer buffer(*input);
  CsvColumns result;
  result.path_ = path;
  result.columns_ = columns;
  std::vector<ingest::ColumnSpec> specs;
  specs.reserve(columns.size());
  for (const CsvColumn& column : result.columns_) specs.push_back({column.name, column.required});
  TSUGI_ASSIGN_OR_RETURN(const ingest::ColumnNames names, ingest::ResolveColumns(specs, {}));
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::CsvReader> reader,
                         ingest::CsvReader::Open(buffer, names));
  result.values_.resize(columns.size());
  ingest::Row row;
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool more, reader->Next(row));
    if (!more) return result;
    if (!row.problem.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, " line ", row.line, ": ", row.problem, "; correct or remove it"));
    }
    result.lines_.push_back(row.line);
    for (std::size_t column = 0; column < columns.size(); ++column) {
      result.values_[column].emplace_back(ingest::Trim(row.values[column]));
    }
  }
}

bool CsvColumns::Empty(std::size_t column) const {
  return std::all_of(values_[column].begin(), values_[column].end(),
                     [](const std::string& value) { return value.empty(); });
}

absl::StatusOr<double> CsvColumns::Number(std::size_t column, std::size_t row) const {
  double number = 0;
  if (!absl::SimpleAtod(Text(column, row), &number) || !std::isfinite(number)) {
    return Bad(column, row, "is not a number");
  }
  return number;
}

absl::StatusOr<std::vector<double>> CsvColumns::Numbers(std::size_t column) const {
  std::vector<double> numbers(rows());
  for (std::size_t row = 0; row < rows(); ++row) {
    TSUGI_ASSIGN_OR_RETURN(numbers[row], Number(column, row));
  }
  return numbers;
}

absl::Status CsvColumns::Bad(std::size_t column, std::size_t row, const std::string& what) const {
  return absl::InvalidArgumentError(absl::StrCat(path_, " line ", line(row), ": ",
                                                 columns_[column].name, " \"",
                                                 ingest::Shown(Text(column, row)), "\" ", what));
}

Indexed IndexColumn(const CsvColumns& columns, std::size_t column) {
  Indexed indexed;
  std::unordered_map<std::string, std::uint32_t> numbers;
  for (std::size_t row = 0; row < columns.rows(); ++row) {
    const std::string& text = columns.Text(column, row);
    const auto [found, is_new] =
        numbers.try_emplace(text, static_cast<std::uint32_t>(indexed.names.size()));
    if (is_new) indexed.names.push_back(text);
    indexed.numbers.push_back(found->second);
  }
  return indexed;
}

}  // namespace tsugi
