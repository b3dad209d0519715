// Integrity of a SQLite store: the file's structure, then what the tables promise one another.
#ifndef TSUGI_ENGINE_STORE_SQLITE_CHECK_H_
#define TSUGI_ENGINE_STORE_SQLITE_CHECK_H_

#include "absl/status/status.h"
#include "engine/store/sqlite_db.h"

namespace tsugi {

// REQUIRES: a read transaction is open. DATA_LOSS with the first problem found.
absl::Status CheckIntegrity(const SqliteDb& db);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_CHECK_H_
