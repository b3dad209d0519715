// How likely a subscriber takes an upgrade, a trial is converted or a better model is taken instead
// of the one in the cart: a documented prior. What is learned from transitions (transitions.h)
// shifts its logit, the more the more of them were seen. Everything assumed stands in this struct.
//
// The logit of a base rate, moved by what is known of the customer; unknown facts move nothing.
// The signs follow the field's rules (loyal, satisfied, heavy users upgrade; each step up the
// ladder and each doubling of the price is harder); the sizes are judgement.
#ifndef TSUGI_ENGINE_PROPENSITY_SUBSCRIPTION_PRIOR_H_
#define TSUGI_ENGINE_PROPENSITY_SUBSCRIPTION_PRIOR_H_

#include "engine/offers/offer.h"
#include "engine/state/context.h"

namespace tsugi {

struct SubscriptionPrior {
  double upgrade = 0.06;       // of a plan, to the next tier
  double better_model = 0.08;  // of what is in the cart or viewed, to the next tier
  double trial_conversion = 0.25;
  double add_on = 0.05;
  double tenure_long = 0.3;      // logit: customer for 180 days or more
  double tenure_short = -0.7;    // logit: for less than 30; not for trials
  double usage_slope = 1.5;      // logit, times (usage share - 0.5), the share cut to [0, 1.2]
  double promoter = 0.5;         // logit: NPS 9 or 10
  double detractor = -1.2;       // logit: NPS 0 to 6
  double content = 0.2;          // logit: CSAT 4 or 5
  double discontent = -0.5;      // logit: CSAT 1 or 2
  double complaint = -1.0;       // logit: one open or more
  double tier_beyond = -1.0;     // logit: each tier above the next
  double price_doubling = -0.4;  // logit: each doubling of the price replaced
};

// Its logit. REQUIRES: as below.
double PriorLogit(const SubscriptionPrior& prior, const Context& context, const ScoredOffer& offer);

// REQUIRES: an offer about a subscription or an UPGRADE, with prices filled in.
double PriorProbability(const SubscriptionPrior& prior, const Context& context,
                        const ScoredOffer& offer);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_PROPENSITY_SUBSCRIPTION_PRIOR_H_
