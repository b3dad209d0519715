#include "models/baskets.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status_macros.h"

namespace tsugi::models {
namespace {

absl::Status CheckSize(const char* name, std::size_t size, std::size_t orders) {
  if (size == 0 || size == orders) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(name, ": ", size, " of them for ", orders, " orders"));
}

}  // namespace

absl::Status Validate(const Baskets& baskets) {
  TSUGI_RETURN_IF_ERROR(Validate(baskets.orders, "orders"));
  const std::size_t orders = baskets.orders.rows();
  TSUGI_RETURN_IF_ERROR(CheckSize("order_weights", baskets.order_weights.size(), orders));
  TSUGI_RETURN_IF_ERROR(CheckSize("days", baskets.days.size(), orders));
  TSUGI_RETURN_IF_ERROR(CheckSize("segments", baskets.segments.size(), orders));
  for (std::size_t o = 0; o < baskets.order_weights.size(); ++o) {
    const float weight = baskets.order_weights[o];
    if (!std::isfinite(weight) || weight < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("order_weights: ", weight, " of order ", o, " must be 0 or more"));
    }
  }
  for (std::size_t o = 0; o < baskets.segments.size(); ++o) {
    const std::uint32_t segment = baskets.segments[o];
    if (segment != kNoSegment && segment >= baskets.num_segments) {
      return absl::InvalidArgumentError(absl::StrCat("segments: ", segment, " of order ", o,
                                                     " is not below num_segments ",
                                                     baskets.num_segments));
    }
  }
  return absl::OkStatus();
}

std::vector<float> RecencyWeights(std::span<const std::int64_t> times, std::int64_t end,
                                  double half_life) {
  std::vector<float> weights(times.size(), 1.0F);
  if (!(half_life > 0) || std::isinf(half_life)) return weights;
  for (std::size_t o = 0; o < times.size(); ++o) {
    const double age = static_cast<double>(end) - static_cast<double>(times[o]);
    weights[o] = static_cast<float>(std::exp2(-std::max(0.0, age) / half_life));
  }
  return weights;
}

std::vector<float> LearningWeights(const Baskets& baskets, double size_exponent) {
  std::vector<float> weights(baskets.orders.rows());
  base::ParallelFor(weights.size(), 4096, [&](base::Chunk chunk) {
    for (std::size_t o = chunk.begin; o < chunk.end; ++o) {
      const std::size_t items = baskets.orders.Row(o).size();
      const double recency = baskets.order_weights.empty() ? 1.0 : double{baskets.order_weights[o]};
      weights[o] =
          items == 0
              ? 0.0F
              : static_cast<float>(recency * std::pow(static_cast<double>(items), -size_exponent));
    }
  });
  return weights;
}

}  // namespace tsugi::models
