#include "engine/scoring/scoring.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/features/features.h"

namespace tsugi {
namespace {

base::Decimal Times(base::Decimal price, double factor) {
  return base::Decimal::FromMicros(
      std::llround(std::clamp(static_cast<double>(price.micros()) * factor, -9e18, 9e18)));
}

base::Decimal Times(base::Decimal price, std::int64_t factor) {
  constexpr std::int64_t kExact = 1'000'000;
  if (factor < kExact && price.micros() < 9'000'000'000'000) {
    return base::Decimal::FromMicros(price.micros() * factor);
  }
  return Times(price, static_cast<double>(factor));
}

bool IsRecurring(const Product* product) {
  return product != nullptr &&
         (product->kind == ProductKind::kPlan || product->kind == ProductKind::kAddOn);
}

// A seat's price as the subscription has it, else the plan's own.
std::optional<base::Decimal> SeatPrice(const FactIndex& index, const SubscriptionState& state,
                                       base::Micros at) {
  if (state.facts->unit_price.has_value()) return state.facts->unit_price;
  return index.PriceAsOf(state.plan.index, at);
}

void PriceReplaced(const FactIndex& index, const Context& context, base::Micros at,
                   ScoredOffer& offer) {
  const Candidate& candidate = offer.candidate;
  const Product* replaced = candidate.replaces.facts;
  if (replaced != nullptr) offer.replaced_cost = replaced->unit_cost;
  if (candidate.subscription != nullptr) {
    const SubscriptionState& state = *candidate.subscription;
    const std::int64_t seats = state.facts->seats;
    offer.replaced_price = Times(SeatPrice(index, state, at).value_or(base::Decimal()), seats);
    if (offer.replaced_cost) offer.replaced_cost = Times(*offer.replaced_cost, seats);
  } else {
    offer.replaced_price = index.PriceAsOf(candidate.replaces.index, at).value_or(base::Decimal());
    for (const CartItem& item : context.cart) {
      if (item.product.index == candidate.replaces.index && item.unit_price.has_value()) {
        offer.replaced_price = *item.unit_price;
      }
    }
  }
  // Plans of one family may be billed yearly and monthly: compare over the offer's period.
  if (offer.billing_months > 0 && replaced != nullptr &&
      replaced->billing_months != offer.billing_months) {
    const double periods = static_cast<double>(offer.billing_months) / replaced->billing_months;
    offer.replaced_price = Times(offer.replaced_price, periods);
    if (offer.replaced_cost) offer.replaced_cost = Times(*offer.replaced_cost, periods);
  }
}

void FillPrices(const FactIndex& index, const Context& context, base::Micros at,
                ScoredOffer& offer) {
  const Candidate& candidate = offer.candidate;
  const Product* product = candidate.product.facts;
  offer.list_price = index.PriceAsOf(candidate.product.index, at).value_or(base::Decimal());
  if (product != nullptr) offer.unit_cost = product->unit_cost;
  if (IsRecurring(product)) offer.billing_months = product->billing_months;
  const bool of_seats =
      candidate.kind == OfferKind::kUpgrade || candidate.kind == OfferKind::kTrialConversion;
  if (of_seats && candidate.subscription != nullptr) {
    const SubscriptionState& state = *candidate.subscription;
    if (candidate.kind == OfferKind::kTrialConversion) {
      offer.list_price = SeatPrice(index, state, at).value_or(base::Decimal());
    }
    offer.list_price = Times(offer.list_price, state.facts->seats);
    if (offer.unit_cost) offer.unit_cost = Times(*offer.unit_cost, state.facts->seats);
  }
  if (candidate.replaces.known()) PriceReplaced(index, context, at, offer);
}

bool ByPrior(const Candidate& candidate) {
  return candidate.subscription != nullptr || candidate.kind == OfferKind::kUpgrade;
}

}  // namespace

absl::Status CheckScorable(const ModelSet& models) {
  if (!models.ranker.has_value()) return absl::OkStatus();
  return models.ranker->Fits(static_cast<std::uint32_t>(kFeatureCount), kFeatureVersion);
}

double FallbackProbability(const SourceScores& scores) {
  const auto chance = [](float score, double share) {
    return 1 - std::clamp(static_cast<double>(score), 0.0, 1.0) * share;
  };
  return 1 - chance(scores.popularity, 1) * chance(scores.confidence, 0.25) *
                 chance(scores.item_regression, 0.5) *
                 chance(scores.item_regression_history, 0.125);
}

std::vector<ScoredOffer> Score(const BoundModel& model, const FactIndex& index,
                               const Context& context, const ScoringOptions& options,
                               std::vector<Candidate> candidates) {
  thread_local std::vector<float> features;
  thread_local std::vector<float> probabilities;
  const std::optional<models::RankerView>& ranker = model.models().ranker;
  if (ranker.has_value()) {
    features.resize(candidates.size() * kFeatureCount);
    probabilities.resize(candidates.size());
    FillFeatures(index, context, candidates, features);
    ranker->Predict(features, probabilities);
  }
  const base::Micros at = base::ToMicros(context.at);
  std::vector<ScoredOffer> offers;
  offers.reserve(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    ScoredOffer& offer = offers.emplace_back();
    offer.candidate = std::move(candidates[i]);
    FillPrices(index, context, at, offer);
    if (ByPrior(offer.candidate)) {
      offer.probability = PriorProbability(options.prior, context, offer);
    } else if (ranker.has_value()) {
      offer.probability = probabilities[i];
    } else {
      offer.probability = FallbackProbability(offer.candidate.scores);
    }
  }
  return offers;
}

}  // namespace tsugi
