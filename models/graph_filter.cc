#include "models/graph_filter.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "models/dense/gemm.h"
#include "models/dense/linear_algebra.h"

namespace tsugi::models {
namespace {

std::vector<float> Powers(const SparseView& rows, double exponent) {
  std::vector<float> out(rows.rows());
  for (std::size_t r = 0; r < out.size(); ++r) {
    const auto degree = static_cast<double>(std::max<std::size_t>(1, rows.Row(r).size()));
    out[r] = static_cast<float>(std::pow(degree, -exponent));
  }
  return out;
}

// out (rows x dim) = diag(left) * rows * diag(right) * in (columns x dim).
void Apply(const SparseView& rows, std::span<const float> left, std::span<const float> right,
           std::size_t dim, std::span<const float> in, std::span<float> out) {
  base::ParallelFor(rows.rows(), /*grain=*/64, [&](base::Chunk chunk) {
    for (std::size_t r = chunk.begin; r < chunk.end; ++r) {
      float* const sum = out.data() + r * dim;
      std::fill(sum, sum + dim, 0.0F);
      for (const std::uint32_t column : rows.Row(r)) {
        const float weight = left[r] * right[column];
        const float* const from = in.data() + std::size_t{column} * dim;
        for (std::size_t d = 0; d < dim; ++d) sum[d] += weight * from[d];
      }
    }
  });
}

// The inverse of the lower triangle of `factor`, zeros above.
std::vector<float> InverseOfTriangle(std::size_t n, std::span<const float> factor) {
  std::vector<float> inverse(n * n, 0.0F);
  for (std::size_t column = 0; column < n; ++column) {
    for (std::size_t row = column; row < n; ++row) {
      double sum = row == column ? 1 : 0;
      for (std::size_t i = column; i < row; ++i) {
        sum -= double{factor[row * n + i]} * double{inverse[i * n + column]};
      }
      inverse[row * n + column] = static_cast<float>(sum / double{factor[row * n + row]});
    }
  }
  return inverse;
}

// Replaces the columns of `basis` (rows x dim) by an orthonormal basis of what they span: twice by
// the Cholesky factor of the Gram matrix. False where they are not independent.
bool Orthonormalise(std::size_t dim, std::vector<float>& basis) {
  const std::size_t rows = basis.size() / dim;
  std::vector<float> gram(dim * dim);
  std::vector<float> solved(basis.size());
  for (int pass = 0; pass < 2; ++pass) {
    std::fill(gram.begin(), gram.end(), 0.0F);
    AddGram(rows, dim, basis, gram);
    if (!Cholesky(dim, gram)) return false;
    MultiplyTransposed(rows, dim, dim, basis, InverseOfTriangle(dim, gram), solved);
    basis.swap(solved);
  }
  return true;
}

// An orthonormal basis (items x dim) of the leading right singular vectors of the normalised
// matrix.
absl::StatusOr<std::vector<float>> LeadingSubspace(const SparseView& rows,
                                                   const SparseView& by_item,
                                                   const GraphFilterOptions& options) {
  const std::size_t dim = options.dim;
  const std::vector<float> left = Powers(rows, 0.5);
  const std::vector<float> right = Powers(by_item, 0.5);
  std::vector<float> basis(by_item.rows() * dim);
  base::Random random(options.seed);
  for (float& value : basis) value = static_cast<float>(random.Normal());
  std::vector<float> back(rows.rows() * dim);
  for (std::uint32_t i = 0; i < options.iterations; ++i) {
    if (!Orthonormalise(dim, basis)) {
      return absl::InternalError(absl::StrCat("graph filter: the matrix has fewer than ", dim,
                                              " independent directions; lower dim"));
    }
    Apply(rows, left, right, dim, basis, back);
    Apply(by_item, right, left, dim, back, basis);
  }
  if (!Orthonormalise(dim, basis)) {
    return absl::InternalError(absl::StrCat("graph filter: the matrix has fewer than ", dim,
                                            " independent directions; lower dim"));
  }
  return basis;
}

// The linear filter P with exponents 1/2, 1, 1/2 on rows of `dim`.
class NormalisedSquare {
 public:
  NormalisedSquare(const SparseView& rows, const SparseView& by_item)
      : rows_(rows), by_item_(by_item), left_(Powers(rows, 0.5)), right_(Powers(by_item, 0.5)) {}

  // out = P in, both items x dim.
  void Times(std::size_t dim, std::span<const float> in, std::span<float> out) const {
    std::vector<float> back(rows_.rows() * dim);
    Apply(rows_, left_, right_, dim, in, back);
    Apply(by_item_, right_, left_, dim, back, out);
  }

 private:
  const SparseView& rows_;
  const SparseView& by_item_;
  std::vector<float> left_;
  std::vector<float> right_;
};

// p of an eigenvalue: one step of Runge-Kutta of fourth order over `time` of dr/dt = -r * value.
double Sharpened(double value, double time) {
  const double z = time * value;
  return 1 - z + z * z / 2 - z * z * z / 6 + z * z * z * z / 24;
}

// matrix (items x dim) = p(P) matrix, by Horner's rule.
void Sharpen(const NormalisedSquare& square, double time, std::size_t dim,
             std::vector<float>& matrix) {
  const std::vector<float> start = matrix;
  std::vector<float> product(matrix.size());
  for (int order = 4; order >= 1; --order) {
    square.Times(dim, matrix, product);
    const auto scale = static_cast<float>(-time / order);
    for (std::size_t i = 0; i < matrix.size(); ++i) matrix[i] = start[i] + scale * product[i];
  }
}

// Turns an orthonormal basis (items x dim) to the eigenvectors of P within what it spans; their
// eigenvalues, ascending. Empty where they can't be found.
std::vector<double> TurnToEigenvectors(const NormalisedSquare& square, std::size_t dim,
                                       std::vector<float>& basis) {
  const std::size_t items = basis.size() / dim;
  std::vector<float> product(basis.size());
  square.Times(dim, basis, product);
  std::vector<float> projected(dim * dim);
  Gemm({dim, dim, items}, Transposed(basis.data(), dim), Rows(product.data(), dim), 1.0F, false,
       projected.data(), dim);
  const auto n = static_cast<Eigen::Index>(dim);
  const Eigen::MatrixXf matrix = Eigen::Map<const Eigen::MatrixXf>(projected.data(), n, n);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXf> solver((matrix + matrix.transpose()) / 2);
  if (solver.info() != Eigen::Success) return {};
  const Eigen::MatrixXf& vectors = solver.eigenvectors();  // column-major: its transpose in rows
  Gemm({items, dim, dim}, Rows(basis.data(), dim), Transposed(vectors.data(), dim), 1.0F, false,
       product.data(), dim);
  basis.swap(product);
  return {solver.eigenvalues().begin(), solver.eigenvalues().end()};
}

// left (items x dim) beside right (items x dim), row by row.
std::vector<float> Beside(std::size_t dim, std::span<const float> left,
                          std::span<const float> right) {
  std::vector<float> both;
  both.reserve(left.size() + right.size());
  for (std::size_t at = 0; at < left.size(); at += dim) {
    both.insert(both.end(), left.begin() + static_cast<std::ptrdiff_t>(at),
                left.begin() + static_cast<std::ptrdiff_t>(at + dim));
    both.insert(both.end(), right.begin() + static_cast<std::ptrdiff_t>(at),
                right.begin() + static_cast<std::ptrdiff_t>(at + dim));
  }
  return both;
}

absl::Status CheckSharpen(const GraphFilterOptions& options) {
  if (options.sharpen == 0) return absl::OkStatus();
  if (!(options.sharpen > 0) || options.sharpen > 2.7) {
    return absl::InvalidArgumentError(
        absl::StrCat("sharpen: ", options.sharpen, " must be in [0, 2.7]"));
  }
  if (options.low_pass > 0 && options.from_exponent == 0.5 && options.user_exponent == 1.0 &&
      options.to_exponent == 0.5) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "sharpen: needs low_pass above 0 and the exponents 0.5, 1 and 0.5");
}

absl::Status Check(const GraphFilterOptions& options) {
  const std::pair<const char*, double> exponents[] = {{"from_exponent", options.from_exponent},
                                                      {"user_exponent", options.user_exponent},
                                                      {"to_exponent", options.to_exponent}};
  for (const auto& [name, value] : exponents) {
    if (!(value >= 0) || value > 2) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": ", value, " must be in [0, 2]"));
    }
  }
  if (!(options.low_pass >= 0)) {
    return absl::InvalidArgumentError("low_pass: must be 0 or more");
  }
  if (options.dim == 0 || options.dim > 2048) {
    return absl::InvalidArgumentError(absl::StrCat("dim: ", options.dim, " must be in [1, 2048]"));
  }
  return CheckSharpen(options);
}

}  // namespace

void GraphFilter::ScoreLinear(std::span<const std::uint32_t> items, Workspace& workspace,
                              std::span<float> out) const {
  std::fill(out.begin(), out.end(), 0.0F);
  const SparseView by_item = by_item_.View();
  SparseAccumulator& near = workspace.customers;
  for (const std::uint32_t item : items) {
    for (const std::uint32_t customer : by_item.Row(item)) near.Add(customer, from_[item]);
  }
  for (const std::uint32_t customer : near.touched()) {
    const float weight = near[customer] * user_[customer];
    for (const std::uint32_t item : rows_.Row(customer)) out[item] += weight;
  }
  near.Clear();
  for (std::size_t item = 0; item < out.size(); ++item) out[item] *= to_[item];
}

void GraphFilter::ScoreBatch(const SparseView& rows, std::size_t begin, std::size_t end,
                             Workspace& workspace, std::span<float> out) const {
  const std::size_t width = items();
  for (std::size_t r = begin; r < end; ++r) {
    ScoreLinear(rows.Row(r), workspace, out.subspan((r - begin) * width, width));
  }
  if (dim_ == 0) return;
  const std::size_t count = end - begin;
  workspace.low.assign(count * dim_, 0.0F);
  for (std::size_t r = begin; r < end; ++r) {
    float* const sum = workspace.low.data() + (r - begin) * dim_;
    for (const std::uint32_t item : rows.Row(r)) {
      const float* const row = low_in_.data() + std::size_t{item} * dim_;
      for (std::size_t d = 0; d < dim_; ++d) sum[d] += row[d];
    }
  }
  workspace.scores.resize(count * width);
  MultiplyTransposed(count, width, dim_, workspace.low, low_out_, workspace.scores);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] += workspace.scores[i];
}

void GraphFilter::Score(std::span<const std::uint32_t> items, Workspace& workspace,
                        std::span<float> out) const {
  const std::uint64_t offsets[] = {0, items.size()};
  ScoreBatch({.offsets = offsets, .columns = items, .num_columns = rows_.num_columns}, 0, 1,
             workspace, out);
}

absl::Status GraphFilter::SharpenBoth(std::vector<float>& basis,
                                      const GraphFilterOptions& options) {
  const SparseView by_item = by_item_.View();
  const NormalisedSquare square(rows_, by_item);
  Sharpen(square, options.sharpen, dim_, low_out_);
  const std::vector<double> values = TurnToEigenvectors(square, dim_, basis);
  if (values.empty()) {
    return absl::InternalError("graph filter: the eigenvectors of the subspace were not found");
  }
  const double beyond = Sharpened(values.front() / 2, options.sharpen);
  std::vector<float> turned = basis;
  for (std::size_t i = 0; i < turned.size(); ++i) {
    const double value = values[i % dim_];
    turned[i] *= static_cast<float>(value * (Sharpened(value, options.sharpen) - beyond));
  }
  low_in_ = Beside(dim_, low_in_, basis);
  low_out_ = Beside(dim_, low_out_, turned);
  dim_ *= 2;
  for (float& to : to_) to *= static_cast<float>(beyond);
  return absl::OkStatus();
}

absl::StatusOr<GraphFilter> TrainGraphFilter(const SparseView& interactions,
                                             const GraphFilterOptions& options) {
  TSUGI_RETURN_IF_ERROR(Check(options));
  TSUGI_RETURN_IF_ERROR(Validate(interactions, "interactions"));
  GraphFilter filter;
  filter.rows_ = {.offsets = interactions.offsets,
                  .columns = interactions.columns,
                  .num_columns = interactions.num_columns};
  filter.by_item_ = Transpose(filter.rows_);
  const SparseView by_item = filter.by_item_.View();
  filter.from_ = Powers(by_item, options.from_exponent);
  filter.user_ = Powers(filter.rows_, options.user_exponent);
  filter.to_ = Powers(by_item, options.to_exponent);
  if (options.low_pass == 0) return filter;
  filter.dim_ = options.dim;
  TSUGI_ASSIGN_OR_RETURN(std::vector<float> basis, LeadingSubspace(filter.rows_, by_item, options));
  filter.low_in_ = filter.low_out_ = basis;
  const std::vector<float> in = Powers(by_item, 0.5);
  for (std::size_t item = 0; item < by_item.rows(); ++item) {
    const auto weight = static_cast<float>(options.low_pass) / in[item];
    for (std::size_t d = 0; d < filter.dim_; ++d) {
      filter.low_in_[item * filter.dim_ + d] *= in[item];
      filter.low_out_[item * filter.dim_ + d] *= weight;
    }
  }
  if (options.sharpen > 0) TSUGI_RETURN_IF_ERROR(filter.SharpenBoth(basis, options));
  return filter;
}

}  // namespace tsugi::models
