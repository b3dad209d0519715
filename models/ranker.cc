#include "models/ranker.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tsugi::models {

void RankerView::Predict(std::span<const float> features, std::span<float> probabilities) const {
  switch (kind) {
    case RankerKind::kLogistic:
      LogisticView{coefficients}.Predict(features, probabilities);
      return;
  }
}

absl::Status RankerView::Fits(std::uint32_t features, std::uint32_t version) const {
  if (kind != RankerKind::kLogistic) {
    return absl::FailedPreconditionError(
        absl::StrCat("ranker: kind ", static_cast<std::uint32_t>(kind), " is not known"));
  }
  if (num_features != features || feature_version != version) {
    return absl::FailedPreconditionError(
        absl::StrCat("ranker: made for ", num_features, " features of version ", feature_version,
                     ", not ", features, " of version ", version, "; train again"));
  }
  if (coefficients.size() != std::size_t{num_features} + 1) {
    return absl::FailedPreconditionError(absl::StrCat(
        "ranker: ", coefficients.size(), " coefficients for ", num_features, " features"));
  }
  return absl::OkStatus();
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
