#include "engine/worklist/answer.h"

#include <array>
#include <utility>

#include "base/status_macros.h"

namespace tsugi {
namespace {

// Kinds of offers about a contract. Someone called about a trial's end is not sold a laptop.
constexpr std::array<OfferKind, 3> kOfContracts = {OfferKind::kUpgrade, OfferKind::kTrialConversion,
                                                   OfferKind::kAddOn};

// Why nothing is offered, as a representative would want it: that the offer for what comes up opens
// in a few days says more than that other moments are open and lead to nothing, or that what else
// might be offered is none of this list's.
absl::Status RefineNoOffer(const Engine& engine, const BoundModel& model,
                           const PolicyInForce& policy, Moment moment, SuggestRequest request,
                           Suggestions* answer) {
  if (!answer->no_offer.has_value()) return absl::OkStatus();
  const Outcome reason = answer->no_offer->reason;
  if (reason != Outcome::kFiltered && reason != Outcome::kNoCandidate &&
      reason != Outcome::kConditionsNotMet) {
    return absl::OkStatus();
  }
  request.moment = moment;
  TSUGI_ASSIGN_OR_RETURN(const Suggestions own, engine.SuggestWith(model, policy, request));
  if (!own.no_offer.has_value()) return absl::OkStatus();
  const bool opens =
      own.no_offer->reason == Outcome::kNoMomentOpen && own.no_offer->retry_at.has_value();
  if (opens || reason == Outcome::kFiltered) answer->no_offer = own.no_offer;
  return absl::OkStatus();
}

}  // namespace

SuggestRequest RequestFor(const WorklistQuery& query, const std::string& customer_id,
                          const std::string& subscription_id) {
  SuggestRequest request;
  request.customer_id = customer_id;
  request.subscription_id = subscription_id;
  request.at = query.at;
  request.placement = query.placement;
  request.language = query.language;
  request.nonce = query.nonce;
  request.filter.kinds.assign(kOfContracts.begin(), kOfContracts.end());
  return request;
}

absl::StatusOr<std::optional<Suggestions>> AnswerFor(const Engine& engine, const BoundModel& model,
                                                     const PolicyInForce& policy,
                                                     const SuggestRequest& request, Moment moment) {
  absl::StatusOr<Suggestions> answer = engine.SuggestWith(model, policy, request);
  if (absl::IsInvalidArgument(answer.status())) return std::nullopt;
  TSUGI_RETURN_IF_ERROR(answer.status());
  const absl::Status refined = RefineNoOffer(engine, model, policy, moment, request, &*answer);
  if (absl::IsInvalidArgument(refined)) return std::nullopt;
  TSUGI_RETURN_IF_ERROR(refined);
  return *std::move(answer);
}

}  // namespace tsugi
