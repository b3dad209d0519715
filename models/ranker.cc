#include "models/ranker.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "models/ranker/logits.h"

namespace tsugi::models {
namespace {

void PredictLogistic(std::span<const double> coefficients, const FeatureColumns& columns,
                     std::span<float> probabilities) {
  thread_local std::vector<double> logits;
  logits.resize(columns.stride);
  Logits(coefficients, columns, logits);
  Sigmoids(logits);
  for (std::size_t r = 0; r < columns.rows; ++r) probabilities[r] = static_cast<float>(logits[r]);
}

void PredictByTrees(const TreesView& trees, std::span<const double> calibration,
                    const FeatureColumns& columns, std::span<float> probabilities) {
  thread_local std::vector<float> sums;
  sums.resize(columns.stride);
  SumTrees(trees, columns, sums);
  double most = 0;  // the sum of "none of them"
  for (std::size_t r = 0; r < columns.rows; ++r) most = std::max(most, double{sums[r]});
  thread_local std::vector<double> chances;  // up to a common factor
  chances.resize(columns.rows);
  double total = std::exp(-most);
  for (std::size_t r = 0; r < columns.rows; ++r) {
    chances[r] = std::exp(double{sums[r]} - most);
    total += chances[r];
  }
  for (std::size_t r = 0; r < columns.rows; ++r) {
    const double rest = std::max(total - chances[r], 1e-12);
    const double logit = double{sums[r]} - most - std::log(rest);
    probabilities[r] = static_cast<float>(Sigmoid(calibration[0] + calibration[1] * logit));
  }
}

absl::Status CheckTrees(const TreesView& trees, std::uint32_t num_features) {
  if (trees.depth < 1 || trees.depth > kDeepestTree) {
    return absl::FailedPreconditionError(
        absl::StrCat("ranker: trees of depth ", trees.depth, ", not 1 to ", kDeepestTree));
  }
  const std::size_t inner = trees.inner_nodes() * trees.num_trees;
  if (trees.features.size() != inner || trees.thresholds.size() != inner ||
      trees.leaves.size() != trees.num_leaves() * trees.num_trees) {
    return absl::FailedPreconditionError(
        absl::StrCat("ranker: the arrays do not hold ", trees.num_trees, " trees"));
  }
  for (const std::uint32_t feature : trees.features) {
    if (feature >= num_features) {
      return absl::FailedPreconditionError(
          absl::StrCat("ranker: a tree asks for feature ", feature, " of ", num_features));
    }
  }
  return absl::OkStatus();
}

}  // namespace

void RankerView::Predict(const FeatureColumns& columns, std::span<float> probabilities) const {
  switch (kind) {
    case RankerKind::kLogistic:
      PredictLogistic(coefficients, columns, probabilities);
      return;
    case RankerKind::kBoostedTrees:
      PredictByTrees(trees, coefficients, columns, probabilities);
      return;
  }
}

absl::Status RankerView::Fits(std::uint32_t features, std::uint32_t version) const {
  if (kind != RankerKind::kLogistic && kind != RankerKind::kBoostedTrees) {
    return absl::FailedPreconditionError(
        absl::StrCat("ranker: kind ", static_cast<std::uint32_t>(kind), " is not known"));
  }
  if (num_features != features || feature_version != version) {
    return absl::FailedPreconditionError(
        absl::StrCat("ranker: made for ", num_features, " features of version ", feature_version,
                     ", not ", features, " of version ", version, "; train again"));
  }
  const std::size_t wanted =
      kind == RankerKind::kLogistic ? std::size_t{num_features} + 1 : std::size_t{2};
  if (coefficients.size() != wanted) {
    return absl::FailedPreconditionError(
        absl::StrCat("ranker: ", coefficients.size(), " coefficients instead of ", wanted));
  }
  return kind == RankerKind::kLogistic ? absl::OkStatus() : CheckTrees(trees, num_features);
}

absl::StatusOr<RankerModel> TrainRanker(const LogisticRows& rows, const RankerOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(LogisticModel logistic, TrainLogistic(rows, options.logistic));
  RankerModel model;
  model.num_features = static_cast<std::uint32_t>(rows.num_features);
  model.feature_version = options.feature_version;
  model.coefficients = std::move(logistic.coefficients);
  model.log_loss = logistic.log_loss;
  return model;
}

}  // namespace tsugi::models
