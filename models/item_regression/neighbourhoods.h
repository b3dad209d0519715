// What the sparse item regression needs of the pairs, from one pass over the orders: the sources of
// each target, and every pair once.
//
// Items go by *places*, the most bought first (co_purchase/pair_rows.h), and a pair stands in the
// row of the less bought of the two. So the rows of the popular, which everything is bought with,
// stay short: with m pairs no row is longer than about sqrt(2 m) where degree follows popularity,
// which bounds what looking up the pairs among a neighbourhood takes (the ordering that makes
// listing triangles cheap; Chiba, Nishizeki 1985).
#ifndef TSUGI_MODELS_ITEM_REGRESSION_NEIGHBOURHOODS_H_
#define TSUGI_MODELS_ITEM_REGRESSION_NEIGHBOURHOODS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "base/huge_pages.h"
#include "models/baskets.h"
#include "models/item_regression.h"

namespace tsugi::models {

// Targets and sources are places.
struct Neighbourhoods {
  struct Row {
    std::uint64_t begin = 0;
    std::uint32_t size = 0;
  };
  std::vector<std::uint32_t> item_at;               // of a place
  std::vector<std::uint32_t> place_of;              // of an item
  std::vector<float> item_weights;                  // of a place
  std::vector<std::vector<std::uint32_t>> sources;  // of a target: strongest by cosine, ascending
  std::vector<std::vector<float>> weights;          // of each with the target
  std::vector<Row> rows;                            // of a place; their entries are
  base::HugeVector<std::uint16_t> narrow_others;    // places below the row's own, ascending, where
  base::HugeVector<std::uint32_t> others;           // 16 bits hold all, else here
  base::HugeVector<float> pair_weights;

  std::size_t num_items() const { return item_at.size(); }
};

// Rows of pairs are cut to their strongest where all pairs together would take more than
// `max_bytes`. REQUIRES: valid baskets and options.
absl::StatusOr<Neighbourhoods> FindNeighbourhoods(const Baskets& baskets,
                                                  const ItemRegressionOptions& options,
                                                  std::uint64_t max_bytes);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_ITEM_REGRESSION_NEIGHBOURHOODS_H_
