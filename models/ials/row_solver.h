// One row's factors from its entries: the same code for training and for folding in.
#ifndef TSUGI_MODELS_IALS_ROW_SOLVER_H_
#define TSUGI_MODELS_IALS_ROW_SOLVER_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "models/ials.h"
#include "models/ials/kernels.h"

namespace tsugi::models {

// What all rows of one side share.
struct RowSolver {
  IalsSolver solver = IalsSolver::kConjugateGradient;
  std::uint32_t steps = 3;  // conjugate gradients
  std::size_t dim = 0;
  std::span<const float> factors;  // of the other side, in the basis of its Gramian
  std::span<const float> gramian;  // dim: diagonal, times the unobserved weight
  double unobserved_weight = 0;
  double l2 = 0;
  double l2_exponent = 0;
  std::span<const std::uint16_t> halves = {};  // `factors` rounded (ToHalves); empty: not used

  // Overwrites row[dim]; conjugate gradients start from what it holds. A row without entries is 0.
  // False where the system cannot be solved or the result is not finite.
  bool Solve(std::span<const std::uint32_t> others, std::span<const float> weights,
             IalsWorkspace& workspace, std::span<float> row) const;

  // Asks for the first of these rows' factors, which the next Solve will want.
  void Prefetch(std::span<const std::uint32_t> others) const;

  // The ridge of a row with that many entries.
  float Ridge(std::size_t entries) const {
    const std::size_t others = factors.size() / dim;
    const double weight =
        static_cast<double>(entries) + unobserved_weight * static_cast<double>(others);
    return static_cast<float>(l2 * std::pow(weight, l2_exponent));
  }
};

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_IALS_ROW_SOLVER_H_
