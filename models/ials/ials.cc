#include "models/ials.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/huge_pages.h"
#include "base/parallel.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "models/dense/linear_algebra.h"
#include "models/dense/row_matrix.h"
#include "models/ials/row_solver.h"
#include "models/ranges.h"
#include "models/work_plan.h"

namespace tsugi::models {
namespace {

constexpr std::size_t kCacheBytes = std::size_t{1} << 20;
constexpr std::size_t kRowGrain = 2048;  // rows of a partial Gramian; fixed, so sums are too
constexpr std::size_t kRotatedRows = 512;

absl::Status OutOfRange(const char* name, double value, const char* range) {
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", value, " must be ", range));
}

absl::Status ValidateOptions(const IalsOptions& options) {
  if (options.dim < 1 || options.dim > 2048) return OutOfRange("dim", options.dim, "in [1, 2048]");
  if (options.epochs < 1) return OutOfRange("epochs", options.epochs, "1 or more");
  if (!(options.unobserved_weight > 0) || options.unobserved_weight > 1000) {
    return OutOfRange("unobserved_weight", options.unobserved_weight, "in (0, 1000]");
  }
  if (!(options.l2 > 0) || std::isinf(options.l2)) return OutOfRange("l2", options.l2, "above 0");
  if (!InRange(options.l2_exponent, 0, 2)) {
    return OutOfRange("l2_exponent", options.l2_exponent, "in [0, 2]");
  }
  if (options.cg_steps < 1) return OutOfRange("cg_steps", options.cg_steps, "1 or more");
  if (options.fold_in_steps < 1) {
    return OutOfRange("fold_in_steps", options.fold_in_steps, "1 or more");
  }
  if (!(options.init_stddev > 0) || std::isinf(options.init_stddev)) {
    return OutOfRange("init_stddev", options.init_stddev, "above 0");
  }
  return absl::OkStatus();
}

absl::Status ValidateInteractions(const SparseView& interactions, const IalsOptions& options) {
  TSUGI_RETURN_IF_ERROR(Validate(interactions, "interactions"));
  for (std::size_t e = 0; e < interactions.values.size(); ++e) {
    if (interactions.values[e] < 0) {
      return OutOfRange("interactions: a value", interactions.values[e], "0 or more");
    }
  }
  const std::uint64_t rows = interactions.rows() + interactions.num_columns;
  const std::uint64_t bytes = 10 * rows * options.dim + 8 * interactions.entries();
  if (bytes > options.max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat("max_bytes: ", rows, " rows of ", options.dim,
                                                     " factors take ", bytes, " bytes, more than ",
                                                     options.max_bytes));
  }
  return absl::OkStatus();
}

// One side of the factorisation: its entries and its rows.
struct Side {
  SparseView entries;
  WorkPlan plan;
  std::vector<float> factors;
  std::vector<float> spare;                // of the same size, for rotations
  base::HugeVector<std::uint16_t> halves;  // `factors` in 16 bits, where that is worth it
};

Side MakeSide(const SparseView& entries, std::size_t dim) {
  Side side{entries, {}, std::vector<float>(entries.rows() * dim, 0.0F), {}, {}};
  std::vector<std::uint64_t> costs(entries.rows());
  for (std::size_t r = 0; r < costs.size(); ++r) costs[r] = entries.Row(r).size() + 8;
  side.plan = PlanWork(costs, 1024);
  return side;
}

void FillRandomly(const IalsOptions& options, std::vector<float>& factors) {
  const double stddev = options.init_stddev / std::sqrt(static_cast<double>(options.dim));
  base::ParallelFor(factors.size() / options.dim, 256, [&](base::Chunk chunk) {
    for (std::size_t r = chunk.begin; r < chunk.end; ++r) {
      base::Random random(base::Mix64(options.seed) + r);
      for (std::size_t j = 0; j < options.dim; ++j) {
        factors[r * options.dim + j] = static_cast<float>(stddev * random.Normal());
      }
    }
  });
}

// factors^T factors, summed over fixed blocks in order.
RowMatrixOf<double> Gramian(std::span<const float> factors, std::size_t dim) {
  const std::size_t rows = factors.size() / dim;
  std::vector<std::vector<float>> parts((rows + kRowGrain - 1) / kRowGrain);
  base::ParallelFor(rows, kRowGrain, [&](base::Chunk chunk) {
    std::vector<float>& part = parts[chunk.index];
    part.assign(dim * dim, 0.0F);
    AddGram(chunk.end - chunk.begin, dim, factors.subspan(chunk.begin * dim), part);
  });
  const auto size = static_cast<Eigen::Index>(dim);
  RowMatrixOf<double> sum = RowMatrixOf<double>::Zero(size, size);
  for (const std::vector<float>& part : parts) {
    sum += ConstRowMatrixMap(part.data(), size, size).cast<double>();
  }
  return sum;  // the lower triangle is right
}

// A side too large for the second cache is read in 16 bits: what training waits for is memory, and
// 11 bits are more than the factors' own noise (docs/benchmarks.md). Rows of the other side still
// come out in 32.
bool IsRounded(const IalsOptions& options, std::span<const float> factors) {
  const bool exact = options.solver == IalsSolver::kCholesky;
  return factors.size_bytes() > kCacheBytes && !(exact && options.dim > kMostExactDim);
}

// factors := factors * basis, and with `rounded` their 16 bits.
void Rotate(const RowMatrix& basis, bool rounded, Side& side) {
  std::vector<float>& factors = side.factors;
  std::vector<float>& spare = side.spare;
  const auto dim = static_cast<std::size_t>(basis.rows());
  const std::size_t padded = PaddedDim(dim);
  const std::span<const float> rotation(basis.data(), dim * dim);
  spare.resize(factors.size());
  if (rounded) side.halves.resize(factors.size() / dim * padded);
  base::ParallelFor(factors.size() / dim, kRotatedRows, [&](base::Chunk chunk) {
    const std::size_t count = chunk.end - chunk.begin;
    const std::span<float> to = std::span(spare).subspan(chunk.begin * dim, count * dim);
    Multiply(count, dim, dim, std::span(factors).subspan(chunk.begin * dim, count * dim), rotation,
             to);
    if (rounded) {
      ToHalves(to, dim, std::span(side.halves).subspan(chunk.begin * padded, count * padded));
    }
  });
  factors.swap(spare);
}

// Turns both sides into the basis in which the Gramian of `fixed` is diagonal, and gives that
// diagonal times the unobserved weight.
absl::StatusOr<std::vector<float>> Diagonalise(const IalsOptions& options, Side& fixed,
                                               Side& moving) {
  const std::size_t dim = options.dim;
  const RowMatrixOf<double> gramian = Gramian(fixed.factors, dim);
  if (!gramian.allFinite()) return absl::InternalError("ials: a factor is not finite; raise l2");
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(gramian);
  if (eigen.info() != Eigen::Success) {
    return absl::InternalError("ials: the Gramian's eigenvalues could not be found");
  }
  const RowMatrix basis = eigen.eigenvectors().cast<float>();
  Rotate(basis, IsRounded(options, fixed.factors), fixed);
  Rotate(basis, false, moving);
  std::vector<float> diagonal(dim);
  for (std::size_t j = 0; j < dim; ++j) {
    const double value = eigen.eigenvalues()[static_cast<Eigen::Index>(j)];
    diagonal[j] = static_cast<float>(options.unobserved_weight * std::max(0.0, value));
  }
  return diagonal;
}

// Rows go by their length, so that each lies somewhere else: asks for what the next two will want.
void PrefetchAhead(const RowSolver& solver, const Side& moving,
                   std::span<const std::uint32_t> rows) {
  constexpr std::size_t kLine = 16;  // floats
  if (rows.size() < 3) return;
  const std::span<const std::uint32_t> entries = moving.entries.Row(rows[2]);
  for (std::size_t e = 0; e < std::min<std::size_t>(entries.size(), 2 * kLine); e += kLine) {
    __builtin_prefetch(entries.data() + e);
  }
  const float* const factors = moving.factors.data() + std::size_t{rows[2]} * solver.dim;
  for (std::size_t j = 0; j < solver.dim; j += kLine) __builtin_prefetch(factors + j, 1);
  solver.Prefetch(moving.entries.Row(rows[1]));
}

// Solves every row of `moving` against the fixed side.
absl::Status HalfEpoch(const IalsOptions& options, Side& fixed, Side& moving) {
  TSUGI_ASSIGN_OR_RETURN(const std::vector<float> gramian, Diagonalise(options, fixed, moving));
  const RowSolver solver{
      options.solver, options.cg_steps,          options.dim, fixed.factors,
      gramian,        options.unobserved_weight, options.l2,  options.l2_exponent,
      fixed.halves};
  std::vector<IalsWorkspace> workspaces(base::MaxWorkers());
  std::atomic<bool> solved{true};
  RunPlan(moving.plan, [&](std::size_t, std::span<const std::uint32_t> rows, std::size_t worker) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      PrefetchAhead(solver, moving, rows.subspan(i));
      const std::uint32_t r = rows[i];
      const std::span<float> row =
          std::span(moving.factors).subspan(std::size_t{r} * options.dim, options.dim);
      if (!solver.Solve(moving.entries.Row(r), moving.entries.RowValues(r), workspaces[worker],
                        row)) {
        solved.store(false, std::memory_order_relaxed);
      }
    }
  });
  if (solved.load()) return absl::OkStatus();
  return absl::InternalError("ials: a row's normal equations could not be solved; raise l2");
}

}  // namespace

IalsOptions IalsOptionsFor(const SparseView& interactions, std::uint32_t dim) {
  const auto entries = static_cast<double>(std::max<std::size_t>(1, interactions.entries()));
  const double pairs = static_cast<double>(interactions.rows()) * interactions.num_columns;
  IalsOptions options;
  options.dim = dim;
  options.epochs = 10;
  options.unobserved_weight = std::clamp(15.0 * entries / std::max(1.0, pairs), 1e-4, 0.5);
  options.l2 = std::clamp(0.006 * std::cbrt(1e6 / entries), 0.001, 0.05);
  return options;
}

absl::Status IalsView::FoldIn(std::span<const std::uint32_t> items, std::span<const float> weights,
                              IalsWorkspace& workspace, std::span<float> row) const {
  if (row.size() != dim) {
    return absl::InvalidArgumentError(absl::StrCat("row: ", row.size(), " floats, not ", dim));
  }
  if (!weights.empty() && weights.size() != items.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("weights: ", weights.size(), " for ", items.size(), " items"));
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i] >= num_items) {
      return absl::InvalidArgumentError(
          absl::StrCat("items: ", items[i], " is not below ", num_items));
    }
    if (!weights.empty() && !IsNonNegative(weights[i])) {
      return OutOfRange("weights: a weight", weights[i], "0 or more");
    }
  }
  std::fill(row.begin(), row.end(), 0.0F);
  const RowSolver row_solver{solver,  fold_in_steps,     dim, item_factors,
                             gramian, unobserved_weight, l2,  l2_exponent};
  if (row_solver.Solve(items, weights, workspace, row)) return absl::OkStatus();
  return absl::InternalError("ials: the customer's normal equations could not be solved");
}

float IalsView::Score(std::span<const float> row, std::uint32_t item) const {
  float score = 0;
  RowDots(item_factors.subspan(std::size_t{item} * dim, dim), row, {&score, 1});
  return score;
}

void IalsView::ScoreItems(std::span<const float> row, std::span<const std::uint32_t> items,
                          std::span<float> scores) const {
  for (std::size_t i = 0; i < items.size(); ++i) scores[i] = Score(row, items[i]);
}

void IalsView::ScoreAll(std::span<const float> row, std::span<float> scores) const {
  RowDots(item_factors, row, scores.first(num_items));
}

void IalsView::ScoreBatch(std::span<const float> rows, std::span<float> scores) const {
  MultiplyTransposed(rows.size() / dim, num_items, dim, rows, item_factors, scores);
}

IalsView IalsModel::View() const {
  return {dim, num_items,   solver,       fold_in_steps, unobserved_weight,
          l2,  l2_exponent, item_factors, gramian};
}

absl::StatusOr<IalsModel> TrainIals(const SparseView& interactions, const IalsOptions& options) {
  TSUGI_RETURN_IF_ERROR(ValidateOptions(options));
  TSUGI_RETURN_IF_ERROR(ValidateInteractions(interactions, options));
  const SparseMatrix transposed = Transpose(interactions);
  Side customers = MakeSide(interactions, options.dim);
  Side items = MakeSide(transposed.View(), options.dim);
  FillRandomly(options, items.factors);
  for (std::uint32_t epoch = 0; epoch < options.epochs; ++epoch) {
    TSUGI_RETURN_IF_ERROR(HalfEpoch(options, items, customers));
    TSUGI_RETURN_IF_ERROR(HalfEpoch(options, customers, items));
    if (options.progress && !options.progress(epoch + 1)) {
      return absl::CancelledError("ials: training was cancelled");
    }
  }
  IalsModel model;
  TSUGI_ASSIGN_OR_RETURN(model.gramian, Diagonalise(options, items, customers));
  model.dim = options.dim;
  model.num_items = interactions.num_columns;
  model.solver = options.solver;
  model.fold_in_steps = options.fold_in_steps;
  model.unobserved_weight = options.unobserved_weight;
  model.l2 = options.l2;
  model.l2_exponent = options.l2_exponent;
  model.item_factors = std::move(items.factors);
  return model;
}

}  // namespace tsugi::models
