// Matching returns with earlier sales, to count those that nothing covers.
#ifndef TSUGI_ENGINE_STORE_SQLITE_RETURNS_H_
#define TSUGI_ENGINE_STORE_SQLITE_RETURNS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/store.h"

namespace tsugi {

// Returns among the lines of seq in (after, until] that no earlier sale of that product to that
// customer covers, or not wholly. Orders come in the order of time, then id, as in OrderHistory;
// within one order sales come first. An unknown visitor's return has no sale.
absl::StatusOr<std::uint64_t> CountUnmatchedReturns(const SqliteDb& db, Seq after, Seq until);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_RETURNS_H_
