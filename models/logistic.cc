#include "models/logistic.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "models/dense/row_matrix.h"
#include "models/ranges.h"

namespace tsugi::models {
namespace {

using Matrix = RowMatrixOf<double>;
using Vector = Eigen::VectorXd;

constexpr std::size_t kGrain = 2048;  // rows a partial sum covers; fixed, so sums are too

absl::Status CheckOptions(const LogisticOptions& options) {
  if (!(options.l2 >= 0) || std::isinf(options.l2)) {
    return absl::InvalidArgumentError(absl::StrCat("l2: ", options.l2, " must be 0 or more"));
  }
  if (!(options.intercept_l2 >= 0) || std::isinf(options.intercept_l2)) {
    return absl::InvalidArgumentError(
        absl::StrCat("intercept_l2: ", options.intercept_l2, " must be 0 or more"));
  }
  if (options.max_iterations == 0) {
    return absl::InvalidArgumentError("max_iterations: 0 must be 1 or more");
  }
  if (!(options.tolerance > 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat("tolerance: ", options.tolerance, " must be above 0"));
  }
  return absl::OkStatus();
}

absl::Status CheckRows(const LogisticRows& rows) {
  const std::size_t count = rows.labels.size();
  if (count == 0) return absl::InvalidArgumentError("labels: there are none");
  if (rows.features.size() != count * rows.num_features) {
    return absl::InvalidArgumentError(absl::StrCat("features: ", rows.features.size(),
                                                   " values are not ", count, " rows of ",
                                                   rows.num_features));
  }
  if (!rows.weights.empty() && rows.weights.size() != count) {
    return absl::InvalidArgumentError(
        absl::StrCat("weights: ", rows.weights.size(), " for ", count, " rows"));
  }
  if (!rows.offsets.empty() && rows.offsets.size() != count) {
    return absl::InvalidArgumentError(
        absl::StrCat("offsets: ", rows.offsets.size(), " for ", count, " rows"));
  }
  for (const float offset : rows.offsets) {
    if (!std::isfinite(offset)) return absl::InvalidArgumentError("offsets: one is not finite");
  }
  for (std::size_t i = 0; i < rows.features.size(); ++i) {
    if (!std::isfinite(rows.features[i])) {
      return absl::InvalidArgumentError(absl::StrCat("features: feature ", i % rows.num_features,
                                                     " of row ", i / rows.num_features,
                                                     " is not finite"));
    }
  }
  double total = 0;
  for (std::size_t r = 0; r < count; ++r) {
    if (!InRange(rows.labels[r], 0, 1)) {
      return absl::InvalidArgumentError(
          absl::StrCat("labels: ", rows.labels[r], " of row ", r, " must be in [0, 1]"));
    }
    const float weight = rows.weights.empty() ? 1.0F : rows.weights[r];
    if (!IsNonNegative(weight)) {
      return absl::InvalidArgumentError(
          absl::StrCat("weights: ", weight, " of row ", r, " must be 0 or more"));
    }
    total += double{weight};
  }
  if (total <= 0) return absl::InvalidArgumentError("weights: all are 0");
  return absl::OkStatus();
}

// log(1 + exp(x)) without overflow.
double Softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

// One Newton problem: standardised features with a leading 1, and what is summed over rows.
class Problem {
 public:
  Problem(const LogisticRows& rows, bool standardise) : rows_(rows), size_(rows.num_features + 1) {
    for (std::size_t r = 0; r < rows_.labels.size(); ++r) total_weight_ += Weight(r);
    mean_.assign(size_, 0.0);
    inverse_stddev_.assign(size_, standardise ? 0.0 : 1.0);
    if (standardise) Standardise();
  }

  std::size_t size() const { return size_; }
  double total_weight() const { return total_weight_; }

  struct Sums {
    double loss = 0;  // sum of weighted negative log likelihoods
    Vector gradient;
    Matrix hessian;
  };

  Sums Evaluate(const Vector& coefficients, bool derivatives) const {
    const std::size_t count = rows_.labels.size();
    std::vector<Sums> parts((count + kGrain - 1) / kGrain);
    base::ParallelFor(count, kGrain, [&](base::Chunk chunk) {
      Sums& part = parts[chunk.index];
      Reset(derivatives, part);
      Vector x(Index(size_));
      for (std::size_t r = chunk.begin; r < chunk.end; ++r) AddRow(r, coefficients, x, part);
    });
    Sums total;
    Reset(derivatives, total);
    for (const Sums& part : parts) {
      total.loss += part.loss;
      if (!derivatives) continue;
      total.gradient += part.gradient;
      total.hessian += part.hessian;
    }
    return total;
  }

  // Back to the scale of the raw features.
  std::vector<double> Raw(const Vector& coefficients) const {
    std::vector<double> raw(size_);
    raw[0] = coefficients[0];
    for (std::size_t f = 1; f < size_; ++f) {
      raw[f] = coefficients[Index(f)] * inverse_stddev_[f];
      raw[0] -= raw[f] * mean_[f];
    }
    return raw;
  }

 private:
  static Eigen::Index Index(std::size_t i) { return static_cast<Eigen::Index>(i); }
  double Weight(std::size_t r) const {
    return rows_.weights.empty() ? 1.0 : double{rows_.weights[r]};
  }
  double Feature(std::size_t r, std::size_t f) const {
    return double{rows_.features[r * rows_.num_features + f - 1]};
  }

  void Reset(bool derivatives, Sums& sums) const {
    sums.loss = 0;
    if (!derivatives) return;
    sums.gradient = Vector::Zero(Index(size_));
    sums.hessian = Matrix::Zero(Index(size_), Index(size_));
  }

  void Standardise() {
    std::vector<double> square(size_, 0.0);
    for (std::size_t r = 0; r < rows_.labels.size(); ++r) {
      for (std::size_t f = 1; f < size_; ++f) mean_[f] += Weight(r) * Feature(r, f);
    }
    for (double& mean : mean_) mean /= total_weight_;
    for (std::size_t r = 0; r < rows_.labels.size(); ++r) {
      for (std::size_t f = 1; f < size_; ++f) {
        square[f] += Weight(r) * (Feature(r, f) - mean_[f]) * (Feature(r, f) - mean_[f]);
      }
    }
    for (std::size_t f = 1; f < size_; ++f) {
      const double stddev = std::sqrt(square[f] / total_weight_);
      const double scale = std::abs(mean_[f]) + 1e-30;
      inverse_stddev_[f] = stddev > 1e-9 * scale ? 1.0 / stddev : 0.0;  // constant: left out
    }
  }

  void AddRow(std::size_t r, const Vector& coefficients, Vector& x, Sums& sums) const {
    const double weight = Weight(r);
    if (weight == 0) return;
    x[0] = 1;
    for (std::size_t f = 1; f < size_; ++f) {
      x[Index(f)] = (Feature(r, f) - mean_[f]) * inverse_stddev_[f];
    }
    const double label = double{rows_.labels[r]};
    const double offset = rows_.offsets.empty() ? 0.0 : double{rows_.offsets[r]};
    const double logit = offset + coefficients.dot(x);
    sums.loss += weight * (Softplus(logit) - label * logit);
    if (sums.gradient.size() == 0) return;
    const double p = Sigmoid(logit);
    sums.gradient += weight * (p - label) * x;
    sums.hessian.selfadjointView<Eigen::Lower>().rankUpdate(x, weight * p * (1 - p));
  }

  const LogisticRows& rows_;
  std::size_t size_;
  double total_weight_ = 0;
  std::vector<double> mean_;
  std::vector<double> inverse_stddev_;
};

double Penalty(const Vector& coefficients, const LogisticOptions& options) {
  const double intercept = coefficients[0] * coefficients[0];
  return 0.5 * options.l2 * (coefficients.squaredNorm() - intercept) +
         0.5 * options.intercept_l2 * intercept;
}

// The Newton direction, or an error where the system has no finite solution.
absl::StatusOr<Vector> Direction(Problem::Sums sums, const Vector& coefficients,
                                 const LogisticOptions& options) {
  // A constant feature and a perfectly separated class leave a zero curvature; this much more does
  // not move any other solution.
  constexpr double kRidge = 1e-9;
  const double scale = std::max(1.0, sums.hessian.diagonal().maxCoeff());
  for (Eigen::Index f = 0; f < coefficients.size(); ++f) {
    const double l2 = f > 0 ? options.l2 : options.intercept_l2;
    sums.gradient[f] += l2 * coefficients[f];
    sums.hessian(f, f) += l2;
    sums.hessian(f, f) += kRidge * scale;
  }
  const Eigen::LLT<Matrix, Eigen::Lower> factor(sums.hessian);
  Vector step = factor.solve(-sums.gradient);
  if (factor.info() != Eigen::Success || !step.allFinite()) {
    return absl::InternalError("the logistic model's normal equations cannot be solved; raise l2");
  }
  return step;
}

}  // namespace

double Sigmoid(double x) {
  if (x >= 0) return 1.0 / (1.0 + std::exp(-x));
  const double e = std::exp(x);
  return e / (1.0 + e);
}

double LogisticView::Logit(std::span<const float> features) const {
  double logit = coefficients[0];
  for (std::size_t f = 0; f < features.size(); ++f) {
    logit += coefficients[f + 1] * double{features[f]};
  }
  return logit;
}

void LogisticView::Predict(std::span<const float> features, std::span<float> probabilities) const {
  const std::size_t width = num_features();
  for (std::size_t r = 0; r < probabilities.size(); ++r) {
    probabilities[r] = static_cast<float>(Sigmoid(Logit(features.subspan(r * width, width))));
  }
}

absl::StatusOr<LogisticModel> TrainLogistic(const LogisticRows& rows,
                                            const LogisticOptions& options) {
  TSUGI_RETURN_IF_ERROR(CheckOptions(options));
  TSUGI_RETURN_IF_ERROR(CheckRows(rows));
  const Problem problem(rows, options.standardise);
  Vector at = Vector::Zero(static_cast<Eigen::Index>(problem.size()));
  LogisticModel model;
  double objective = problem.Evaluate(at, false).loss;
  for (std::uint32_t i = 0; i < options.max_iterations; ++i) {
    TSUGI_ASSIGN_OR_RETURN(const Vector step, Direction(problem.Evaluate(at, true), at, options));
    // Halved until it gains: far from the optimum a full step may overshoot.
    double next = 0;
    Vector to;
    for (double length = 1.0; length > 1e-6; length /= 2) {
      to = at + length * step;
      next = problem.Evaluate(to, false).loss + Penalty(to, options);
      if (next <= objective) break;
    }
    model.iterations = i + 1;
    if (!(next <= objective)) break;  // no gain left within rounding
    const double gain = objective - next;
    objective = next;
    at = std::move(to);
    if (gain <= options.tolerance * (1.0 + objective)) break;
  }
  if (!at.allFinite() || !std::isfinite(objective)) {
    return absl::InternalError("the logistic model's iterations did not settle; raise l2");
  }
  model.log_loss = problem.Evaluate(at, false).loss / problem.total_weight();
  model.coefficients = problem.Raw(at);
  return model;
}

}  // namespace tsugi::models
