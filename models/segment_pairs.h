// What is bought together within a segment of customers, where it has the orders to carry it.
//
// Kept are, for each segment, items in `min_item_orders` of its orders or more, each with those of
// its strongest neighbours over everyone (co_purchase.h) that `min_pair_orders` of the segment's
// orders or more hold beside it. Counts are raw. A probability is shrunk to everyone's by evidence,
// as if `prior_orders` more orders of the overall kind had been seen in the segment:
//   P(b | a, segment) = (orders with both + prior_orders x P(b | a)) / (orders with a +
//   prior_orders)
// so a thin segment says what everyone says.
//
// Memory: 12 bytes a kept pair, 16 a kept item of a segment. Time of training: the sum of n^2 over
// the orders that have a segment, on all cores.
//
// Thread safety: models and views are immutable.
#ifndef TSUGI_MODELS_SEGMENT_PAIRS_H_
#define TSUGI_MODELS_SEGMENT_PAIRS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "models/baskets.h"
#include "models/co_purchase.h"

namespace tsugi::models {

struct SegmentPairsOptions {
  std::uint32_t neighbours = 20;       // of everyone's, that are counted
  std::uint32_t min_pair_orders = 5;   // within the segment, >= 1
  std::uint32_t min_item_orders = 20;  // within the segment, >= 1
  double prior_orders = 50;            // > 0
};

// Raw counts of the segment's orders.
struct SegmentPair {
  std::uint32_t together = 0;
  std::uint32_t first = 0;   // with the item one has
  std::uint32_t second = 0;  // with its neighbour
  std::uint32_t orders = 0;  // all
};

struct SegmentPairsView {
  double prior_orders = 0;
  // The rows of segment s are [segment_offsets[s], segment_offsets[s + 1]); empty: nothing is kept.
  std::span<const std::uint64_t> segment_offsets;
  std::span<const std::uint32_t> segment_orders;
  std::span<const std::uint32_t> row_items;   // ascending within a segment
  std::span<const std::uint32_t> row_orders;  // of the segment, with the item
  std::span<const std::uint64_t> offsets;     // rows + 1, into
  std::span<const std::uint32_t> neighbours;  // ascending within a row
  std::span<const std::uint32_t> pair_orders;
  std::span<const std::uint32_t> neighbour_orders;  // of the segment, with the neighbour

  // Nothing where the segment does not carry the pair.
  std::optional<SegmentPair> Find(std::uint32_t segment, std::uint32_t item,
                                  std::uint32_t neighbour) const;

  // See above; `overall` is everyone's P(neighbour | item).
  double Confidence(const SegmentPair& pair, double overall) const;
};

struct SegmentPairsModel {
  double prior_orders = 0;
  std::vector<std::uint64_t> segment_offsets;
  std::vector<std::uint32_t> segment_orders;
  std::vector<std::uint32_t> row_items;
  std::vector<std::uint32_t> row_orders;
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint32_t> neighbours;
  std::vector<std::uint32_t> pair_orders;
  std::vector<std::uint32_t> neighbour_orders;

  SegmentPairsView View() const;
};

// `overall` is of the same items. A model without rows where no segment carries anything. Errors:
// INVALID_ARGUMENT for options and baskets out of range.
absl::StatusOr<SegmentPairsModel> TrainSegmentPairs(const Baskets& baskets,
                                                    const CoPurchaseView& overall,
                                                    const SegmentPairsOptions& options);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_SEGMENT_PAIRS_H_
