// The ranker: from the features of a candidate to the probability that it is bought.
//
// Callers hold a RankerView and know nothing of what is inside. Today that is a logistic model; a
// boosted-tree model takes its place as a second RankerKind with arrays of its own (nodes, leaf
// values) beside `coefficients`, and callers stay as they are: the same features in the same order
// go in, calibrated probabilities come out.
//
// A caller with a fixed set of features names it by `feature_version`; a snapshot written with
// another set must not be served, see Fits().
//
// Thread safety: models and views are immutable.
#ifndef TSUGI_MODELS_RANKER_H_
#define TSUGI_MODELS_RANKER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "models/logistic.h"

namespace tsugi::models {

enum class RankerKind : std::uint32_t { kLogistic = 0 };

struct RankerOptions {
  LogisticOptions logistic = {};
  std::uint32_t feature_version = 0;  // the caller's name for its set of features
};

struct RankerView {
  RankerKind kind = RankerKind::kLogistic;
  std::uint32_t num_features = 0;
  std::uint32_t feature_version = 0;
  std::span<const double> coefficients;  // of the logistic model, intercept first

  // probabilities.size() rows of features, row-major. REQUIRES: sizes that fit.
  void Predict(std::span<const float> features, std::span<float> probabilities) const;

  // OK if the arrays are whole and made for these features. Errors: FAILED_PRECONDITION.
  absl::Status Fits(std::uint32_t features, std::uint32_t version) const;
};

struct RankerModel {
  RankerKind kind = RankerKind::kLogistic;
  std::uint32_t num_features = 0;
  std::uint32_t feature_version = 0;
  std::vector<double> coefficients;
  double log_loss = 0;  // on the training rows

  RankerView View() const { return {kind, num_features, feature_version, coefficients}; }
};

absl::StatusOr<RankerModel> TrainRanker(const LogisticRows& rows, const RankerOptions& options);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_RANKER_H_
