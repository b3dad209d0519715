// Whether a product completes another where the catalogue does not say so: what orders hold of
// both, against what chance would, and which of them is the dearer. A case completes a telephone
// and not the other way round, and orders that hold both do not say which is which; prices mostly
// do. Of a consumable the orders count in which a customer's habit of it began, beside durable
// goods: the others are of people who have the machine long since.
//
// Thread safety: pure functions. REQUIRES the read lock of the index.
#ifndef TSUGI_ENGINE_SCORING_COMPLEMENTS_H_
#define TSUGI_ENGINE_SCORING_COMPLEMENTS_H_

#include "base/decimal.h"
#include "engine/candidates/bound_model.h"
#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// One pair in twenty, and orders with both kComplementLift times as many as by chance: judgement.
inline constexpr double kComplementPriorLogit = -3;
inline constexpr double kComplementLift = 6;

// Chance that a product at `price` completes a base at `base_price`, in [0, 1), of which `together`
// orders hold both and `by_chance` would if one had nothing to do with the other: by Bayes, the
// count being a Poisson variable, times how sure it is that the product is the cheaper one (half at
// a third off, nearly certain at half the price). 0 where nothing was counted or a price is
// unknown.
double ComplementProbability(double together, double by_chance, base::Decimal price,
                             base::Decimal base_price);

// Fills completes_cart and completes_base.
void FillCompletes(const BoundModel& model, const FactIndex& index, const Context& context,
                   ScoredOffer& offer);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SCORING_COMPLEMENTS_H_
