// Lines of orders in any order of arrival, put together order by order.
#ifndef TSUGI_ENGINE_STORE_STAGED_ORDERS_H_
#define TSUGI_ENGINE_STORE_STAGED_ORDERS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "engine/store/line_log.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/store.h"

namespace tsugi {

class StagedOrders {
 public:
  // Makes its table in the staging database.
  absl::Status Prepare(SqliteDb& db);
  // INVALID_ARGUMENT for lines of one order that name two customers, or too many of them.
  absl::Status Add(const Order& order);
  // All orders, in the order in which their first lines came; once.
  absl::Status ForEach(const std::function<absl::Status(const Order&)>& visit);

 private:
  absl::Status SwitchTo(const Order& order);
  absl::Status WriteChunk();
  absl::Status PutBack();

  SqliteDb* db_ = nullptr;
  LineLog log_;
  // The order of the newest line, without its lines: most files keep an order's lines together.
  Order current_;
  std::int64_t number_ = 0;  // 0: none yet
  std::int64_t lines_ = 0;
  ChunkPlace first_ = kNoChunk;
  ChunkPlace last_ = kNoChunk;
  std::string chunk_;  // lines of current_ that are not in the log yet
  std::int64_t orders_ = 0;

  SqliteStatement find_;
  SqliteStatement put_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_STAGED_ORDERS_H_
