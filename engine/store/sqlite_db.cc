#include "engine/store/sqlite_db.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

absl::StatusCode CodeOf(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::StatusCode::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return absl::StatusCode::kPermissionDenied;
    default:
      return absl::StatusCode::kInternal;
  }
}

std::string_view AdviceFor(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
      return "; another process holds the store, try again";
    case absl::StatusCode::kDataLoss:
      return "; the file is damaged or no store, restore it from a backup";
    case absl::StatusCode::kResourceExhausted:
      return "; free some space and try again";
    case absl::StatusCode::kPermissionDenied:
      return "; check the permissions of the file and its folder";
    default:
      return "";
  }
}

// Statistics of memory cost a lock at each allocation and nobody reads them. It has an effect only
// before SQLite's first use in the process; later it is refused, which does no harm.
void TurnStatisticsOff() {
  static const int kDone = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(kDone);
}

}  // namespace

absl::Status SqliteError(sqlite3* db, int code, std::string_view what) {
  const char* file = db == nullptr ? nullptr : sqlite3_db_filename(db, "main");
  const int extended = db == nullptr ? code : sqlite3_extended_errcode(db);
  const absl::StatusCode status = CodeOf(code);
  return {status, absl::StrCat("store '", file == nullptr ? "" : file, "': cannot ",
                               std::string(what), ": ", sqlite3_errstr(code), " (sqlite ", extended,
                               db == nullptr ? "" : ", ", db == nullptr ? "" : sqlite3_errmsg(db),
                               ")", std::string(AdviceFor(status)))};
}

void SqliteStatement::Bind(int parameter, std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_.get(), parameter, value);
  if (code != SQLITE_OK) bind_error_ = code;
}

void SqliteStatement::Bind(int parameter, double value) {
  const int code = sqlite3_bind_double(statement_.get(), parameter, value);
  if (code != SQLITE_OK) bind_error_ = code;
}

void SqliteStatement::Bind(int parameter, std::string_view text) {
  // A null pointer would bind NULL instead of an empty text.
  const char* data = text.data() == nullptr ? "" : text.data();
  const int code = sqlite3_bind_text64(statement_.get(), parameter, data, text.size(),
                                       SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) bind_error_ = code;
}

void SqliteStatement::BindNull(int parameter) {
  const int code = sqlite3_bind_null(statement_.get(), parameter);
  if (code != SQLITE_OK) bind_error_ = code;
}

absl::StatusOr<bool> SqliteStatement::Step() {
  sqlite3* const db = sqlite3_db_handle(statement_.get());
  if (bind_error_ != SQLITE_OK) return SqliteError(db, std::exchange(bind_error_, 0), "bind");
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  absl::Status status;
  if (code != SQLITE_DONE) status = SqliteError(db, code, sqlite3_sql(statement_.get()));
  sqlite3_reset(statement_.get());
  if (!status.ok()) return status;
  return false;
}

absl::Status SqliteStatement::Run() {
  TSUGI_ASSIGN_OR_RETURN(const bool row, Step());
  if (row) sqlite3_reset(statement_.get());
  return absl::OkStatus();
}

void SqliteStatement::Reset() { sqlite3_reset(statement_.get()); }

bool SqliteStatement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t SqliteStatement::Int(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double SqliteStatement::Double(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view SqliteStatement::Text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_.get(), column);
  if (text == nullptr) return {};
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
}

absl::StatusOr<SqliteDb> SqliteDb::Open(const std::string& path, const SqliteOpenOptions& options) {
  TurnStatisticsOff();
  SqliteDb db;
  db.path_ = path;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, options.flags | SQLITE_OPEN_NOMUTEX,
                                   options.vfs.empty() ? nullptr : options.vfs.c_str());
  db.db_.reset(handle);
  if (code != SQLITE_OK) {
    const absl::Status status = SqliteError(handle, code, "open");
    return absl::Status(status.code(),
                        absl::StrCat("'", path, "': ", std::string(status.message())));
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(absl::ToInt64Milliseconds(options.busy_timeout)));
  return db;
}

absl::Status SqliteDb::Execute(const std::string& sql) {
  const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return absl::OkStatus();
  return SqliteError(db_.get(), code, sql.substr(0, 60));
}

absl::StatusOr<SqliteStatement> SqliteDb::Prepare(const std::string& sql) const {
  SqliteStatement statement;
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(db_.get(), sql.c_str(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  statement.statement_.reset(raw);
  if (code != SQLITE_OK) return SqliteError(db_.get(), code, sql);
  return statement;
}

absl::StatusOr<std::int64_t> SqliteDb::QueryInt(const std::string& sql) const {
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement statement, Prepare(sql));
  TSUGI_ASSIGN_OR_RETURN(const bool row, statement.Step());
  return row ? statement.Int(0) : 0;
}

}  // namespace tsugi
