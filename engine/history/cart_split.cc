#include "engine/history/cart_split.h"

#include <algorithm>
#include <span>

#include "engine/history/baskets.h"

namespace tsugi {

CartSplit SplitCart(const OrderHistory& history, std::uint32_t order, std::size_t cart_at_most,
                    base::Random& random) {
  CartSplit split;
  std::vector<std::uint32_t> products;
  BasketOf(history, order, products);
  const base::Micros time = history.columns().times[order];
  std::erase_if(products, [&](std::uint32_t p) { return !history.ActiveAt(p, time); });
  if (products.empty()) return split;
  random.Shuffle(std::span(products));
  split.hidden = products[0];
  const std::size_t shown = std::min(products.size() - 1, cart_at_most);
  const auto cart_end = products.begin() + 1 + static_cast<std::ptrdiff_t>(shown);
  split.cart.assign(products.begin() + 1, cart_end);
  split.rest.assign(cart_end, products.end());
  split.rest.push_back(split.hidden);
  std::sort(split.rest.begin(), split.rest.end());
  return split;
}

}  // namespace tsugi
