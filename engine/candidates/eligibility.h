// What may be offered to this customer at all, before any score.
#ifndef TSUGI_ENGINE_CANDIDATES_ELIGIBILITY_H_
#define TSUGI_ENGINE_CANDIDATES_ELIGIBILITY_H_

#include <optional>

#include "base/time.h"
#include "engine/facts/facts.h"
#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

bool InCart(const Context& context, ProductIndex product);
bool IsViewed(const Context& context, ProductIndex product);
bool IsOwned(const Context& context, ProductIndex product);

// Known at `at` and, where the catalogue knows it, active and in stock.
bool IsSellable(const FactIndex& index, ProductIndex product, base::Micros at);

// Passes the request's filter and exclusions, offered as `kind`.
bool IsWanted(const FactIndex& index, const Context& context, ProductIndex product, OfferKind kind);

// The active or trialing subscription asked for (any, where none is) to one of `plans`; null: none.
const SubscriptionState* SubscriptionTo(const Context& context,
                                        const std::vector<ProductIndex>& plans);

// May offers be about this subscription: it is the one asked for, or none is.
bool IsAskedFor(const Context& context, const SubscriptionState& subscription);

// As what a product beside the cart would be offered; none: not at all. Sellable, not in the cart,
// not viewed, not owned, no substitute for a cart product, no plan, no set (bundle_source.h), no
// add-on of something the customer does not own.
std::optional<OfferKind> KindBesideCart(const FactIndex& index, const Context& context,
                                        ProductIndex product);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_CANDIDATES_ELIGIBILITY_H_
