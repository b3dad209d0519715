// An order cut in two, as if at the moment before its last product went into the cart: what is
// shown and what is to be guessed. Fitting the ranker and measuring it cut orders the same way.
#ifndef TSUGI_ENGINE_HISTORY_CART_SPLIT_H_
#define TSUGI_ENGINE_HISTORY_CART_SPLIT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "engine/history/order_history.h"

namespace tsugi {

struct CartSplit {
  std::vector<std::uint32_t> cart;  // in random order
  std::vector<std::uint32_t> rest;  // what else was bought, ascending; holds `hidden`
  std::uint32_t hidden = kNoIndex;  // kNoIndex: the order has no product that could be sold
};

// Distinct products that could be sold at the order's time, shuffled: the first is hidden, up to
// `cart_at_most` of the others are the cart.
CartSplit SplitCart(const OrderHistory& history, std::uint32_t order, std::size_t cart_at_most,
                    base::Random& random);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_HISTORY_CART_SPLIT_H_
