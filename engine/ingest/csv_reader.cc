#include "engine/ingest/csv_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/ingest/limits.h"

namespace tsugi::ingest {
namespace {

std::string_view WithoutCarriageReturn(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

void SplitPlain(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  const char* from = line.data();
  const char* const end = from + line.size();
  while (true) {
    const auto* comma =
        static_cast<const char*>(std::memchr(from, ',', static_cast<std::size_t>(end - from)));
    if (comma == nullptr) break;
    fields.emplace_back(from, static_cast<std::size_t>(comma - from));
    from = comma + 1;
  }
  fields.emplace_back(from, static_cast<std::size_t>(end - from));
}

}  // namespace

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(LineBuffer& buffer,
                                                           const ColumnNames& names) {
  std::unique_ptr<CsvReader> reader(new CsvReader(buffer));
  TSUGI_RETURN_IF_ERROR(reader->ReadHeader(names));
  return reader;
}

absl::Status CsvReader::ReadHeader(const ColumnNames& names) {
  Row header;
  TSUGI_ASSIGN_OR_RETURN(const bool found, NextRecord(header));
  if (!found) {
    return absl::InvalidArgumentError(
        absl::StrCat("the file is empty; its first line names the columns: ", names.Known()));
  }
  if (!header.problem.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("line 1: ", header.problem));
  }
  if (fields_.size() > kMaxColumns) {
    return absl::InvalidArgumentError(
        absl::StrCat("line 1: ", fields_.size(), " columns; at most ", kMaxColumns, " can be"));
  }
  columns_ = names.columns.size();
  std::vector<bool> seen(columns_, false);
  std::string all;
  for (const std::string_view field : fields_) {
    const std::string name(Trim(field).substr(0, kMaxColumnNameBytes));
    absl::StrAppend(&all, all.empty() ? "" : ", ", Shown(name));
    const int column = name.empty() ? -1 : names.IndexOf(name);
    column_of_.push_back(column);
    if (column < 0) {
      if (unknown_.size() < kMaxUnknownColumns) unknown_.push_back(Shown(name));
      continue;
    }
    if (seen[static_cast<std::size_t>(column)]) {
      return absl::InvalidArgumentError(
          absl::StrCat("column '", name, "' is there twice; take one away"));
    }
    seen[static_cast<std::size_t>(column)] = true;
  }
  for (std::size_t i = 0; i < columns_; ++i) {
    const std::string known(names.columns[i].name);
    const bool mapped = !names.in_file[i].empty() && names.in_file[i] != known;
    if (seen[i] || (!names.columns[i].required && !mapped)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("column '", mapped ? names.in_file[i] : known, "' is missing; the file has ",
                     all, "; the columns are ", names.Known(),
                     " (* = required); name another with --columns ", known, "=NAME"));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::Next(Row& row) {
  TSUGI_ASSIGN_OR_RETURN(const bool found, NextRecord(row));
  if (!found) return false;
  row.values.assign(columns_, std::string_view());
  if (!row.problem.empty()) return true;
  if (fields_.size() != column_of_.size()) {
    row.problem = absl::StrCat("the row has ", fields_.size(), " fields, the header ",
                               column_of_.size(), "; quote fields that hold commas");
    row.shown = Shown(fields_.front());
    return true;
  }
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (column_of_[i] >= 0) row.values[static_cast<std::size_t>(column_of_[i])] = fields_[i];
  }
  return true;
}

absl::StatusOr<bool> CsvReader::NextRecord(Row& row) {
  row.problem.clear();
  buffer_.Consume(std::exchange(pending_, 0));
  while (true) {
    row.line = buffer_.line();
    std::size_t length = 0;
    std::size_t with_end = 0;
    TSUGI_ASSIGN_OR_RETURN(const LineBuffer::Line found, buffer_.FindLine(length, with_end));
    if (found == LineBuffer::Line::kEnd) return false;
    if (found == LineBuffer::Line::kTooLong) {
      row.problem = absl::StrCat("the line is longer than ", kMaxRecordBytes, " bytes");
      row.shown.clear();
      return true;
    }
    const std::string_view line = WithoutCarriageReturn(buffer_.Data().substr(0, length));
    if (line.empty()) {
      buffer_.Consume(with_end);
      continue;
    }
    if (line.find('"') != std::string_view::npos) return QuotedRecord(row, with_end);
    SplitPlain(line, fields_);
    pending_ = with_end;
    return true;
  }
}

absl::StatusOr<bool> CsvReader::QuotedRecord(Row& row, std::size_t first_line) {
  bool at_end = false;
  while (true) {
    const std::string_view data = buffer_.Data();
    std::size_t used = 0;
    const Split split = SplitQuoted(data, at_end, used);
    if (split == Split::kDone) {
      pending_ = used;
      return true;
    }
    if (split == Split::kGarbage || at_end || data.size() > kMaxRecordBytes) {
      row.problem = split == Split::kGarbage
                        ? "something follows a closing quote; double the quotes within a field"
                        : "a quoted field does not end; close or double its quote";
      row.shown = Shown(WithoutCarriageReturn(data.substr(0, first_line)));
      while (!row.shown.empty() && row.shown.back() == '\n') row.shown.pop_back();
      pending_ = first_line;
      return true;
    }
    TSUGI_ASSIGN_OR_RETURN(const bool more, buffer_.Fill());
    at_end = !more;
  }
}

// Splits the record at the start of `data`. kOpen: more bytes are needed to know its end.
CsvReader::Split CsvReader::SplitQuoted(std::string_view data, bool at_end, std::size_t& used) {
  fields_.clear();
  unquoted_.clear();
  unquoted_.reserve(data.size());  // so that views into it stay valid
  std::size_t at = 0;
  while (true) {
    const bool quoted = at < data.size() && data[at] == '"';
    const bool whole = quoted ? QuotedField(data, at_end, at) : PlainField(data, at_end, at);
    if (!whole) return Split::kOpen;
    if (at >= data.size() || data[at] == '\n') {
      used = std::min(at + 1, data.size());
      return Split::kDone;
    }
    if (data[at] != ',') return Split::kGarbage;
    ++at;
  }
}

bool CsvReader::QuotedField(std::string_view data, bool at_end, std::size_t& at) {
  const std::size_t start = unquoted_.size();
  ++at;
  while (true) {
    const std::size_t quote = data.find('"', at);
    if (quote == std::string_view::npos) return false;
    unquoted_.append(data, at, quote - at);
    at = quote + 1;
    if (at >= data.size() || data[at] != '"') break;
    unquoted_ += '"';
    ++at;
  }
  if (at >= data.size() && !at_end) return false;
  fields_.emplace_back(unquoted_.data() + start, unquoted_.size() - start);
  if (at < data.size() && data[at] == '\r') ++at;
  return true;
}

bool CsvReader::PlainField(std::string_view data, bool at_end, std::size_t& at) {
  const std::size_t end = std::min(data.find_first_of(",\n", at), data.size());
  if (end == data.size() && !at_end) return false;
  const std::string_view field = data.substr(at, end - at);
  const bool last = end == data.size() || data[end] == '\n';
  fields_.push_back(last ? WithoutCarriageReturn(field) : field);
  at = end;
  return true;
}

}  // namespace tsugi::ingest
