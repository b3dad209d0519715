#include "engine/propensity/subscription_prior.h"

#include <algorithm>
#include <cmath>

#include "engine/state/subscriptions.h"
#include "models/logistic.h"

namespace tsugi {
namespace {

double BaseRate(const SubscriptionPrior& prior, const Candidate& candidate) {
  switch (candidate.kind) {
    case OfferKind::kTrialConversion:
      return prior.trial_conversion;
    case OfferKind::kUpgrade:
      return candidate.subscription != nullptr ? prior.upgrade : prior.better_model;
    case OfferKind::kAddOn:
    case OfferKind::kCrossSell:
    case OfferKind::kBundle:
    case OfferKind::kSubscribeAndSave:
    case OfferKind::kPromotion:
      break;
  }
  return prior.add_on;
}

double Satisfaction(const SubscriptionPrior& prior, const Context& context) {
  double logit = 0;
  if (context.nps.has_value()) {
    if (context.nps->value >= 9) logit += prior.promoter;
    if (context.nps->value <= 6) logit += prior.detractor;
  }
  if (context.csat.has_value()) {
    if (context.csat->value >= 4) logit += prior.content;
    if (context.csat->value <= 2) logit += prior.discontent;
  }
  if (!context.open_complaints.empty()) logit += prior.complaint;
  return logit;
}

double Tenure(const SubscriptionPrior& prior, const Context& context, OfferKind kind) {
  if (!context.since.has_value()) return 0;
  const absl::Duration tenure = context.at - *context.since;
  if (tenure >= absl::Hours(24 * 180)) return prior.tenure_long;
  const bool trial = kind == OfferKind::kTrialConversion;
  return tenure < absl::Hours(24 * 30) && !trial ? prior.tenure_short : 0;
}

double Usage(const SubscriptionPrior& prior, const SubscriptionState* subscription) {
  if (subscription == nullptr) return 0;
  const std::optional<double> share = UsageShare(*subscription);
  return share.has_value() ? prior.usage_slope * (std::clamp(*share, 0.0, 1.2) - 0.5) : 0;
}

double Step(const SubscriptionPrior& prior, const ScoredOffer& offer) {
  double logit = 0;
  const Product* higher = offer.candidate.product.facts;
  const Product* lower = offer.candidate.replaces.facts;
  if (higher != nullptr && lower != nullptr && higher->tier.has_value() &&
      lower->tier.has_value()) {
    logit += prior.tier_beyond * std::max(0, *higher->tier - *lower->tier - 1);
  }
  const double before = offer.replaced_price.ToDouble();
  const double after = offer.list_price.ToDouble();
  if (before > 0 && after > 0) {
    logit += prior.price_doubling * std::clamp(std::log2(after / before), -2.0, 4.0);
  }
  return logit;
}

}  // namespace

double PriorLogit(const SubscriptionPrior& prior, const Context& context,
                  const ScoredOffer& offer) {
  const Candidate& candidate = offer.candidate;
  return models::Logit(BaseRate(prior, candidate)) + Satisfaction(prior, context) +
         Tenure(prior, context, candidate.kind) + Usage(prior, candidate.subscription) +
         Step(prior, offer);
}

double PriorProbability(const SubscriptionPrior& prior, const Context& context,
                        const ScoredOffer& offer) {
  return models::Sigmoid(PriorLogit(prior, context, offer));
}

}  // namespace tsugi
