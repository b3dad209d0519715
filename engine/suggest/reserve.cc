#include "engine/suggest/reserve.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/facts/predicates.h"
#include "engine/reasons/reasons.h"
#include "engine/reasons/texts.h"

namespace tsugi {
namespace {

absl::StatusOr<ReservedAnswer> Repeat(KeptAnswer kept, const SuggestRequest& request,
                                      const AnswerKeeping& keeping) {
  if (kept.request_print != keeping.request_print) {
    return absl::FailedPreconditionError(absl::StrCat(
        "request_id: ", request.request_id, " was used for a different request; use a new one"));
  }
  ReservedAnswer answer;
  answer.repeated = std::move(kept.answer);
  return answer;
}

Reservation ToReservation(const PolicyInForce& policy, const SuggestRequest& request,
                          const Suggestions& answer, const AnswerKeeping& keeping) {
  const ContactPolicy& contacts = policy.policy.contact_policy;
  Reservation reservation;
  reservation.recommendation_id = answer.recommendation_id;
  reservation.customer_id = request.customer_id;
  reservation.at = request.at;
  reservation.lapses_at = request.at + std::max(contacts.reservation, absl::Microseconds(1));
  reservation.offers = ToExposures(request, answer);
  reservation.request_id = request.request_id;
  reservation.request_print = keeping.request_print;
  if (!request.request_id.empty()) reservation.answer = keeping.encode(answer);
  if (contacts.outbound.has_value()) {
    reservation.limit = {contacts.outbound->max_contacts, contacts.outbound->per};
  }
  reservation.outbound_placements = policy.context.outbound_placements;
  return reservation;
}

// The ledger's word stands, whatever was decided.
void Refuse(const PolicyInForce& policy, const std::vector<CountedContact>& counted,
            const SuggestRequest& request, Suggestions& answer) {
  const auto& limit = policy.policy.contact_policy.outbound;
  answer.suggestions.clear();
  NoOffer no_offer;
  no_offer.reason = Outcome::kContactLimit;
  // One contact more may be made when so many have left the period that max_contacts - 1 remain.
  const auto allowed = static_cast<std::size_t>(std::max(limit->max_contacts, 0));
  if (allowed > 0 && counted.size() >= allowed) {
    no_offer.retry_at = counted[counted.size() - allowed].at + limit->per;
  }
  answer.no_offer = no_offer;
  answer.no_offer_text = NoOfferText(no_offer, LanguageOf(request.language), policy.context.zone);
}

}  // namespace

bool TakesContact(const PolicyInForce& policy, const SuggestRequest& request) {
  return !request.dry_run && !request.explain && !request.customer_id.empty() &&
         IsOutbound(request.placement, policy.context.outbound_placements);
}

absl::StatusOr<ReservedAnswer> SuggestAndReserve(const Engine& engine, Ledger& ledger,
                                                 const SuggestRequest& request,
                                                 const AnswerKeeping& keeping) {
  TSUGI_ASSIGN_OR_RETURN(const std::shared_ptr<const BoundModel> model,
                         engine.ModelOf(request.model_label));
  const std::shared_ptr<const PolicyInForce> policy = engine.policy();
  ReservedAnswer result;
  if (!TakesContact(*policy, request)) {
    TSUGI_ASSIGN_OR_RETURN(result.answer, engine.SuggestWith(*model, *policy, request));
    return result;
  }
  TSUGI_ASSIGN_OR_RETURN(std::optional<KeptAnswer> kept, ledger.FindAnswer(request.request_id));
  if (kept.has_value()) return Repeat(*std::move(kept), request, keeping);
  std::vector<CountedContact> counted;
  std::vector<PastContact> contacts;
  constexpr int kAttempts = 2;  // the second knows what the ledger counts
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    TSUGI_ASSIGN_OR_RETURN(result.answer, engine.SuggestWith(*model, *policy, request,
                                                             attempt == 0 ? nullptr : &contacts));
    if (result.answer.suggestions.empty()) {
      // A retry at the same moment may have taken the last contact with this very request.
      TSUGI_ASSIGN_OR_RETURN(kept, ledger.FindAnswer(request.request_id));
      if (kept.has_value()) return Repeat(*std::move(kept), request, keeping);
      return result;
    }
    TSUGI_ASSIGN_OR_RETURN(ReserveResult reserve,
                           ledger.Reserve(ToReservation(*policy, request, result.answer, keeping)));
    if (reserve.repeated.has_value()) {
      return Repeat(*std::move(reserve.repeated), request, keeping);
    }
    if (reserve.granted) {
      result.reserved = true;
      return result;
    }
    counted = std::move(reserve.counted);
    contacts.clear();
    for (const CountedContact& contact : counted)
      contacts.push_back({contact.at, contact.confirmed});
  }
  Refuse(*policy, counted, request, result.answer);
  return result;
}

}  // namespace tsugi
