// What is bought together: pair counts over orders and, for each item, its strongest neighbours.
//
// An order counts once for each pair of its distinct items. Raw counts (how many orders) are kept
// for evidence; what is learned and ranked by is weighted: an order of n items weighs
// recency * n^-size_exponent. Rows of the pair matrix are computed one item at a time on a dense
// accumulator (Gustavson 1978), so beside the result only a copy of the orders (about 6 bytes a
// line and 12 an order) and one accumulator a worker (16 bytes an item) are held; time is the sum
// over orders of n^2.
//
//   TSUGI_ASSIGN_OR_RETURN(const CoPurchaseModel model, TrainCoPurchase(baskets, {}));
//   const CoPurchaseView view = model.View();
//   const ItemNeighbours near = view.Neighbours(item);      // best first
//   if (auto pair = view.FindPair(a, b)) Lift(view.Counts(*pair));
//
// Thread safety: models and views are immutable.
#ifndef TSUGI_MODELS_CO_PURCHASE_H_
#define TSUGI_MODELS_CO_PURCHASE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "models/association.h"
#include "models/baskets.h"
#include "models/sparse_accumulator.h"

namespace tsugi::models {

struct CoPurchaseOptions {
  Association measure = Association::kCosine;  // on weighted counts; ranks and scores neighbours
  double size_exponent = 1.0;                  // a of n^-a, in [0, 4]
  std::uint32_t neighbours = 100;              // kept for each item, >= 1
  std::uint32_t min_pair_orders = 1;           // pairs in fewer orders are dropped, >= 1
};

// One item's neighbours, best first (ties by item); the spans are of equal length.
struct ItemNeighbours {
  std::span<const std::uint32_t> items;
  std::span<const std::uint32_t> orders;  // raw orders with both
  std::span<const float> weights;         // weighted orders with both
  std::span<const float> scores;          // the measure on weighted counts
  std::span<const std::uint32_t> since;   // day of the earliest order with both, or kNoDay
};

// What stands behind "bought together": raw counts only.
struct PairEvidence {
  std::uint32_t first = 0;   // the item one has
  std::uint32_t second = 0;  // its neighbour
  std::uint32_t orders = 0;  // with both
  std::uint32_t since = kNoDay;
  float score = 0;  // the model's measure, from weighted counts
};

struct CoPurchaseView {
  std::uint32_t num_items = 0;
  std::uint64_t num_orders = 0;                // orders with at least one item
  double total_weight = 0;                     // their learning weights, added
  std::span<const std::uint32_t> item_orders;  // raw orders with the item
  std::span<const float> item_weights;         // weighted
  std::span<const std::uint64_t> offsets;      // num_items + 1, into the arrays below
  std::span<const std::uint32_t> neighbours;
  std::span<const std::uint32_t> pair_orders;
  std::span<const float> pair_weights;
  std::span<const float> scores;
  std::span<const std::uint32_t> since;

  ItemNeighbours Neighbours(std::uint32_t item) const;

  // The pair as a neighbour of `first`, else as one of `second`; nothing where neither kept it.
  std::optional<PairEvidence> FindPair(std::uint32_t first, std::uint32_t second) const;

  // Raw counts of a pair, for the measures of association.h.
  AssociationCounts Counts(const PairEvidence& pair) const;

  // LogLikelihood of the raw counts of each of the item's neighbours, into
  // out[Neighbours(item).items.size()], all on vectors (see association.h).
  void NeighbourRatios(std::uint32_t item, std::span<double> out) const;

  // Adds, for each item of the basket, weight * score to each of its neighbours. Empty weights: 1.
  void Accumulate(std::span<const std::uint32_t> basket, std::span<const float> weights,
                  SparseAccumulator& sums) const;

  // The same sums for all items, into out[num_items].
  void Score(std::span<const std::uint32_t> basket, std::span<const float> weights,
             std::span<float> out) const;
};

struct CoPurchaseModel {
  std::uint32_t num_items = 0;
  std::uint64_t num_orders = 0;
  double total_weight = 0;
  std::vector<std::uint32_t> item_orders;
  std::vector<float> item_weights;
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint32_t> neighbours;
  std::vector<std::uint32_t> pair_orders;
  std::vector<float> pair_weights;
  std::vector<float> scores;
  std::vector<std::uint32_t> since;

  CoPurchaseView View() const;
};

// Errors: INVALID_ARGUMENT for options and baskets out of range.
absl::StatusOr<CoPurchaseModel> TrainCoPurchase(const Baskets& baskets,
                                                const CoPurchaseOptions& options);

// Every pair, for evaluation and for models that need the whole matrix.
struct PairCountsOptions {
  double size_exponent = 0.0;  // a of n^-a, in [0, 4]
  std::uint32_t max_row = 0;   // keep a row's heaviest by weighted cosine; 0: all
  std::uint64_t max_bytes = std::uint64_t{4} << 30;  // refuse a larger result
};

struct PairCounts {
  std::uint32_t num_items = 0;
  std::uint64_t num_orders = 0;
  double total_weight = 0;
  std::vector<std::uint32_t> item_orders;
  std::vector<float> item_weights;
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint32_t> neighbours;  // ascending in each row
  std::vector<std::uint32_t> pair_orders;
  std::vector<float> pair_weights;

  // Raw orders with both; 0 where they never met.
  std::uint32_t Orders(std::uint32_t first, std::uint32_t second) const;
  // Weighted orders with both.
  float Weight(std::uint32_t first, std::uint32_t second) const;

  // For each item of out[num_items], the measure (on weighted counts, which are the raw ones where
  // nothing is weighted) against every basket item, added. Empty weights: 1.
  void ScoreAll(std::span<const std::uint32_t> basket, std::span<const float> weights,
                Association measure, std::span<float> out) const;
};

// Errors: INVALID_ARGUMENT as above; RESOURCE_EXHAUSTED where the result would exceed max_bytes.
absl::StatusOr<PairCounts> CountPairs(const Baskets& baskets, const PairCountsOptions& options);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_CO_PURCHASE_H_
