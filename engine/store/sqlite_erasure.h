// Forgetting a customer.
#ifndef TSUGI_ENGINE_STORE_SQLITE_ERASURE_H_
#define TSUGI_ENGINE_STORE_SQLITE_ERASURE_H_

#include <string>

#include "absl/status/status.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/sqlite_transaction.h"

namespace tsugi {

// Within an open transaction. NOT_FOUND where nothing names the customer.
absl::Status EraseCustomer(SqliteDb& db, SqliteTransaction& transaction,
                           const std::string& customer_id);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_ERASURE_H_
