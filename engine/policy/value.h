// V of priority = P x C x V x L: the margin an offer changes, in the store's currency.
//
//   one-off    margin(offered) - margin(replaced)
//   recurring  the same difference per billing period, as a steady stream over the horizon H (in
//              years), discounted at the yearly rate r:
//              difference x 12 / billing_months x D(H),  D(H) = (1 - (1 + r)^-H) / ln(1 + r)
//              (D(H) = H where r is 0). A stream, so that a horizon a day shorter than a period
//              does not lose the period. A trial brings nothing, so its conversion counts whole.
//
// margin = price - unit_cost; where the cost is unknown it is taken as (1 - default_margin) of the
// list price, so that a discount costs its whole amount. Costs already sunk do not count.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_POLICY_VALUE_H_
#define TSUGI_ENGINE_POLICY_VALUE_H_

#include <string>

#include "base/decimal.h"
#include "engine/offers/offer.h"
#include "engine/policy/policy.h"

namespace tsugi {

// Decimals of the currency's smallest unit (ISO 4217): JPY 0, USD 2, KWD 3.
int CurrencyDecimals(const std::string& currency);

// The list price less the discount, rounded to `decimals` where there is a discount.
base::Decimal PriceAfterDiscount(base::Decimal list_price, double discount_percent, int decimals);

// `price` is what the customer pays: the list price after discount. May be negative.
double ValueOf(const ScoredOffer& offer, base::Decimal price, const ValueOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_VALUE_H_
