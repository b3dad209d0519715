#include "engine/acceptance/acceptance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/scoring/complements.h"
#include "models/logistic.h"

namespace tsugi {

absl::Status CheckAcceptance(const ModelSet& models) {
  if (!models.behaviour.acceptance.has_value()) return absl::OkStatus();
  const AcceptanceModel& learned = *models.behaviour.acceptance;
  if (learned.feature_version == kAcceptanceVersion &&
      learned.coefficients.size() == kAcceptanceFeatureCount + 1) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("acceptance: the model was made for version ", learned.feature_version, " with ",
                   learned.coefficients.size(), " coefficients, this build has version ",
                   kAcceptanceVersion, " with ", kAcceptanceFeatureCount + 1, "; train again"));
}

void ApplyAcceptance(const BoundModel& model, const FactIndex& index, const Context& context,
                     std::span<ScoredOffer> offers) {
  const std::optional<AcceptanceModel>& acceptance = model.models().behaviour.acceptance;
  if (!acceptance.has_value()) return;
  FillComplements(model, index, context, offers);
  const models::LogisticView view{acceptance->coefficients};
  const AcceptanceRows rows(context);
  std::array<float, kAcceptanceFeatureCount> row = {};
  for (ScoredOffer& offer : offers) {
    rows.Fill(offer, row);
    offer.probability = models::Sigmoid(PurchaseLogit(offer.probability) + view.Logit(row));
  }
}

}  // namespace tsugi
