// What a store is asked beside its changes. REQUIRES of all: a read is open on the connection.
#ifndef TSUGI_ENGINE_STORE_SQLITE_QUERIES_H_
#define TSUGI_ENGINE_STORE_SQLITE_QUERIES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/facts/facts.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/store.h"

namespace tsugi {

absl::StatusOr<StoreInfo> ReadInfo(const SqliteDb& db);

// The newest name of each product that was sold under one, by product id.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ReadSoldNames(const SqliteDb& db);

// Those written, then those still reserved.
absl::StatusOr<std::vector<Exposure>> ReadExposures(const SqliteDb& db,
                                                    const std::string& recommendation_id);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_QUERIES_H_
