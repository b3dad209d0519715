// The files of `tsugi evaluate next-basket`: orders, and who is learned from, who is tuned on and
// who is asked about.
//
// A customer's orders stand by time (equal times as in the file). The last one is the target, all
// earlier ones are history; a customer with a single order has nothing to be asked about and is
// left out.
#ifndef TSUGI_ENGINE_EVALUATION_NEXT_BASKET_DATA_H_
#define TSUGI_ENGINE_EVALUATION_NEXT_BASKET_DATA_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/next_basket/histories.h"
#include "models/sparse_matrix.h"

namespace tsugi {

enum class BasketPart : std::uint8_t { kTrain, kValidate, kTest };

struct NextBasketData {
  models::SparseMatrix baskets;  // of histories
  std::vector<std::uint64_t> customer_offsets;
  models::SparseMatrix targets;   // customers x products
  std::vector<BasketPart> parts;  // by customer
  std::size_t left_out = 0;       // customers of the orders without a part or with one order only

  models::BasketHistories Histories() const {
    return {.baskets = baskets.View(), .customer_offsets = customer_offsets};
  }
};

// Orders: order_id, customer_id, ordered_at, product_id, one row a line. Split: customer_id, split
// (`train`, `validate` or `test`). Errors: those of the files; INVALID_ARGUMENT naming line and
// value.
absl::StatusOr<NextBasketData> ReadNextBasketData(const std::string& orders_path,
                                                  const std::string& split_path);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_NEXT_BASKET_DATA_H_
