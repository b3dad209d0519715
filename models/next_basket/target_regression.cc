#include "models/next_basket/target_regression.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "models/dense/linear_algebra.h"

namespace tsugi::models {
namespace {

// The lower triangle of the learners' M^T M, a row an item.
void FillGram(const SparseView& vectors, std::span<const std::uint8_t> learns,
              std::span<float> gram) {
  const SparseMatrix by_item = Transpose(vectors);
  const SparseView columns = by_item.View();
  const std::size_t items = vectors.num_columns;
  base::ParallelFor(items, /*grain=*/32, [&](base::Chunk chunk) {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      const std::span<float> row = gram.subspan(i * items, items);
      const std::span<const std::uint32_t> customers = columns.Row(i);
      const std::span<const float> weights = columns.RowValues(i);
      for (std::size_t c = 0; c < customers.size(); ++c) {
        if (learns[customers[c]] == 0) continue;
        const std::span<const std::uint32_t> others = vectors.Row(customers[c]);
        const std::span<const float> values = vectors.RowValues(customers[c]);
        for (std::size_t o = 0; o < others.size(); ++o) row[others[o]] += weights[c] * values[o];
      }
    }
  });
}

}  // namespace

absl::StatusOr<TargetRegression> TargetRegression::Train(const SparseView& vectors,
                                                         const SparseView& targets,
                                                         const TargetRegressionOptions& options) {
  const std::size_t items = vectors.num_columns;
  if (!(options.l2 > 0)) return absl::InvalidArgumentError("l2: must be above 0");
  if (vectors.values.size() != vectors.entries() || targets.rows() != vectors.rows() ||
      targets.num_columns != items) {
    return absl::InvalidArgumentError(
        "targets: must have the shape of the vectors, and those values");
  }
  if (items > options.max_items) {
    return absl::ResourceExhaustedError(
        absl::StrCat("max_items: ", items, " items, more than ", options.max_items));
  }
  TargetRegression out(vectors, targets);
  out.mean_.assign(items, 0.0F);
  std::vector<std::uint8_t> learns(vectors.rows(), 0);
  for (std::uint32_t c = 0; c < vectors.rows(); ++c) {
    if (targets.Row(c).empty()) continue;
    learns[c] = 1;
    out.learners_.push_back(c);
    for (const std::uint32_t item : targets.Row(c)) out.mean_[item] += 1.0F;
  }
  if (out.learners_.empty()) return absl::InvalidArgumentError("targets: no customer has any");
  for (float& value : out.mean_) value /= static_cast<float>(out.learners_.size());
  std::vector<float> gram(items * items, 0.0F);
  FillGram(vectors, learns, gram);
  for (std::size_t i = 0; i < items; ++i) gram[i * items + i] += static_cast<float>(options.l2);
  if (!ParallelCholesky(items, gram)) {
    return absl::InternalError(
        absl::StrCat("target regression cannot be solved with l2 ", options.l2, "; raise it"));
  }
  out.inverse_.resize(items * items);
  ParallelInverse(items, gram, out.inverse_);
  return out;
}

void TargetRegression::Score(std::uint32_t customer, std::span<float> out) const {
  const std::size_t items = mean_.size();
  std::vector<float> solved(items, 0.0F);  // (M^T M + l2 I)^-1 m
  const std::span<const std::uint32_t> own = vectors_.Row(customer);
  const std::span<const float> values = vectors_.RowValues(customer);
  for (std::size_t i = 0; i < own.size(); ++i) {
    const float* const row = inverse_.data() + std::size_t{own[i]} * items;
    for (std::size_t j = 0; j < items; ++j) solved[j] += values[i] * row[j];
  }
  std::fill(out.begin(), out.end(), 0.0F);
  double total = 0;
  double self = 0;
  for (const std::uint32_t learner : learners_) {
    const std::span<const std::uint32_t> theirs = vectors_.Row(learner);
    const std::span<const float> weights = vectors_.RowValues(learner);
    float weight = 0;
    for (std::size_t i = 0; i < theirs.size(); ++i) weight += weights[i] * solved[theirs[i]];
    if (learner == customer) {
      self = double{weight};
      continue;
    }
    total += double{weight};
    for (const std::uint32_t item : targets_.Row(learner)) out[item] += weight;
  }
  const auto scale = static_cast<float>(1 / std::max(1 - self, 1e-3));
  for (std::size_t j = 0; j < items; ++j) {
    out[j] = mean_[j] + scale * (out[j] - static_cast<float>(total) * mean_[j]);
  }
}

}  // namespace tsugi::models
