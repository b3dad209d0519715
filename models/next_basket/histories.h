// Customers' baskets in order, as the models of the next basket read them.
//
// Time is counted in baskets: a customer's newest basket has age 0, the one before it 1. A decayed
// vector weighs an item by the sum over its baskets of decay^age.
//
// Thread safety: views are immutable values; free functions.
#ifndef TSUGI_MODELS_NEXT_BASKET_HISTORIES_H_
#define TSUGI_MODELS_NEXT_BASKET_HISTORIES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

struct BasketHistories {
  SparseView baskets;                               // baskets x items, values ignored
  std::span<const std::uint64_t> customer_offsets;  // customers + 1, into the rows of `baskets`

  std::size_t customers() const {
    return customer_offsets.empty() ? 0 : customer_offsets.size() - 1;
  }
  std::uint32_t items() const { return baskets.num_columns; }
  std::size_t BasketsOf(std::size_t customer) const {
    return static_cast<std::size_t>(customer_offsets[customer + 1] - customer_offsets[customer]);
  }
  // Of age 0, 1, ...; REQUIRES: age < BasketsOf(customer).
  std::span<const std::uint32_t> Basket(std::size_t customer, std::size_t age) const {
    return baskets.Row(static_cast<std::size_t>(customer_offsets[customer + 1]) - 1 - age);
  }
};

// Errors: INVALID_ARGUMENT naming what does not fit.
absl::Status Validate(const BasketHistories& histories);

// customers x items: the sum of decay^age over a customer's baskets with the item. decay in [0, 1];
// 1 counts baskets, 0 knows the newest basket only.
SparseMatrix DecayedVectors(const BasketHistories& histories, double decay);

// Baskets with each item: all of them, and those that are their customer's newest.
struct BasketCounts {
  std::vector<std::uint32_t> baskets;
  std::vector<std::uint32_t> newest;
  std::vector<std::uint32_t> customers;
};
BasketCounts CountBaskets(const BasketHistories& histories);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_NEXT_BASKET_HISTORIES_H_
