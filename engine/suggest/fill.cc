#include "engine/suggest/fill.h"

#include <string>

#include "engine/reasons/reasons.h"
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
  suggestion.proration = Prorate(context, decided);
  suggestion.valid_until = decided.until;
  const auto lookup = [&](const ProductRef& product) {
    return ProductTexts{index.product(product.index).id, index.NameAsOf(product.index, at)};
  };
  suggestion.reasons = ReasonsFor(decided, context, LanguageOf(context.language), lookup);
  if (context.outbound) {  // a representative speaks; a page shows the reasons
    suggestion.talking_points =
        TalkingPointsFor(decided, context, LanguageOf(context.language), lookup);
  }
  return suggestion;
}

Explanation Explain(const FactIndex& index, const DecidedOffer& decided) {
  Explanation explanation;
  explanation.product_id = index.product(decided.offer.candidate.product.index).id;
  explanation.kind = decided.offer.candidate.kind;
  explanation.outcome = decided.outcome;
  explanation.rule_id = decided.rule_id;
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
  for (const auto* offers : {&decision.offered, &decision.dropped}) {
    for (const DecidedOffer& decided : *offers) {
      answer.explanation.push_back(Explain(index, decided));
    }
  }
  return answer;
}

}  // namespace tsugi
