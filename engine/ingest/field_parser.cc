#include "engine/ingest/field_parser.h"

#include <charconv>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/time.h"

namespace tsugi::ingest {
namespace {

// The part of a parser's message behind the value: "is not a time; use ...".
std::string Advice(const absl::Status& status) {
  const std::string message(status.message());
  const std::size_t at = message.rfind("\" is ");
  return at == std::string::npos ? message : message.substr(at + 2);
}

std::vector<std::string_view> SplitList(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view part = Trim(text.substr(0, end));
    if (!part.empty()) parts.push_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

void FieldParser::Fail(std::size_t column, std::string fix) {
  if (failed_) return;
  violation_ = {std::string(columns_[column].name), Shown(Trim(row_->values[column])),
                std::move(fix)};
  failed_ = true;
}

std::string_view FieldParser::Field(std::size_t column) {
  if (failed_) return {};
  const std::string_view text = Trim(row_->values[column]);
  if (text.empty() && columns_[column].required) Fail(column, "give a value, it may not be empty");
  return text;
}

std::string FieldParser::Folded(std::string_view id) const {
  std::string folded(id);
  if (fold_ids_) absl::AsciiStrToUpper(&folded);
  return folded;
}

void FieldParser::Id(std::size_t column, std::string& out) {
  out.assign(Field(column));
  if (fold_ids_) absl::AsciiStrToUpper(&out);
}

void FieldParser::Text(std::size_t column, std::string& out) { out.assign(Field(column)); }

void FieldParser::Ids(std::size_t column, std::vector<std::string>& out) {
  out.clear();
  for (const std::string_view id : SplitList(Field(column))) out.push_back(Folded(id));
}

void FieldParser::Texts(std::size_t column, std::vector<std::string>& out) {
  out.clear();
  for (const std::string_view text : SplitList(Field(column))) out.emplace_back(text);
}

void FieldParser::Months(std::size_t column, std::uint16_t& out) {
  unsigned months = 0;
  for (const std::string_view part : SplitList(Field(column))) {
    int month = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), month);
    if (error != std::errc() || end != part.data() + part.size() || month < 1 || month > 12) {
      return Fail(column, "give months from 1 to 12, as in 7;8");
    }
    months |= 1U << (month - 1);
  }
  out = static_cast<std::uint16_t>(months);
}

void FieldParser::Time(std::size_t column, absl::Time& out) {
  const std::string_view text = Field(column);
  if (text.empty()) return;
  if (text != time_text_) {
    const absl::StatusOr<absl::Time> time = base::ParseTime(text);
    if (!time.ok()) return Fail(column, Advice(time.status()));
    time_ = *time;
    time_text_ = text;
  }
  out = time_;
}

void FieldParser::Time(std::size_t column, std::optional<absl::Time>& out) {
  out.reset();
  if (Field(column).empty()) return;
  absl::Time time;
  Time(column, time);
  if (!failed_) out = time;
}

void FieldParser::Money(std::size_t column, std::optional<base::Decimal>& out) {
  out.reset();
  std::string_view text = Field(column);
  if (text.empty()) return;
  if (text.starts_with(currency_)) text = Trim(text.substr(currency_.size()));
  if (text.ends_with(currency_)) text = Trim(text.substr(0, text.size() - currency_.size()));
  const absl::StatusOr<base::Decimal> money = base::Decimal::Parse(text);
  if (!money.ok()) {
    return Fail(column, absl::StrCat(Advice(money.status()), ", in ", currency_));
  }
  out = *money;
}

bool FieldParser::ParseWhole(std::size_t column, std::string_view text, std::int64_t& out) {
  const char* from = text.data();
  const char* const end = from + text.size();
  if (from != end && *from == '+') ++from;
  const auto [stop, error] = std::from_chars(from, end, out);
  if (error == std::errc() && stop == end) return true;
  // Spreadsheets write 6 as 6.0.
  const absl::StatusOr<base::Decimal> decimal = base::Decimal::Parse(text);
  if (decimal.ok() && decimal->micros() % base::Decimal::kScale == 0) {
    out = decimal->micros() / base::Decimal::kScale;
    return true;
  }
  Fail(column, "give a whole number");
  return false;
}

void FieldParser::Whole(std::size_t column, std::int64_t& out) {
  const std::string_view text = Field(column);
  std::int64_t value = 0;
  if (!text.empty() && ParseWhole(column, text, value)) out = value;
}

void FieldParser::Whole(std::size_t column, int& out) {
  std::int64_t value = out;
  Whole(column, value);
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
    return Fail(column, "give a smaller number");
  }
  out = static_cast<int>(value);
}

void FieldParser::Whole(std::size_t column, std::optional<int>& out) {
  out.reset();
  if (Field(column).empty()) return;
  int value = 0;
  Whole(column, value);
  if (!failed_) out = value;
}

void FieldParser::Number(std::size_t column, double& out) {
  const std::string_view text = Field(column);
  if (text.empty()) return;
  double value = 0;
  if (!absl::SimpleAtod(absl::string_view(text.data(), text.size()), &value)) {
    return Fail(column, "give a number, as in 12.5");
  }
  out = value;
}

void FieldParser::Number(std::size_t column, std::optional<double>& out) {
  out.reset();
  if (Field(column).empty()) return;
  double value = 0;
  Number(column, value);
  if (!failed_) out = value;
}

void FieldParser::Flag(std::size_t column, bool& out) {
  const std::string_view field = Field(column);
  if (field.empty()) return;
  std::string text(field);
  absl::AsciiStrToLower(&text);
  if (text == "true" || text == "1" || text == "yes") {
    out = true;
  } else if (text == "false" || text == "0" || text == "no") {
    out = false;
  } else {
    Fail(column, "give true or false");
  }
}

void FieldParser::Currency(std::size_t column) {
  std::string text(Field(column));
  absl::AsciiStrToUpper(&text);
  if (text.empty() || text == currency_) return;
  Fail(column, absl::StrCat("the store's currency is ", currency_,
                            "; convert the row's amounts or take it away"));
}

}  // namespace tsugi::ingest
