#include "engine/store/sqlite_connection.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "engine/store/sqlite_migration.h"
#include "engine/store/sqlite_schema.h"

namespace tsugi {
namespace {

std::span<const std::string> Steps(const SqliteOptions& options) {
  return options.schema_steps.value_or(SchemaSteps());
}

// secure_delete overwrites what is deleted: erasing a customer must leave no bytes behind.
constexpr const char* kSettings =
    "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -32768; "
    "PRAGMA journal_size_limit = 67108864;";

// Switching to the write-ahead log needs the file alone for a moment; SQLite does not wait for that
// by itself.
absl::Status UseWriteAheadLog(SqliteDb& db, absl::Duration patience) {
  const absl::Duration kPause = absl::Milliseconds(10);
  while (true) {
    absl::Status status;
    {
      TSUGI_ASSIGN_OR_RETURN(SqliteStatement pragma, db.Prepare("PRAGMA journal_mode = WAL"));
      const absl::StatusOr<bool> row = pragma.Step();
      if (row.ok() && *row && pragma.Text(0) == "wal") return absl::OkStatus();
      status =
          row.ok()
              ? absl::UnavailableError(absl::StrCat("store '", db.path(),
                                                    "': the write-ahead log cannot be switched on; "
                                                    "put the store on a local disk"))
              : row.status();
    }
    if (status.code() != absl::StatusCode::kUnavailable || patience <= absl::ZeroDuration()) {
      return status;
    }
    patience -= kPause;
    absl::SleepFor(kPause);
  }
}

// The file's name must survive a power cut, too: SQLite syncs files, not the folder of a new one.
absl::Status SyncFolderOf(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? std::string(".") : parent.string();
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, absl::StrCat("open folder ", folder));
  const int synced = fsync(descriptor);
  const int error = errno;
  close(descriptor);
  if (synced != 0) return absl::ErrnoToStatus(error, absl::StrCat("sync folder ", folder));
  return absl::OkStatus();
}

absl::StatusOr<bool> IsEmpty(const SqliteDb& db) {
  TSUGI_ASSIGN_OR_RETURN(const std::int64_t objects,
                         db.QueryInt("SELECT count(*) FROM sqlite_schema"));
  if (objects > 0) return false;
  TSUGI_ASSIGN_OR_RETURN(const std::int64_t application, db.QueryInt("PRAGMA application_id"));
  return application == 0;
}

absl::Status Missing(const std::string& path) {
  return absl::NotFoundError(absl::StrCat("store '", path,
                                          "' does not exist; make one with `tsugi store init` or "
                                          "by importing, or name another with --store"));
}

absl::Status Create(SqliteDb& db, const OpenOptions& open, const SqliteOptions& options) {
  TSUGI_RETURN_IF_ERROR(ValidateSettings(open.settings));
  TSUGI_RETURN_IF_ERROR(UseWriteAheadLog(db, options.busy_timeout));
  TSUGI_RETURN_IF_ERROR(db.Execute("PRAGMA synchronous = FULL"));
  TSUGI_RETURN_IF_ERROR(CreateSchema(db, Steps(options), open.settings));
  return options.vfs.empty() ? SyncFolderOf(db.path()) : absl::OkStatus();
}

bool FileExists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

}  // namespace

absl::Status ValidateSettings(const StoreSettings& settings) {
  const std::string& currency = settings.currency;
  const bool letters =
      std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (currency.size() != 3 || !letters) {
    return absl::InvalidArgumentError(absl::StrCat(
        "currency '", currency, "': give the three capital letters of ISO 4217, as in USD"));
  }
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(settings.time_zone, &zone)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "timezone '", settings.time_zone, "': give a name of the IANA database, as in Asia/Tokyo"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<SqliteDb>> Connect(const std::string& path, Access access,
                                                  const SqliteOptions& options) {
  SqliteOpenOptions open;
  open.flags = access == Access::kWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  open.vfs = options.vfs;
  open.busy_timeout = options.busy_timeout;
  TSUGI_ASSIGN_OR_RETURN(SqliteDb opened, SqliteDb::Open(path, open));
  auto db = std::make_unique<SqliteDb>(std::move(opened));
  TSUGI_RETURN_IF_ERROR(db->Execute(kSettings));
  TSUGI_RETURN_IF_ERROR(db->Execute("PRAGMA synchronous = FULL"));
  return db;
}

absl::Status PrepareFile(const std::string& path, const OpenOptions& open,
                         const SqliteOptions& options) {
  if (!open.create && options.vfs.empty() && !FileExists(path)) return Missing(path);
  SqliteOpenOptions how;
  how.vfs = options.vfs;
  how.busy_timeout = options.busy_timeout;
  how.flags = open.read_only ? SQLITE_OPEN_READONLY
              : open.create  ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                             : SQLITE_OPEN_READWRITE;
  TSUGI_ASSIGN_OR_RETURN(SqliteDb db, SqliteDb::Open(path, how));
  TSUGI_ASSIGN_OR_RETURN(const bool empty, IsEmpty(db));
  if (empty) {
    if (!open.create || open.read_only) return Missing(path);
    TSUGI_RETURN_IF_ERROR(Create(db, open, options));
  }
  return MigrateSchema(db, Steps(options), open.read_only);
}

}  // namespace tsugi
