#include "engine/ingest/jsonl_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/ingest/limits.h"

namespace tsugi::ingest {
namespace {

using nlohmann::json;

// Takes the values of one object as texts.
class RowHandler : public json::json_sax_t {
 public:
  RowHandler(const ColumnNames& names, std::vector<std::string>& texts,
             std::vector<std::string>& unknown)
      : names_(names), texts_(texts), unknown_(unknown), seen_(texts.size(), false) {}

  const std::string& problem() const { return problem_; }

  bool null() override { return Value(""); }
  bool boolean(bool value) override { return Value(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return Value(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Value(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return Value(text); }
  bool string(string_t& text) override { return Value(text); }
  bool binary(binary_t&) override { return Fail("binary data is no value"); }

  bool start_object(std::size_t) override {
    if (depth_++ > 0) return Fail("an object stands within the object; give a plain value");
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ == 0) return Fail("the line is an array; give an object");
    if (in_list_) return Fail("a list stands within a list; give plain values");
    in_list_ = true;
    first_of_list_ = true;
    return true;
  }
  bool end_array() override {
    in_list_ = false;
    return true;
  }
  bool key(string_t& name) override {
    column_ = names_.IndexOf(name);
    if (column_ < 0) {
      if (unknown_.size() < kMaxUnknownColumns &&
          std::find(unknown_.begin(), unknown_.end(), name) == unknown_.end()) {
        unknown_.push_back(Shown(name));
      }
      return true;
    }
    if (seen_[static_cast<std::size_t>(column_)]) {
      return Fail(absl::StrCat("'", Shown(name), "' is there twice; take one away"));
    }
    seen_[static_cast<std::size_t>(column_)] = true;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const json::exception&) override {
    return Fail(absl::StrCat("the line is not JSON at byte ", position));
  }

 private:
  bool Fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }
  bool Value(std::string_view text) {
    if (depth_ == 0) return Fail("the line is no object; give {\"column\": value, ...}");
    if (column_ < 0) return true;
    std::string& value = texts_[static_cast<std::size_t>(column_)];
    if (in_list_ && !std::exchange(first_of_list_, false)) value += ';';
    value += text;
    return true;
  }

  const ColumnNames& names_;
  std::vector<std::string>& texts_;
  std::vector<std::string>& unknown_;
  std::vector<bool> seen_;
  std::string problem_;
  int column_ = -1;
  int depth_ = 0;
  bool in_list_ = false;
  bool first_of_list_ = false;
};

}  // namespace

JsonlReader::JsonlReader(LineBuffer& buffer, ColumnNames names)
    : buffer_(buffer), names_(std::move(names)), texts_(names_.columns.size()) {}

absl::StatusOr<bool> JsonlReader::Next(Row& row) {
  row.problem.clear();
  row.shown.clear();
  while (true) {
    row.line = buffer_.line();
    std::size_t length = 0;
    std::size_t with_end = 0;
    TSUGI_ASSIGN_OR_RETURN(const LineBuffer::Line found, buffer_.FindLine(length, with_end));
    if (found == LineBuffer::Line::kEnd) return false;
    row.values.assign(texts_.size(), std::string_view());
    if (found == LineBuffer::Line::kTooLong) {
      row.problem = absl::StrCat("the line is longer than ", kMaxRecordBytes, " bytes");
      return true;
    }
    const std::string_view line = Trim(buffer_.Data().substr(0, length));
    if (!line.empty()) ReadObject(line, row);
    buffer_.Consume(with_end);
    if (!line.empty()) return true;
  }
}

void JsonlReader::ReadObject(std::string_view line, Row& row) {
  for (std::string& text : texts_) text.clear();
  RowHandler handler(names_, texts_, unknown_);
  // Our handler answers false instead of throwing.
  if (!json::sax_parse(line.begin(), line.end(), &handler)) {
    row.problem = handler.problem();
    row.shown = Shown(line);
    return;
  }
  for (std::size_t i = 0; i < texts_.size(); ++i) row.values[i] = texts_[i];
}

}  // namespace tsugi::ingest
