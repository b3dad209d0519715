// What was learned of how customers behave (engine/snapshot/behaviour.h), put into offers: how
// likely an upgrade is taken and a trial converted, how long a contract will last, which purchases
// follow the first of a consumable.
//
// Thread safety: free functions. REQUIRES the read lock of the index.
#ifndef TSUGI_ENGINE_SCORING_BEHAVIOUR_H_
#define TSUGI_ENGINE_SCORING_BEHAVIOUR_H_

#include <span>

#include "engine/candidates/bound_model.h"
#include "engine/offers/offer.h"
#include "engine/propensity/subscription_prior.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// P of an offer about a subscription, or of an upgrade: the prior, its logit shifted by what was
// learned; of a trial's conversion, where learned, what its risk leaves (propensity/risk.h).
double SubscriptionProbability(const Behaviour& behaviour, const SubscriptionPrior& prior,
                               const FactIndex& index, const Context& context,
                               const ScoredOffer& offer);

// Fills what follows an offer and what would have come without it: expected_life_days,
// repeats_per_year, habit_phase, habit_due, habit_alive, habit_goes_on, bought_anyway,
// unasked_per_year and days_since_base. A consumable brings purchases after it as
// far as the customer does not buy it any more, or never did; where he buys another of its
// category, only the share that does not take that one's place (Behaviour::habit_replaced).
void FillBehaviour(const BoundModel& model, const FactIndex& index, const Context& context,
                   std::span<ScoredOffer> offers);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SCORING_BEHAVIOUR_H_
