// Candidates that the catalogue knows without a model: ladders, trials, add-ons, complements.
#ifndef TSUGI_ENGINE_CANDIDATES_CATALOG_SOURCES_H_
#define TSUGI_ENGINE_CANDIDATES_CATALOG_SOURCES_H_

#include <utility>
#include <vector>

#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// Products of `base`'s family and kind on a higher tier that can be sold and are neither in the
// cart nor owned; in no meaningful order.
void FindHigherTiers(const FactIndex& index, const Context& context, ProductIndex base,
                     std::vector<ProductRef>& out);

// Higher tiers of each active subscription's plan; conversions of trials; add-ons for subscribers.
void CollectForSubscriptions(const FactIndex& index, const Context& context,
                             std::vector<Candidate>& out);

// Higher tiers of what is in the cart or viewed. Where a product is above several of them it
// replaces the highest.
void CollectBetterModels(const FactIndex& index, const Context& context,
                         std::vector<Candidate>& out);

// Products that complete a cart or viewed product by the catalogue, with the one completed; no
// product twice, by product index.
void FindComplements(const FactIndex& index, const Context& context,
                     std::vector<std::pair<ProductIndex, ProductRef>>& out);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_CANDIDATES_CATALOG_SOURCES_H_
