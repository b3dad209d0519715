// Opening a store's file: connections with the right settings, creation, migration.
#ifndef TSUGI_ENGINE_STORE_SQLITE_CONNECTION_H_
#define TSUGI_ENGINE_STORE_SQLITE_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/sqlite_store.h"
#include "engine/store/store.h"

namespace tsugi {

enum class Access { kRead, kWrite };

// A connection to an existing store.
absl::StatusOr<std::unique_ptr<SqliteDb>> Connect(const std::string& path, Access access,
                                                  const SqliteOptions& options);

// Makes the store where it is missing and may be made, brings an older one up to date, checks that
// the file is a store of this program.
absl::Status PrepareFile(const std::string& path, const OpenOptions& open,
                         const SqliteOptions& options);

// INVALID_ARGUMENT for a currency that is not three capital letters or an unknown time zone.
absl::Status ValidateSettings(const StoreSettings& settings);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_CONNECTION_H_
