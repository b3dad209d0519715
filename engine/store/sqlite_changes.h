// All changes after a seq, merged over the tables in the order of seq, as a stream: no table is
// held in memory.
#ifndef TSUGI_ENGINE_STORE_SQLITE_CHANGES_H_
#define TSUGI_ENGINE_STORE_SQLITE_CHANGES_H_

#include <functional>

#include "absl/status/status.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/store.h"

namespace tsugi {

// REQUIRES: a read transaction is open, so that all tables are seen as of one commit.
absl::Status VisitChanges(const SqliteDb& db, Seq after,
                          const std::function<absl::Status(const Change&)>& visit);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_CHANGES_H_
