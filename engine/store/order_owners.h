// Whose the orders in a store are: for imports that append lines to them, so that a row of another
// customer is found while its line number is known.
#ifndef TSUGI_ENGINE_STORE_ORDER_OWNERS_H_
#define TSUGI_ENGINE_STORE_ORDER_OWNERS_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/store/store.h"

namespace tsugi {

// Not thread-safe.
class OrderOwners {
 public:
  virtual ~OrderOwners() = default;
  // The customer's id; none for an order that is not there, an unknown visitor's or an erased
  // customer's: such an order takes anyone's lines.
  virtual absl::StatusOr<std::optional<std::string>> OwnerOf(const std::string& order_id) = 0;
};

// Null where the store keeps no index of orders (a store in memory).
absl::StatusOr<std::unique_ptr<OrderOwners>> OpenOrderOwners(const Store& store);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_ORDER_OWNERS_H_
