// Makes an OrderHistory from the store's changes: orders, product versions and customer versions;
// other facts are passed over. Replaced orders, tombstones and erased customers are handled, so the
// result is the same whether a change was seen live or only its outcome.
//
//   TSUGI_ASSIGN_OR_RETURN(const OrderHistory history, ReadOrderHistory(store));
//
// Memory while building: about twice that of the history, and the text of each order's id.
// Not thread-safe.
#ifndef TSUGI_ENGINE_HISTORY_BUILDER_H_
#define TSUGI_ENGINE_HISTORY_BUILDER_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/history/order_history.h"
#include "engine/store/store.h"

namespace tsugi {

class OrderHistoryBuilder {
 public:
  OrderHistoryBuilder();
  ~OrderHistoryBuilder();
  OrderHistoryBuilder(OrderHistoryBuilder&&) noexcept;
  OrderHistoryBuilder& operator=(OrderHistoryBuilder&&) noexcept;

  // REQUIRES: changes come in the order of seq. Errors: RESOURCE_EXHAUSTED beyond 2^32 - 2
  // products, customers or orders.
  absl::Status Add(const Change& change);

  // The builder is empty afterwards.
  OrderHistory Build();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// One scan of everything in the store.
absl::StatusOr<OrderHistory> ReadOrderHistory(const Store& store);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_HISTORY_BUILDER_H_
