// Reads the typed fields of one row; the first that cannot be read is kept as the row's violation
// and the rest is skipped, so a conversion is a plain list of fields.
#ifndef TSUGI_ENGINE_INGEST_FIELD_PARSER_H_
#define TSUGI_ENGINE_INGEST_FIELD_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/facts/names.h"
#include "engine/facts/validate.h"
#include "engine/ingest/row.h"

namespace tsugi::ingest {

// Thread safety: one thread at a time. Columns are given by their index in the kind.
class FieldParser {
 public:
  FieldParser(std::span<const ColumnSpec> columns, std::string currency, bool fold_ids)
      : columns_(columns), currency_(std::move(currency)), fold_ids_(fold_ids) {}

  void Start(const Row& row) {
    row_ = &row;
    failed_ = false;
  }
  bool failed() const { return failed_; }
  const Violation& violation() const { return violation_; }
  void Fail(std::size_t column, std::string fix);

  // An empty field leaves `out` as it is, but for Id, Text, Ids and the optional ones, which become
  // empty; in a required column it is a violation.
  void Id(std::size_t column, std::string& out);
  void Text(std::size_t column, std::string& out);
  void Ids(std::size_t column, std::vector<std::string>& out);    // `P1;P2`
  void Texts(std::size_t column, std::vector<std::string>& out);  // the same, never folded
  void Months(std::size_t column, std::uint16_t& out);            // `7;8`
  void Time(std::size_t column, absl::Time& out);
  void Time(std::size_t column, std::optional<absl::Time>& out);
  void Money(std::size_t column, std::optional<base::Decimal>& out);
  void Whole(std::size_t column, std::int64_t& out);
  void Whole(std::size_t column, int& out);
  void Whole(std::size_t column, std::optional<int>& out);
  void Number(std::size_t column, double& out);
  void Number(std::size_t column, std::optional<double>& out);
  void Flag(std::size_t column, bool& out);
  void Currency(std::size_t column);  // empty or the store's

  template <typename E>
  void Enum(std::size_t column, E& out) {
    const std::string_view text = Field(column);
    if (text.empty()) return;
    const std::optional<E> value = FromName<E>(text);
    if (value.has_value()) {
      out = *value;
    } else {
      Fail(column, absl::StrCat("give one of ", AllNames<E>()));
    }
  }
  template <typename E>
  void Enum(std::size_t column, std::optional<E>& out) {
    E value{};
    out.reset();
    if (Field(column).empty()) return;
    Enum(column, value);
    if (!failed_) out = value;
  }

 private:
  // Trimmed; empty after a failure. Checks what the column requires.
  std::string_view Field(std::size_t column);
  std::string Folded(std::string_view id) const;
  bool ParseWhole(std::size_t column, std::string_view text, std::int64_t& out);

  const std::span<const ColumnSpec> columns_;
  const std::string currency_;
  const bool fold_ids_;
  const Row* row_ = nullptr;
  bool failed_ = false;
  Violation violation_;
  // The newest time read: rows of one order share theirs, and parsing one costs microseconds.
  std::string time_text_;
  absl::Time time_;
};

}  // namespace tsugi::ingest

#endif  // TSUGI_ENGINE_INGEST_FIELD_PARSER_H_
