#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/parallel.h"
#include "models/co_purchase/pair_rows.h"
#include "models/dense/linear_algebra.h"
#include "models/item_regression/solve.h"

namespace tsugi::models {
namespace {

// The lower triangle of G.
std::vector<float> GramOf(const PairInput& input) {
  const std::size_t n = input.num_items;
  std::vector<float> gram(n * n, 0.0F);
  std::vector<PairRow> rows(base::MaxWorkers());
  base::ParallelForWithWorker(n, 16, [&](base::Chunk chunk, std::size_t worker) {
    for (std::size_t item = chunk.begin; item < chunk.end; ++item) {
      PairRow& row = rows[worker];
      row.Compute(input, static_cast<std::uint32_t>(item));
      for (const std::uint32_t place : row.touched()) {
        gram[item * n + input.item_at[place]] = row.weight(place);
      }
      gram[item * n + item] = input.item_weights[item];
    }
  });
  return gram;
}

std::vector<float> PackedTriangle(std::size_t n, std::span<const float> matrix) {
  std::vector<float> packed;
  packed.reserve(n * (n + 1) / 2);
  for (std::size_t i = 0; i < n; ++i) {
    const std::span<const float> row = matrix.subspan(i * n, i + 1);
    packed.insert(packed.end(), row.begin(), row.end());
  }
  return packed;
}

// Turns the inverse into weights, -P_ij / P_jj with a diagonal of 0.
void ToWeights(std::size_t n, std::span<float> inverse) {
  std::vector<float> scale(n);
  for (std::size_t j = 0; j < n; ++j) scale[j] = -1.0F / inverse[j * n + j];
  base::ParallelFor(n, 64, [&](base::Chunk chunk) {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      for (std::size_t j = 0; j < n; ++j) inverse[i * n + j] *= scale[j];
      inverse[i * n + i] = 0.0F;
    }
  });
}

bool DiagonalIsPositive(std::size_t n, std::span<const float> inverse) {
  for (std::size_t i = 0; i < n; ++i) {
    const float value = inverse[i * n + i];
    if (!(value > 0) || !std::isfinite(value)) return false;
  }
  return true;
}

// The `kept` columns of largest |weight| of a row, ascending; ties fall to the smaller column.
void KeepLargest(std::span<const float> row, std::size_t kept,
                 std::vector<std::uint32_t>& columns) {
  columns.resize(row.size());
  std::iota(columns.begin(), columns.end(), 0U);
  std::erase_if(columns, [&](std::uint32_t c) { return row[c] == 0.0F; });
  if (kept == 0 || columns.size() <= kept) return;
  const auto larger = [&](std::uint32_t a, std::uint32_t b) {
    const float x = std::abs(row[a]);
    const float y = std::abs(row[b]);
    return x > y || (x == y && a < b);
  };
  std::nth_element(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(kept),
                   columns.end(), larger);
  columns.resize(kept);
  std::sort(columns.begin(), columns.end());
}

void KeepForServing(std::size_t n, std::span<const float> weights, std::size_t kept,
                    ItemRegressionModel& model) {
  std::vector<std::vector<std::uint32_t>> columns(n);
  base::ParallelFor(n, 32, [&](base::Chunk chunk) {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      KeepLargest(weights.subspan(i * n, n), kept, columns[i]);
      columns[i].shrink_to_fit();
    }
  });
  model.offsets.assign(1, 0);
  for (std::size_t i = 0; i < n; ++i) {
    for (const std::uint32_t target : columns[i]) {
      model.targets.push_back(target);
      model.weights.push_back(weights[i * n + target]);
    }
    model.offsets.push_back(model.targets.size());
  }
}

}  // namespace

absl::Status SolveDense(const Baskets& baskets, const ItemRegressionOptions& options,
                        ItemRegressionModel& model) {
  const std::size_t n = baskets.orders.num_columns;
  std::vector<float> gram = GramOf(MakePairInput(baskets, options.size_exponent));
  if (n <= options.max_gram_items) model.gram = PackedTriangle(n, gram);
  return SolveGram(std::move(gram), options, model);
}

absl::Status SolveGram(std::vector<float> gram, const ItemRegressionOptions& options,
                       ItemRegressionModel& model) {
  const std::size_t n = model.num_items;
  std::vector<float> factor = std::move(gram);
  for (std::size_t item = 0; item < n; ++item) {
    float& own = factor[item * n + item];
    own = static_cast<float>(double{own} + RidgeOf(options, double{own}));
  }
  if (!ParallelCholesky(n, factor)) {
    return absl::InternalError(
        "item_regression: the matrix of the items is not positive definite; raise l2");
  }
  std::vector<float> inverse(n * n);
  ParallelInverse(n, factor, inverse);
  factor = std::vector<float>();
  if (!DiagonalIsPositive(n, inverse)) {
    return absl::InternalError("item_regression: the inverse is not finite; raise l2");
  }
  ToWeights(n, inverse);
  KeepForServing(n, inverse, options.kept, model);
  if (options.keep_dense) model.dense = std::move(inverse);
  return absl::OkStatus();
}

}  // namespace tsugi::models
