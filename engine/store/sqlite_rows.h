// Rows of the tables with one row a fact (all but orders): statements, binding, reading, digests.
//
// A row is `seq`, for versioned facts and campaigns `digest` (a fingerprint of the content, so that
// "the same content" is one comparison), for versioned facts `valid_from` and `observed_at` (NULL
// where the writer gave none), then the columns of FactTable. Times are microseconds UTC, money is
// in millionths, lists are joined by ';'.
#ifndef TSUGI_ENGINE_STORE_SQLITE_ROWS_H_
#define TSUGI_ENGINE_STORE_SQLITE_ROWS_H_

#include <concepts>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/checksum.h"
#include "base/decimal.h"
#include "base/time.h"
#include "engine/facts/names.h"
#include "engine/store/fact_columns.h"
#include "engine/store/sqlite_db.h"

namespace tsugi {

// As kept in tables; the beginning of time is the smallest integer.
base::Micros StoredMicros(absl::Time time);
absl::Time FromStoredMicros(base::Micros micros);

std::string JoinIds(const std::vector<std::string>& ids);
std::vector<std::string> SplitIds(std::string_view text);
std::string JoinMonths(std::uint16_t months);  // bit 0 is January: "1;12"
std::uint16_t SplitMonths(std::string_view text);

template <typename E>
concept NamedEnum = std::is_enum_v<E>;

// Binds fields to consecutive parameters.
class FieldBinder {
 public:
  FieldBinder(SqliteStatement& statement, int first) : statement_(statement), next_(first) {}

  template <typename T>
  void operator()(const char*, const T& field) {
    Put(field);
  }
  void Put(const std::string& text) { statement_.Bind(next_++, std::string_view(text)); }
  void Put(bool value) { statement_.Bind(next_++, std::int64_t{value}); }
  void Put(int value) { statement_.Bind(next_++, std::int64_t{value}); }
  void Put(std::int64_t value) { statement_.Bind(next_++, value); }
  void Put(double value) { statement_.Bind(next_++, value); }
  void Put(base::Decimal value) { Put(value.micros()); }
  void Put(absl::Time value) { Put(StoredMicros(value)); }
  void Put(const std::vector<std::string>& ids) { PutOwned(JoinIds(ids)); }
  void Put(std::uint16_t months) { PutOwned(JoinMonths(months)); }
  template <NamedEnum E>
  void Put(E value) {
    statement_.Bind(next_++, Name(value));
  }
  template <typename T>
  void Put(const std::optional<T>& value) {
    if (value.has_value()) {
      Put(*value);
    } else {
      statement_.BindNull(next_++);
    }
  }

 private:
  void PutOwned(std::string text) { Put(owned_.emplace_back(std::move(text))); }

  SqliteStatement& statement_;
  int next_;
  std::deque<std::string> owned_;  // texts made here, alive until the statement has run
};

// Reads fields from consecutive columns.
class FieldReader {
 public:
  FieldReader(const SqliteStatement& row, int first) : row_(row), next_(first) {}

  template <typename T>
  void operator()(const char*, T& field) {
    Get(field);
  }
  void Get(std::string& text) { text = row_.Text(next_++); }
  void Get(bool& value) { value = row_.Int(next_++) != 0; }
  void Get(int& value) { value = static_cast<int>(row_.Int(next_++)); }
  void Get(std::int64_t& value) { value = row_.Int(next_++); }
  void Get(double& value) { value = row_.Double(next_++); }
  void Get(base::Decimal& value) { value = base::Decimal::FromMicros(row_.Int(next_++)); }
  void Get(absl::Time& value) { value = FromStoredMicros(row_.Int(next_++)); }
  void Get(std::vector<std::string>& ids) { ids = SplitIds(row_.Text(next_++)); }
  void Get(std::uint16_t& months) { months = SplitMonths(row_.Text(next_++)); }
  template <NamedEnum E>
  void Get(E& value) {
    value = FromName<E>(row_.Text(next_++)).value_or(E{});
  }
  template <typename T>
  void Get(std::optional<T>& value) {
    if (row_.IsNull(next_)) {
      value.reset();
      ++next_;
    } else {
      Get(value.emplace());
    }
  }

 private:
  const SqliteStatement& row_;
  int next_;
};

// Adds fields to a text that differs where the content differs.
class FieldDigest {
 public:
  template <typename T>
  void operator()(const char*, const T& field) {
    Put(field);
  }
  void Put(std::string_view text) {
    Put(static_cast<std::int64_t>(text.size()));
    bytes_.append(text);
  }
  void Put(const std::string& text) { Put(std::string_view(text)); }
  void Put(std::int64_t value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void Put(double value) {
    if (value == 0) value = 0;  // -0 is 0
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void Put(base::Decimal value) { Put(value.micros()); }
  void Put(absl::Time value) { Put(StoredMicros(value)); }
  void Put(const std::vector<std::string>& ids) { Put(JoinIds(ids)); }
  template <NamedEnum E>
  void Put(E value) {
    Put(Name(value));
  }
  template <std::integral I>
  void Put(I value) {
    Put(static_cast<std::int64_t>(value));
  }
  template <typename T>
  void Put(const std::optional<T>& value) {
    Put(value.has_value());
    if (value.has_value()) Put(*value);
  }

  std::int64_t Value() const { return static_cast<std::int64_t>(base::Fingerprint(bytes_)); }

 private:
  std::string bytes_;
};

template <typename T>
std::int64_t DigestOf(const T& fact) {
  FieldDigest digest;
  FactTable<T>::Columns(fact, digest);
  return digest.Value();
}

template <typename T>
inline constexpr bool kHasDigest = FactTable<T>::kVersioned || std::same_as<T, Campaign>;

// The columns before those of FactTable.
template <typename T>
std::string LeadColumns() {
  std::string lead = "seq";
  if (kHasDigest<T>) lead += ", digest";
  if (FactTable<T>::kVersioned) lead += ", valid_from, observed_at";
  return lead;
}

template <typename T>
std::string AllColumns() {
  std::string columns = LeadColumns<T>();
  T fact;
  FactTable<T>::Columns(fact, [&columns](const char* name, auto&) {
    columns += ", ";
    columns += name;
  });
  return columns;
}

template <typename T>
std::string InsertSql() {
  const std::string columns = AllColumns<T>();
  std::string marks = "?";
  for (const char c : columns) {
    if (c == ',') marks += ",?";
  }
  std::string sql = std::string("INSERT INTO ") + FactTable<T>::kTable + "(" + columns +
                    ") VALUES(" + marks + ")";
  // The same event again is no error: the statement then changes no row.
  if (!FactTable<T>::kVersioned) {
    sql += std::string(" ON CONFLICT(") + FactTable<T>::kKey + ") DO NOTHING";
  }
  return sql;
}

// `tail` is what follows the table's name.
template <typename T>
std::string SelectSql(std::string_view tail) {
  return "SELECT " + AllColumns<T>() + " FROM " + FactTable<T>::kTable + " " + std::string(tail);
}

// Runs an insert; true where a row was added.
template <typename T>
absl::StatusOr<bool> InsertRow(SqliteStatement& insert, sqlite3* db, Seq seq, const T& fact,
                               std::int64_t digest, base::Micros valid_from) {
  int next = 1;
  insert.Bind(next++, static_cast<std::int64_t>(seq));
  if (kHasDigest<T>) insert.Bind(next++, digest);
  if constexpr (FactTable<T>::kVersioned) {
    insert.Bind(next++, valid_from);
    if (fact.observed_at.has_value()) {
      insert.Bind(next++, StoredMicros(*fact.observed_at));
    } else {
      insert.BindNull(next++);
    }
  }
  FieldBinder binder(insert, next);
  FactTable<T>::Columns(fact, binder);
  const absl::Status status = insert.Run();
  if (!status.ok()) return status;
  return sqlite3_changes(db) > 0;
}

// The row a SelectSql statement stands on.
template <typename T>
struct FactRow {
  Seq seq = 0;
  absl::Time valid_from;
  T fact;
};

template <typename T>
FactRow<T> ReadRow(const SqliteStatement& row) {
  FactRow<T> result;
  result.seq = static_cast<Seq>(row.Int(0));
  int next = kHasDigest<T> ? 2 : 1;
  if constexpr (FactTable<T>::kVersioned) {
    result.valid_from = FromStoredMicros(row.Int(next++));
    if (!row.IsNull(next)) result.fact.observed_at = FromStoredMicros(row.Int(next));
    ++next;
  }
  FieldReader reader(row, next);
  FactTable<T>::Columns(result.fact, reader);
  if constexpr (!FactTable<T>::kVersioned) result.valid_from = FactTable<T>::Begin(result.fact);
  return result;
}

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_ROWS_H_
