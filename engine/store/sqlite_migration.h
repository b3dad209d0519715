// How a database becomes a store, and an older store a newer one, each in one transaction.
//
// The file says what it is: `PRAGMA application_id` is "Tsgi", `PRAGMA user_version` the schema
// version.
#ifndef TSUGI_ENGINE_STORE_SQLITE_MIGRATION_H_
#define TSUGI_ENGINE_STORE_SQLITE_MIGRATION_H_

#include <cstdint>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/store.h"

namespace tsugi {

inline constexpr std::int64_t kSqliteApplicationId = 0x54736769;  // "Tsgi"

// Makes the tables in a database that has none, with `settings`; leaves a store that another
// process has just made as it is.
absl::Status CreateSchema(SqliteDb& db, std::span<const std::string> steps,
                          const StoreSettings& settings);

// Brings an older store to the version of `steps`. Errors: FAILED_PRECONDITION for a database that
// is no store, is of a newer version, or is older and only open for reading.
absl::Status MigrateSchema(SqliteDb& db, std::span<const std::string> steps, bool read_only);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_MIGRATION_H_
