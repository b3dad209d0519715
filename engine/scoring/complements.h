// Whether a product completes another where the catalogue does not say so: what orders hold of
// both, against what chance would, and which of them is the dearer. A case completes a telephone
// and not the other way round, and orders that hold both do not say which is which; prices mostly
// do. Of a consumable the orders count in which a customer's habit of it began, beside durable
// goods: the others are of people who have the machine long since.
//
// Thread safety: pure functions. REQUIRES the read lock of the index.
#ifndef TSUGI_ENGINE_SCORING_COMPLEMENTS_H_
#define TSUGI_ENGINE_SCORING_COMPLEMENTS_H_

#include <span>

#include "base/decimal.h"
#include "engine/candidates/bound_model.h"
#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// Of pairs that the catalogue says nothing of one in twenty goes together, of those it states all
// but one in twenty; and orders with both are then kComplementLift times as many as by chance:
// judgement.
inline constexpr double kUnstatedPriorLogit = -3;
inline constexpr double kStatedPriorLogit = 3;
inline constexpr double kComplementLift = 6;

// Chance in (0, 1) that two products go together, of which `together` orders hold both and
// `by_chance` would if one had nothing to do with the other: by Bayes, the count being a Poisson
// variable.
double GoesTogether(double prior_logit, double together, double by_chance);

// How sure it is that the product is what completes and not what is completed: half at a third less
// than the base's price, nearly certain at half of it. 0 where a price is not known.
double IsTheCheaper(base::Decimal price, base::Decimal base_price);

// Fills completes_cart and completes_base of offers whose behaviour (behaviour.h) is filled.
void FillComplements(const BoundModel& model, const FactIndex& index, const Context& context,
                     std::span<ScoredOffer> offers);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SCORING_COMPLEMENTS_H_
