// Small made-up baskets for tests of the models, and what running on several thread counts takes.
#ifndef TSUGI_TESTS_MODELS_MODEL_DATA_H_
#define TSUGI_TESTS_MODELS_MODEL_DATA_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

// `rows` baskets of 1 to `longest` items; low item numbers are bought more often.
inline SparseMatrix RandomBaskets(std::size_t rows, std::uint32_t items, std::uint32_t longest,
                                  std::uint64_t seed) {
  base::Random random(seed);
  std::vector<std::vector<std::uint32_t>> baskets(rows);
  for (std::vector<std::uint32_t>& basket : baskets) {
    const std::uint64_t length = 1 + random.Below(longest);
    for (std::uint64_t i = 0; i < length; ++i) {
      basket.push_back(static_cast<std::uint32_t>(random.Below(1 + random.Below(items))));
    }
  }
  return FromRows(baskets, items);
}

inline std::vector<float> RandomWeights(std::size_t count, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<float> weights(count);
  for (float& weight : weights) weight = static_cast<float>(random.Uniform());
  return weights;
}

// 0 / 1 matrix, row-major.
inline std::vector<double> Dense(const SparseView& matrix) {
  std::vector<double> dense(matrix.rows() * matrix.num_columns, 0.0);
  for (std::size_t r = 0; r < matrix.rows(); ++r) {
    const auto values = matrix.RowValues(r);
    for (std::size_t e = 0; e < matrix.Row(r).size(); ++e) {
      dense[r * matrix.num_columns + matrix.Row(r)[e]] = values.empty() ? 1.0 : double{values[e]};
    }
  }
  return dense;
}

// The function's result on that many threads.
template <typename Function>
auto OnThreads(std::size_t threads, Function function) {
  std::optional<decltype(function())> result;
  base::WithThreads(threads, [&] { result.emplace(function()); });
  return *std::move(result);
}

// The solution of a x = b by Gauss-Jordan elimination, a row-major.
inline std::vector<double> Eliminate(std::vector<double> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t p = 0; p < n; ++p) {
    for (std::size_t r = 0; r < n; ++r) {
      if (r == p) continue;
      const double f = a[r * n + p] / a[p * n + p];
      for (std::size_t c = p; c < n; ++c) a[r * n + c] -= f * a[p * n + c];
      b[r] -= f * b[p];
    }
  }
  for (std::size_t r = 0; r < n; ++r) b[r] /= a[r * n + r];
  return b;
}

}  // namespace tsugi::models

#endif  // TSUGI_TESTS_MODELS_MODEL_DATA_H_
