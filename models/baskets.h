// Orders as the item models read them, and the weights an order may carry.
//
// Two weights are in use, and they multiply: recency, 0.5^(age / half_life), and order size, n^-a
// for an order of n distinct items, since a wholesale order of 200 lines says little about each of
// its 19,900 pairs. Raw counts always stand beside weighted ones: evidence shown to people is raw.
#ifndef TSUGI_MODELS_BASKETS_H_
#define TSUGI_MODELS_BASKETS_H_

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

inline constexpr std::uint32_t kNoSegment = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint32_t kNoDay = std::numeric_limits<std::uint32_t>::max();

// Columns over orders; every span but `orders` may be empty. Orders need no order in time, but in
// time order `days` costs nothing extra.
struct Baskets {
  SparseView orders;                             // orders x items, distinct items, values ignored
  std::span<const float> order_weights = {};     // recency, >= 0; empty: 1
  std::span<const std::uint32_t> days = {};      // day of the order, days since 1970-01-01 (UTC)
  std::span<const std::uint32_t> segments = {};  // < num_segments, or kNoSegment
  std::uint32_t num_segments = 0;
};

// Errors: INVALID_ARGUMENT naming the span whose size or content does not fit.
absl::Status Validate(const Baskets& baskets);

// 0.5^((end - time) / half_life) for each time, 1 for times after `end`; times, end and half_life
// in one unit (microseconds, days). half_life <= 0 or infinite: no decay, all 1.
std::vector<float> RecencyWeights(std::span<const std::int64_t> times, std::int64_t end,
                                  double half_life);

// order_weight * n^-exponent for each order (0 for an empty order): what is learned from.
std::vector<float> LearningWeights(const Baskets& baskets, double size_exponent);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_BASKETS_H_
