#include "models/ranker/softmax.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"

namespace tsugi::models {

double SoftmaxBase(std::span<const float> labels, std::size_t groups) {
  double mass = 0;
  for (const float label : labels) mass += double{label};
  const double none =
      std::max(1e-3, 1 - mass / static_cast<double>(std::max<std::size_t>(groups, 1)));
  const double a_row = mass / static_cast<double>(std::max<std::size_t>(labels.size(), 1));
  return std::log(std::clamp(a_row / none, 1e-9, 1e9));
}

SoftmaxGradients::SoftmaxGradients(std::span<const float> labels,
                                   std::span<const std::uint32_t> group_sizes)
    : labels_(labels), first_(labels.size()), second_(labels.size()) {
  begins_.push_back(0);
  for (const std::uint32_t size : group_sizes) begins_.push_back(begins_.back() + size);
}

void SoftmaxGradients::Compute(std::span<const float> sums) {
  base::ParallelFor(begins_.size() - 1, /*grain=*/64, [&](base::Chunk chunk) {
    for (std::size_t g = chunk.begin; g < chunk.end; ++g) OfGroup(sums, begins_[g], begins_[g + 1]);
  });
}

void SoftmaxGradients::OfGroup(std::span<const float> sums, std::size_t begin, std::size_t end) {
  float most = 0;  // the sum of "none of them"
  for (std::size_t r = begin; r < end; ++r) most = std::max(most, sums[r]);
  float total = std::exp(-most);
  for (std::size_t r = begin; r < end; ++r) {
    first_[r] = std::exp(sums[r] - most);
    total += first_[r];
  }
  constexpr float kLeastCurvature = 1e-6F;
  for (std::size_t r = begin; r < end; ++r) {
    const float p = first_[r] / total;
    first_[r] = p - labels_[r];
    second_[r] = std::max(p * (1 - p), kLeastCurvature);
  }
}

}  // namespace tsugi::models
