// The ranker: from the features of a candidate to the probability that it is bought.
//
// Callers hold a RankerView and know nothing of what is inside: a logistic model, or boosted trees
// (ranker/boosting.h) whose sums become probabilities of a choice among the candidates and none of
// them, calibrated on orders that the trees have not seen:
//   p = exp(s) / (1 + sum of exp(s) over the candidates),  P = sigmoid(c[0] + c[1] logit(p))
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
#include "models/ranker/trees.h"

namespace tsugi::models {

enum class RankerKind : std::uint32_t { kLogistic = 0, kBoostedTrees = 1 };

struct RankerOptions {
  LogisticOptions logistic = {};
  std::uint32_t feature_version = 0;  // the caller's name for its set of features
};

struct RankerView {
  RankerKind kind = RankerKind::kLogistic;
  std::uint32_t num_features = 0;
  std::uint32_t feature_version = 0;
  // Of the logistic model, intercept first; of trees the two of the calibration.
  std::span<const double> coefficients;
  TreesView trees;

  // The candidates of one request, probabilities.size() = columns.rows. REQUIRES: Fits().
  void Predict(const FeatureColumns& columns, std::span<float> probabilities) const;

  // OK if the arrays are whole and made for these features. Errors: FAILED_PRECONDITION.
  absl::Status Fits(std::uint32_t features, std::uint32_t version) const;
};

struct RankerModel {
  RankerKind kind = RankerKind::kLogistic;
  std::uint32_t num_features = 0;
  std::uint32_t feature_version = 0;
  std::vector<double> coefficients;
  TreesModel trees;
  double log_loss = 0;  // of a logistic model, on the training rows

  RankerView View() const {
    return {kind, num_features, feature_version, coefficients, trees.View()};
  }
};

absl::StatusOr<RankerModel> TrainRanker(const LogisticRows& rows, const RankerOptions& options);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_RANKER_H_
