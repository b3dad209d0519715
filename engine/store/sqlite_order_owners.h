// order_owners.h for a SQLite store.
#ifndef TSUGI_ENGINE_STORE_SQLITE_ORDER_OWNERS_H_
#define TSUGI_ENGINE_STORE_SQLITE_ORDER_OWNERS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "engine/store/order_owners.h"
#include "engine/store/sqlite_db.h"

namespace tsugi {

absl::StatusOr<std::unique_ptr<OrderOwners>> OrderOwnersOf(std::unique_ptr<SqliteDb> db);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_ORDER_OWNERS_H_
