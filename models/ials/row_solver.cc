#include "models/ials/row_solver.h"

#include <algorithm>
#include <memory>

#include "models/dense/linear_algebra.h"

namespace tsugi::models {
namespace {

bool AllFinite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

bool SolveIteratively(const RowSolver& solver, std::span<const std::uint32_t> others,
                      std::span<const float> weights, IalsWorkspace& workspace,
                      std::span<float> row) {
  const std::size_t padded = PaddedDim(solver.dim);
  const std::size_t scratch = ConjugateGradientScratch(solver.dim, others.size());
  const std::span<float> floats = workspace.Floats(2 * padded + scratch);
  const std::span<float> x = floats.first(padded);
  const std::span<float> diagonal = floats.subspan(padded, padded);
  std::copy(row.begin(), row.end(), x.begin());
  std::fill(x.begin() + static_cast<std::ptrdiff_t>(solver.dim), x.end(), 0.0F);
  FillDiagonal(solver.gramian, solver.Ridge(others.size()), diagonal);
  const bool finite =
      SolveByConjugateGradient({solver.factors, others, weights, diagonal, solver.dim,
                                static_cast<float>(solver.unobserved_weight), solver.halves},
                               solver.steps, floats.subspan(2 * padded), x);
  std::copy_n(x.begin(), solver.dim, row.begin());
  return finite;
}

bool SolveInCache(const RowSolver& solver, std::span<const std::uint32_t> others,
                  std::span<const float> weights, IalsWorkspace& workspace, std::span<float> row) {
  const std::size_t padded = PaddedDim(solver.dim);
  const std::span<float> floats =
      workspace.Floats(2 * padded + ExactScratch(solver.dim, others.size()));
  const std::span<float> x = floats.first(padded);
  const std::span<float> diagonal = floats.subspan(padded, padded);
  FillDiagonal(solver.gramian, solver.Ridge(others.size()), diagonal);
  if (!SolveExactly({solver.factors, others, weights, diagonal, solver.dim,
                     static_cast<float>(solver.unobserved_weight), solver.halves},
                    floats.subspan(2 * padded), x)) {
    return false;
  }
  std::copy_n(x.begin(), solver.dim, row.begin());
  return true;
}

// By products of panels, for dims of more than kMostExactDim.
bool SolveLarge(const RowSolver& solver, std::span<const std::uint32_t> others,
                std::span<const float> weights, IalsWorkspace& workspace, std::span<float> row) {
  constexpr std::size_t kBlock = 512;  // entries taken at a time
  const std::size_t dim = solver.dim;
  const std::size_t block = std::min(others.size(), kBlock);
  const std::span<float> floats = workspace.Floats(dim * dim + block * dim);
  const std::span<float> matrix = floats.first(dim * dim);
  const std::span<float> scaled = floats.subspan(dim * dim);
  const float ridge = solver.Ridge(others.size());
  std::fill(matrix.begin(), matrix.end(), 0.0F);
  for (std::size_t j = 0; j < dim; ++j) matrix[j * dim + j] = solver.gramian[j] + ridge;
  std::fill(row.begin(), row.end(), 0.0F);
  for (std::size_t begin = 0; begin < others.size(); begin += block) {
    const std::size_t count = std::min(block, others.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      const float weight = weights.empty() ? 1.0F : weights[begin + i];
      const float root = std::sqrt(weight);
      const auto right = static_cast<float>(solver.unobserved_weight + double{weight});
      const std::span<const float> factor =
          solver.factors.subspan(std::size_t{others[begin + i]} * dim, dim);
      for (std::size_t j = 0; j < dim; ++j) {
        scaled[i * dim + j] = root * factor[j];
        row[j] += right * factor[j];
      }
    }
    AddGram(count, dim, scaled, matrix);
  }
  if (!Cholesky(dim, matrix)) return false;
  CholeskySolve(dim, matrix, row);
  return AllFinite(row);
}

}  // namespace

void RowSolver::Prefetch(std::span<const std::uint32_t> others) const {
  constexpr std::size_t kMost = 24;
  const std::size_t stride = PaddedDim(dim);
  for (const std::uint32_t other : others.first(std::min(kMost, others.size()))) {
    if (halves.empty()) {
      const float* const row = factors.data() + std::size_t{other} * dim;
      for (std::size_t j = 0; j < dim; j += 16) __builtin_prefetch(row + j, 0, 2);
    } else {
      const std::uint16_t* const row = halves.data() + std::size_t{other} * stride;
      for (std::size_t j = 0; j < stride; j += 32) __builtin_prefetch(row + j, 0, 2);
    }
  }
}

bool RowSolver::Solve(std::span<const std::uint32_t> others, std::span<const float> weights,
                      IalsWorkspace& workspace, std::span<float> row) const {
  if (others.empty()) {
    std::fill(row.begin(), row.end(), 0.0F);
    return true;
  }
  if (solver == IalsSolver::kConjugateGradient) {
    return SolveIteratively(*this, others, weights, workspace, row);
  }
  return dim <= kMostExactDim ? SolveInCache(*this, others, weights, workspace, row)
                              : SolveLarge(*this, others, weights, workspace, row);
}

std::span<float> IalsWorkspace::Floats(std::size_t count) {
  constexpr std::size_t kAlignment = 64;
  constexpr std::size_t kSlack = kAlignment / sizeof(float);
  if (storage_.size() < count + kSlack) storage_.resize(count + kSlack);
  void* start = storage_.data();
  std::size_t space = storage_.size() * sizeof(float);
  return {static_cast<float*>(std::align(kAlignment, count * sizeof(float), start, space)), count};
}

}  // namespace tsugi::models
