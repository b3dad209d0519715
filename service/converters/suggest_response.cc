#include "service/converters/suggest_response.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "proto/tsugi/v1/suggestion.pb.h"
#include "service/converters/values.h"

namespace tsugi {
namespace {

std::int32_t ToInt32(std::int64_t value) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(
      value, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

// Counts that play no part are 0 in the engine and unset in the message.
void FillEvidence(const Reason& reason, v1::Evidence* to) {
  const Evidence& from = reason.evidence;
  if (from.base_orders > 0) {
    to->set_orders_together(ToInt32(from.orders_together));
    to->set_base_orders(ToInt32(from.base_orders));
    to->set_support(from.support);
    to->set_confidence(from.confidence);
    to->set_lift(from.lift);
  }
  if (from.since.has_value()) FillTime(*from.since, to->mutable_since());
  to->set_segment(reason.segment);
  if (!reason.because_of_id.empty()) to->add_base_product_ids(reason.because_of_id);
}

void FillFigures(const Figures& from, const std::string& currency, v1::Evidence* to) {
  if (from.purchases.has_value()) to->set_purchases(ToInt32(*from.purchases));
  if (from.last_purchase_at.has_value()) {
    FillTime(*from.last_purchase_at, to->mutable_last_purchase_at());
  }
  if (from.interval_days.has_value()) to->set_interval_days(*from.interval_days);
  if (from.event_at.has_value()) FillTime(*from.event_at, to->mutable_event_at());
  if (from.usage_share.has_value()) to->set_usage_share(*from.usage_share);
  if (from.nps.has_value()) to->set_nps(*from.nps);
  if (from.csat.has_value()) to->set_csat(*from.csat);
  if (from.price_difference.has_value()) {
    FillMoney(*from.price_difference, currency, to->mutable_price_difference());
  }
  if (from.saving.has_value()) FillMoney(*from.saving, currency, to->mutable_saving());
  if (from.current_usage_limit.has_value()) {
    to->set_current_usage_limit(*from.current_usage_limit);
  }
  if (from.suggested_usage_limit.has_value()) {
    to->set_suggested_usage_limit(*from.suggested_usage_limit);
  }
}

void FillProration(const Proration& from, const std::string& currency, absl::Time decided_at,
                   v1::Proration* to) {
  FillMoney(from.due_today, currency, to->mutable_amount_due_today());
  FillMoney(from.credit, currency, to->mutable_unused_credit());
  FillMoney(from.next_price, currency, to->mutable_next_renewal_price());
  FillTime(decided_at, to->mutable_effective_at());
  if (from.next_renewal.has_value()) FillTime(*from.next_renewal, to->mutable_period_end());
}

v1::Outcome ToProto(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOffered:
      return v1::OUTCOME_SUGGESTED;
    case Outcome::kOpenComplaint:
    case Outcome::kDetractor:
    case Outcome::kNoConsent:
      return v1::OUTCOME_SUPPRESSED;
    case Outcome::kNoMomentOpen:
      return v1::OUTCOME_NO_MOMENT_OPEN;
    case Outcome::kConditionsNotMet:
      return v1::OUTCOME_CONDITIONS_NOT_MET;
    case Outcome::kContactLimit:
      return v1::OUTCOME_CONTACT_LIMIT;
    case Outcome::kNoCandidate:
      return v1::OUTCOME_UNSELLABLE;
    case Outcome::kCoolingDown:
      return v1::OUTCOME_COOLING_DOWN;
    case Outcome::kFiltered:
      return v1::OUTCOME_FILTERED;
    case Outcome::kBelowMinimumValue:
      return v1::OUTCOME_BELOW_MINIMUM_VALUE;
    case Outcome::kControlGroup:
      return v1::OUTCOME_CONTROL_GROUP;
    case Outcome::kOutranked:
      return v1::OUTCOME_OUTRANKED;
  }
  return v1::OUTCOME_UNSPECIFIED;
}

// Outcome's suppressions and limits stand in the order of NoOfferReason, which has "unspecified"
// where Outcome has "offered".
v1::NoOfferReason ToReason(Outcome outcome) {
  static_assert(static_cast<int>(Outcome::kOpenComplaint) ==
                static_cast<int>(v1::NO_OFFER_REASON_OPEN_COMPLAINT));
  static_assert(static_cast<int>(Outcome::kContactLimit) ==
                static_cast<int>(v1::NO_OFFER_REASON_CONTACT_LIMIT));
  static_assert(static_cast<int>(Outcome::kControlGroup) ==
                static_cast<int>(v1::NO_OFFER_REASON_CONTROL_GROUP));
  return static_cast<v1::NoOfferReason>(outcome);
}

void FillExplanation(const Explanation& from, v1::Explanation* to) {
  to->set_product_id(from.product_id);
  to->set_offer_kind(static_cast<v1::OfferKind>(EnumNumber(from.kind)));
  to->set_outcome(ToProto(from.outcome));
  to->set_rule_id(from.rule_id);
  if (from.until.has_value()) FillTime(*from.until, to->mutable_until());
  to->set_product_name(from.product_name);
  if (from.moment.has_value()) to->set_moment(static_cast<v1::Moment>(EnumNumber(*from.moment)));
  to->set_replaces_product_id(from.replaces_product_id);
  v1::Factors* factors = to->mutable_factors();
  factors->set_probability(from.probability);
  factors->set_context_weight(from.context_weight);
  factors->set_value(from.value);
  factors->set_lever(from.lever);
  factors->set_priority(from.priority);
}

void FillTerms(const Suggestion& from, const std::string& currency, absl::Time decided_at,
               v1::Suggestion* to) {
  if (from.list_price > base::Decimal()) {  // else the catalogue knows no price
    FillMoney(from.price, currency, to->mutable_price());
    FillMoney(from.list_price, currency, to->mutable_list_price());
  }
  to->set_discount_percent(from.discount_percent);
  if (from.proration.has_value()) {
    FillProration(*from.proration, currency, decided_at, to->mutable_proration());
  }
  if (from.valid_until.has_value()) FillTime(*from.valid_until, to->mutable_valid_until());
}

}  // namespace

void FillSuggestion(const Suggestion& from, const std::string& currency, absl::Time decided_at,
                    v1::Suggestion* to) {
  to->set_offer_kind(static_cast<v1::OfferKind>(EnumNumber(from.kind)));
  to->set_product_id(from.product_id);
  to->set_product_name(from.product_name);
  to->set_quantity(ToInt32(from.quantity));
  to->set_replaces_product_id(from.replaces_product_id);
  to->set_subscription_id(from.subscription_id);
  for (const std::string& id : from.bundle_product_ids) to->add_bundle_product_ids(id);
  to->set_interval_days(from.interval_days);
  to->set_campaign_id(from.campaign_id);
  to->set_coupon(from.coupon);
  to->set_moment(static_cast<v1::Moment>(EnumNumber(from.moment)));
  to->set_rule_id(from.rule_id);
  to->set_probability(from.probability);
  FillMoney(base::Decimal::FromDouble(from.expected_value), currency, to->mutable_expected_value());
  to->set_priority(from.priority);
  FillTerms(from, currency, decided_at, to);
  for (const Reason& reason : from.reasons) {
    v1::Reason* filled = to->add_reasons();
    filled->set_code(reason.code);
    filled->set_text(reason.text);
    FillEvidence(reason, filled->mutable_evidence());
    FillFigures(reason.figures, currency, filled->mutable_evidence());
  }
  for (const std::string& point : from.talking_points) to->add_talking_points(point);
}

void FillNoOffer(const NoOffer& from, const std::string& text, v1::NoOffer* to) {
  to->set_reason(ToReason(from.reason));
  to->set_text(text);
  if (from.retry_at.has_value()) FillTime(*from.retry_at, to->mutable_retry_at());
}

void FillResponse(const Suggestions& from, const std::string& currency,
                  v1::GetSuggestionsResponse* to) {
  to->set_recommendation_id(from.recommendation_id);
  to->set_model_version(from.model_version);
  FillTime(from.decided_at, to->mutable_decided_at());
  for (const Suggestion& suggestion : from.suggestions) {
    FillSuggestion(suggestion, currency, from.decided_at, to->add_suggestions());
  }
  if (from.no_offer.has_value()) {
    FillNoOffer(*from.no_offer, from.no_offer_text, to->mutable_no_offer());
  }
  for (const Explanation& explanation : from.explanation) {
    FillExplanation(explanation, to->add_explanation());
  }
}

}  // namespace tsugi
