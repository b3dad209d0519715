// A thin layer over SQLite's C interface: connections and prepared statements that answer with
// absl::Status. (The C interface, since a scan of the order lines spends its time in exactly these
// calls, and since no exception may cross a folder.)
//
// Thread safety: a connection and its statements belong to one thread at a time.
#ifndef TSUGI_ENGINE_STORE_SQLITE_DB_H_
#define TSUGI_ENGINE_STORE_SQLITE_DB_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace tsugi {

class SqliteStatement {
 public:
  SqliteStatement() = default;

  // Parameters count from 1. Text is not copied: it must stay as it is until the next Reset.
  void Bind(int parameter, std::int64_t value);
  void Bind(int parameter, double value);
  void Bind(int parameter, std::string_view text);
  void BindNull(int parameter);

  // True: there is a row to read. After an error or the last row the statement is reset.
  absl::StatusOr<bool> Step();
  // Runs a statement that answers with no rows that matter, and resets it.
  absl::Status Run();
  void Reset();

  // Columns count from 0. A text stays valid until the next Step or Reset.
  bool IsNull(int column) const;
  std::int64_t Int(int column) const;
  double Double(int column) const;
  std::string_view Text(int column) const;

  bool prepared() const { return statement_ != nullptr; }

 private:
  friend class SqliteDb;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_error_ = SQLITE_OK;
};

struct SqliteOpenOptions {
  int flags = SQLITE_OPEN_READWRITE;
  std::string vfs = {};  // empty: the system's
  absl::Duration busy_timeout = absl::Seconds(10);
};

class SqliteDb {
 public:
  // An empty path is a private temporary database that lives in the page cache and spills to a file
  // that is already deleted.
  static absl::StatusOr<SqliteDb> Open(const std::string& path, const SqliteOpenOptions& options);

  absl::Status Execute(const std::string& sql);
  absl::StatusOr<SqliteStatement> Prepare(const std::string& sql) const;
  // The first column of the first row of a query, 0 where there is none.
  absl::StatusOr<std::int64_t> QueryInt(const std::string& sql) const;

  const std::string& path() const { return path_; }
  sqlite3* handle() const { return db_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> db_;
};

// UNAVAILABLE for a lock held too long, DATA_LOSS for damage, RESOURCE_EXHAUSTED for a full disk or
// memory, PERMISSION_DENIED for a file that may not be written, INTERNAL for I/O errors.
absl::Status SqliteError(sqlite3* db, int code, std::string_view what);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_DB_H_
