// How likely the other forms of offer are taken: documented priors, until acceptance is learned.
// Everything assumed stands in this struct; the sizes are judgement.
//
//   BUNDLE              who takes a set wants all of it that is missing: the least P of the missing
//                       products, its logit moved by the price advantage. A set whose missing
//                       products nobody knows anything about has probability 0.
//   SUBSCRIBE_AND_SAVE  the logit of a base rate, moved by how regular the customer's rhythm is:
//                       regularity = n / (n + 2) x 1 / (1 + 2 d), where n is the number of
//                       intervals seen and d the mean distance of the intervals from their median,
//                       as a share of it. 0.5 moves nothing.
//   CROSS_SELL of a lost deal's plan   a base rate of its own, or that of the cheaper tier.
//   PROMOTION           no prior: the P of its product.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_SCORING_KIND_PRIOR_H_
#define TSUGI_ENGINE_SCORING_KIND_PRIOR_H_

#include <span>

#include "engine/offers/offer.h"
#include "engine/state/context.h"

namespace tsugi {

struct KindPrior {
  double bundle_advantage = 4.0;     // logit, times the share of the single prices saved
  double subscribe_and_save = 0.06;  // of a consumable bought with a regularity of 0.5
  double regularity = 3.0;           // logit, times (regularity - 0.5)
  double lost_plan = 0.03;           // the plan of a lost deal
  double lost_cheaper_plan = 0.04;   // a cheaper tier of it
};

// `missing`: P of each product of the set that is neither in the cart nor owned; `advantage`: the
// share of the single prices saved, in [0, 1). REQUIRES: none above 1.
double BundleProbability(const KindPrior& prior, std::span<const double> missing, double advantage);

// In [0, 1]; 0 where the context has no rhythm of the product.
double Regularity(const Context& context, ProductIndex product);

double SubscribeProbability(const KindPrior& prior, const Context& context,
                            const Candidate& candidate);

// Whether the candidate is about a lost deal, and P of it.
bool IsLostDeal(const Candidate& candidate);
double LostDealProbability(const KindPrior& prior, const Candidate& candidate);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SCORING_KIND_PRIOR_H_
