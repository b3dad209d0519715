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

// Fills expected_life_days, repeats_per_year, habit_goes_on, habit_alive and bought_anyway. A
// consumable brings purchases after it as far as the customer does not buy it any more, or never
// did; where he buys another of its category, only the share that does not take that one's place
// (Behaviour::habit_replaced). So much of his history is looked at: the newest kHabitLines lines.
inline constexpr std::size_t kHabitLines = 64;

// How much is left of the chance that a habit goes on, `phase` usual intervals after the last
// purchase: all of it up to the first, then by Bayes, where a habit goes on from one purchase to
// the next with chance `goes_on`, in [0, 1), and one that does is still waiting with chance S =
// exp(-(phase - 1) / kOverdueScale): S / (goes_on x S + 1 - goes_on). The scale is judgement: one
// regular buyer in twelve is a whole interval late.
inline constexpr double kOverdueScale = 0.4;
double HabitAlive(double phase, double goes_on);

void FillBehaviour(const BoundModel& model, const FactIndex& index, const Context& context,
                   std::span<ScoredOffer> offers);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SCORING_BEHAVIOUR_H_
