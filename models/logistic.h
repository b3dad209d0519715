// Logistic regression on dense features: Newton's method (iteratively reweighted least squares)
// with a ridge penalty on standardised coefficients, row weights, and an unpenalised intercept.
//
// Features are standardised inside (weighted mean 0, variance 1; a constant feature gets
// coefficient 0) and the coefficients are given back on the scale of the raw features:
//   P(label = 1 | x) = 1 / (1 + exp(-(c[0] + c[1] x[0] + ... + c[n] x[n - 1])))
// With `standardise` off the penalty is on the raw coefficients, so that l2 is the precision of a
// normal prior around 0; with `offsets` (logits) it is a prior around what was known before.
//
// Thread safety: models and views are immutable.
#ifndef TSUGI_MODELS_LOGISTIC_H_
#define TSUGI_MODELS_LOGISTIC_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

namespace tsugi::models {

struct LogisticOptions {
  double l2 = 1.0;                    // penalty l2/2 * |standardised coefficients|^2, >= 0
  bool standardise = true;            // off: the penalty is on the raw coefficients
  double intercept_l2 = 0;            // the same for the intercept (of the mean row), >= 0
  std::uint32_t max_iterations = 50;  // >= 1
  double tolerance = 1e-8;            // on the relative gain of the penalised log likelihood, > 0
};

// Rows to learn from; equal numbers of each.
struct LogisticRows {
  std::span<const float> features = {};  // rows x num_features, row-major, finite
  std::size_t num_features = 0;
  std::span<const float> labels = {};   // in [0, 1]; 0 and 1 as a rule
  std::span<const float> weights = {};  // >= 0; empty: 1
  std::span<const float> offsets = {};  // added to the logit, finite; empty: 0
};

struct LogisticView {
  std::span<const double> coefficients;  // intercept first, then one a feature

  std::size_t num_features() const { return coefficients.empty() ? 0 : coefficients.size() - 1; }
  double Logit(std::span<const float> features) const;
  // probabilities[r] for row-major features of probabilities.size() rows.
  void Predict(std::span<const float> features, std::span<float> probabilities) const;
};

struct LogisticModel {
  std::vector<double> coefficients;
  std::uint32_t iterations = 0;
  double log_loss = 0;  // mean over the training rows, natural logarithm

  LogisticView View() const { return {coefficients}; }
};

// Errors: INVALID_ARGUMENT for rows or options out of range or with no weight; INTERNAL where the
// normal equations cannot be solved or the iterations do not settle.
absl::StatusOr<LogisticModel> TrainLogistic(const LogisticRows& rows,
                                            const LogisticOptions& options);

// 1 / (1 + exp(-x)), without overflow.
double Sigmoid(double x);

// Its inverse, ln(p / (1 - p)), of a p in (0, 1).
inline double Logit(double p) { return std::log(p / (1 - p)); }

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_LOGISTIC_H_
