// Sets of products bought together far above chance: what a shop might sell as a fixed set.
//
// A set of 2 to `most_products` is kept where
//   - `min_orders` orders or more hold all of it,
//   - its lift, orders with all / (orders x product of the shares), is `min_lift` or more, and
//   - each of its products goes with the rest: the least log-likelihood ratio (Dunning 1993) of one
//     product against the others together is `min_llr` or more. That least ratio is the set's own,
//     so a strong pair does not carry a third product along that has nothing to do with it.
// Larger sets are grown from the strongest pairs, a neighbour at a time. A set that a larger kept
// set explains (`explained` of its orders hold the larger one) is left out.
//
// Deterministic on any number of threads; ties break by the items. Time: that of co-purchase, plus
// the orders of the rarest product for each set looked at.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_BUNDLES_SETS_H_
#define TSUGI_ENGINE_BUNDLES_SETS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "models/sparse_matrix.h"

namespace tsugi {

struct SetOptions {
  std::size_t most_products = 4;  // of a set, 2 or more
  std::uint32_t min_orders = 10;  // with all of it, 1 or more
  double min_lift = 2;            // at 1 chance alone would do
  double min_llr = 15;            // 10.8 is one in a thousand; many pairs are looked at
  double explained = 0.8;         // in (0, 1]
  std::uint32_t neighbours = 20;  // of each product that are looked at
  std::size_t grown = 300;        // sets of one size that are grown
  std::size_t most_sets = 20;     // kept
};

struct ProductSet {
  std::vector<std::uint32_t> items;  // ascending
  std::uint32_t orders = 0;          // that hold all of them
  double lift = 0;
  double llr = 0;  // the least of one item against the rest
};

// `orders` are rows of distinct items. Sets by falling llr. Errors: those of
// models::TrainCoPurchase.
absl::StatusOr<std::vector<ProductSet>> FindSets(const models::SparseView& orders,
                                                 const SetOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_BUNDLES_SETS_H_
