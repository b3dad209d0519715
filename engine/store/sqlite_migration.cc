#include "engine/store/sqlite_migration.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/store/sqlite_schema.h"

namespace tsugi {
namespace {

// A text as a SQL literal.
std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

absl::StatusOr<int> VersionOf(const SqliteDb& db) {
  TSUGI_ASSIGN_OR_RETURN(const std::int64_t version, db.QueryInt("PRAGMA user_version"));
  return static_cast<int>(version);
}

absl::StatusOr<bool> IsEmpty(const SqliteDb& db) {
  TSUGI_ASSIGN_OR_RETURN(const std::int64_t objects,
                         db.QueryInt("SELECT count(*) FROM sqlite_schema"));
  return objects == 0;
}

absl::Status CheckIsStore(const SqliteDb& db, int newest) {
  TSUGI_ASSIGN_OR_RETURN(const std::int64_t application, db.QueryInt("PRAGMA application_id"));
  TSUGI_ASSIGN_OR_RETURN(const int version, VersionOf(db));
  if (application != kSqliteApplicationId || version < 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("'", db.path(), "' is a database but no Tsugi store; give another path"));
  }
  if (version > newest) {
    return absl::FailedPreconditionError(
        absl::StrCat("store '", db.path(), "' has schema version ", version,
                     ", this program knows versions up to ", newest, "; use a newer program"));
  }
  return absl::OkStatus();
}

absl::Status RunSteps(SqliteDb& db, std::span<const std::string> steps, int from) {
  for (std::size_t i = static_cast<std::size_t>(from - 1); i < steps.size(); ++i) {
    TSUGI_RETURN_IF_ERROR(db.Execute(steps[i]));
  }
  return db.Execute(absl::StrCat("PRAGMA user_version = ", SchemaVersionOf(steps)));
}

absl::Status CreateInTransaction(SqliteDb& db, std::span<const std::string> steps,
                                 const StoreSettings& settings) {
  TSUGI_ASSIGN_OR_RETURN(const bool empty, IsEmpty(db));
  if (!empty) return absl::OkStatus();  // another process was faster
  TSUGI_RETURN_IF_ERROR(db.Execute(absl::StrCat("PRAGMA application_id = ", kSqliteApplicationId)));
  TSUGI_RETURN_IF_ERROR(db.Execute(SchemaVersion1()));
  TSUGI_RETURN_IF_ERROR(db.Execute(absl::StrCat(
      "INSERT INTO meta(key, value) VALUES ('seq', 0), ('currency', ", Quoted(settings.currency),
      "), ('time_zone', ", Quoted(settings.time_zone), ")")));
  return RunSteps(db, steps, 1);
}

absl::Status MigrateInTransaction(SqliteDb& db, std::span<const std::string> steps) {
  TSUGI_RETURN_IF_ERROR(CheckIsStore(db, SchemaVersionOf(steps)));
  TSUGI_ASSIGN_OR_RETURN(const int version, VersionOf(db));
  return RunSteps(db, steps, version);
}

template <typename Body>
absl::Status InTransaction(SqliteDb& db, Body&& body) {
  TSUGI_RETURN_IF_ERROR(db.Execute("BEGIN IMMEDIATE"));
  absl::Status status = body();
  if (status.ok()) status = db.Execute("COMMIT");
  if (!status.ok()) (void)db.Execute("ROLLBACK");
  return status;
}

}  // namespace

absl::Status CreateSchema(SqliteDb& db, std::span<const std::string> steps,
                          const StoreSettings& settings) {
  return InTransaction(db, [&] { return CreateInTransaction(db, steps, settings); });
}

absl::Status MigrateSchema(SqliteDb& db, std::span<const std::string> steps, bool read_only) {
  const int newest = SchemaVersionOf(steps);
  TSUGI_RETURN_IF_ERROR(CheckIsStore(db, newest));
  TSUGI_ASSIGN_OR_RETURN(const int version, VersionOf(db));
  if (version == newest) return absl::OkStatus();
  if (read_only) {
    return absl::FailedPreconditionError(
        absl::StrCat("store '", db.path(), "' has schema version ", version, ", older than ",
                     newest, "; open it once for writing to bring it up to date"));
  }
  return InTransaction(db, [&] { return MigrateInTransaction(db, steps); });
}

}  // namespace tsugi
