// How often each item is ordered: in all, recently, and by customer segment; the answer of last
// resort and a baseline of every table.
//
// A *share* is the part of orders that hold the item, in [0, 1]. A segment's share is shrunk
// towards the overall one as if `segment_prior_orders` more orders of the overall kind had been
// seen in it, so a thin segment falls back to everyone:
//   (orders with the item in the segment + prior * overall share) / (orders in the segment + prior)
//
// Thread safety: models and views are immutable.
#ifndef TSUGI_MODELS_POPULARITY_H_
#define TSUGI_MODELS_POPULARITY_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "models/baskets.h"

namespace tsugi::models {

struct PopularityOptions {
  double segment_prior_orders = 200.0;  // >= 0
  std::uint32_t ranked_items = 200;     // length of each best-seller list, cut to the catalogue
};

struct PopularityView {
  std::uint32_t num_items = 0;
  std::uint32_t num_segments = 0;
  std::uint32_t ranked_items = 0;                 // length of a best-seller list
  std::span<const std::uint32_t> item_orders;     // orders with the item, raw
  std::span<const float> overall;                 // share of orders
  std::span<const float> recent;                  // share of orders, weighted by recency
  std::span<const float> by_segment;              // num_segments x num_items, shrunk shares
  std::span<const std::uint32_t> ranked_overall;  // items by falling share, ties by item
  std::span<const std::uint32_t> ranked_recent;
  std::span<const std::uint32_t> ranked_segment;  // num_segments x ranked_items

  // The segment's share, or the overall one for kNoSegment and segments not known.
  float SegmentShare(std::uint32_t segment, std::uint32_t item) const;
  // Best sellers of the segment, or overall for kNoSegment and segments not known.
  std::span<const std::uint32_t> RankedIn(std::uint32_t segment) const;
};

struct PopularityModel {
  std::uint32_t num_items = 0;
  std::uint32_t num_segments = 0;
  std::uint32_t ranked_items = 0;
  std::vector<std::uint32_t> item_orders;
  std::vector<float> overall;
  std::vector<float> recent;
  std::vector<float> by_segment;
  std::vector<std::uint32_t> ranked_overall;
  std::vector<std::uint32_t> ranked_recent;
  std::vector<std::uint32_t> ranked_segment;

  PopularityView View() const;
};

// Uses baskets.order_weights for `recent` and baskets.segments for `by_segment`.
// Errors: INVALID_ARGUMENT for options and baskets out of range.
absl::StatusOr<PopularityModel> TrainPopularity(const Baskets& baskets,
                                                const PopularityOptions& options);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_POPULARITY_H_
