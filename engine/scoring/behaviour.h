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

// Fills expected_life_days, repeats_per_year and habit_goes_on. A consumable brings purchases after
// it only where the customer is not known to buy it, or another of its category, already: those
// would be made anyway. So much of his history is looked at: the newest kHabitLines lines.
inline constexpr std::size_t kHabitLines = 64;
void FillBehaviour(const BoundModel& model, const FactIndex& index, const Context& context,
                   std::span<ScoredOffer> offers);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SCORING_BEHAVIOUR_H_
