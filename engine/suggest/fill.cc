#include "engine/suggest/fill.h"

#include <algorithm>
#include <optional>
#include <string>

#include "engine/reasons/reasons.h"
#include "engine/reasons/values.h"
#include "engine/suggest/proration.h"

namespace tsugi {
namespace {

std::int64_t QuantityOf(const Context& context, const Candidate& candidate) {
  if (candidate.kind != OfferKind::kUpgrade || candidate.subscription != nullptr) return 1;
  for (const CartItem& item : context.cart) {  // as many as of what it replaces
    if (item.product.index == candidate.replaces.index) return item.quantity;
  }
  return 1;
}

Suggestion FillOne(const FactIndex& index, const Context& context, const DecidedOffer& decided) {
  const Candidate& candidate = decided.offer.candidate;
  const base::Micros at = base::ToMicros(context.at);
  Suggestion suggestion;
  suggestion.kind = candidate.kind;
  suggestion.product_id = index.product(candidate.product.index).id;
  suggestion.product_name = std::string(index.NameAsOf(candidate.product.index, at));
  suggestion.quantity = QuantityOf(context, candidate);
  if (candidate.replaces.known()) {
    suggestion.replaces_product_id = index.product(candidate.replaces.index).id;
  }
  if (candidate.subscription != nullptr) {
    suggestion.subscription_id = candidate.subscription->facts->id;
  }
  suggestion.moment = decided.moment.value_or(Moment::kPrePurchase);
  suggestion.rule_id = decided.rule_id;
  suggestion.probability = decided.offer.probability;
  suggestion.expected_value = decided.expected_value();
  suggestion.priority = decided.priority;
  suggestion.price = decided.price;
  suggestion.list_price = decided.offer.list_price;
  suggestion.discount_percent = decided.discount_percent;
  suggestion.coupon = decided.coupon;
  for (const ProductRef& content : candidate.contents) {
    suggestion.bundle_product_ids.push_back(index.product(content.index).id);
  }
  if (candidate.kind == OfferKind::kSubscribeAndSave) {
    suggestion.interval_days = candidate.interval_days;
  }
  suggestion.proration = Prorate(context, decided);
  suggestion.valid_until = decided.until;
  if (const Campaign* campaign = CampaignOf(decided); campaign != nullptr) {
    suggestion.campaign_id = campaign->id;
    suggestion.valid_until = std::min(decided.until.value_or(campaign->ends_at), campaign->ends_at);
  }
  std::optional<PlanChange> change;
  if (suggestion.proration.has_value()) {
    change = PlanChange{suggestion.proration->due_today, suggestion.proration->next_price,
                        suggestion.proration->next_renewal};
  }
  const PlanChange* const changed = change.has_value() ? &*change : nullptr;
  const auto lookup = [&](const ProductRef& product) {
    return ProductTexts{index.product(product.index).id, index.NameAsOf(product.index, at)};
  };
  suggestion.reasons = ReasonsFor(decided, context, LanguageOf(context.language), lookup, changed);
  if (context.outbound) {  // a representative speaks; a page shows the reasons
    suggestion.talking_points =
        TalkingPointsFor(decided, context, LanguageOf(context.language), lookup, changed);
  }
  return suggestion;
}

// The key of the policy that left nothing to anybody; empty: a rule decided.
const char* SuppressedBy(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOpenComplaint:
      return "suppress.open_complaint";
    case Outcome::kDetractor:
      return "suppress.detractor";
    case Outcome::kNoConsent:
      return "suppress.without_consent";
    case Outcome::kContactLimit:
      return "contact_policy.outbound";
    case Outcome::kControlGroup:
      return "contact_policy.control_group_percent";
    case Outcome::kOffered:
    case Outcome::kNoMomentOpen:
    case Outcome::kConditionsNotMet:
    case Outcome::kNoCandidate:
    case Outcome::kCoolingDown:
    case Outcome::kFiltered:
    case Outcome::kBelowMinimumValue:
    case Outcome::kOutranked:
      break;
  }
  return "";
}

Explanation Explain(const FactIndex& index, base::Micros at, const DecidedOffer& decided) {
  Explanation explanation;
  const ProductRef& replaces = decided.offer.candidate.replaces;
  explanation.product_name = std::string(index.NameAsOf(decided.offer.candidate.product.index, at));
  explanation.moment = decided.moment;
  if (replaces.known()) explanation.replaces_product_id = index.product(replaces.index).id;
  explanation.product_id = index.product(decided.offer.candidate.product.index).id;
  explanation.kind = decided.offer.candidate.kind;
  explanation.outcome = decided.outcome;
  explanation.rule_id = decided.rule_id.empty() ? SuppressedBy(decided.outcome) : decided.rule_id;
  explanation.until = decided.until;
  explanation.probability = decided.offer.probability;
  explanation.context_weight = decided.context_weight;
  explanation.value = decided.value;
  explanation.lever = decided.lever;
  explanation.priority = decided.priority;
  return explanation;
}

}  // namespace

Suggestions FillSuggestions(const FactIndex& index, const Context& context,
                            const Decision& decision, bool explain) {
  Suggestions answer;
  answer.decided_at = context.at;
  answer.suggestions.reserve(decision.offered.size());
  for (const DecidedOffer& decided : decision.offered) {
    answer.suggestions.push_back(FillOne(index, context, decided));
  }
  if (decision.no_offer.has_value()) {
    answer.no_offer = decision.no_offer;
    answer.no_offer_text =
        NoOfferText(*decision.no_offer, LanguageOf(context.language), context.zone);
  }
  if (!explain) return answer;
  for (const auto* offers : {&decision.offered, &decision.withheld, &decision.dropped}) {
    for (const DecidedOffer& decided : *offers) {
      answer.explanation.push_back(Explain(index, base::ToMicros(context.at), decided));
    }
  }
  return answer;
}

}  // namespace tsugi
