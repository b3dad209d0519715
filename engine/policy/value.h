// V of priority = P x C x V x L: the margin an offer changes, in the store's currency.
//
//   one-off    margin(offered) - margin(replaced)
//   recurring  the same difference per billing period, as a steady stream over the horizon H (in
//              years), discounted at the yearly rate r while the contract lasts:
//              difference x 12 / billing_months x D(H),
//              D(H) = (1 - exp(-H h)) / h,  h = ln(1 + r) + 1 / expected life in years
//              (D(H) = H where h is 0; no term for the life where none is known). A stream, so that
//              a horizon a day shorter than a period does not lose the period. A trial brings
//              nothing, so its conversion counts whole.
//   habit      a consumable bought for the first time brings purchases after it (as history shows,
//              ScoredOffer::repeats_per_year) at their list price:
//              margin(offered) + repeats_per_year x margin(list price) x D(H'), H' being the
//              policy's repeat_horizon, or H
//   known      a consumable that the customer buys already would be bought unasked with chance a
//              (ScoredOffer::bought_anyway): margin(offered) - a x margin(list price). Of a habit
//              that has probably ended, both: what is bought anyway and what begins anew, each by
//              its chance
//   durable    a good that is owned once, and that customers like this one buy unasked u times a
//              year (ScoredOffer::unasked_per_year): a = 1 - exp(-u D(H)), as above
//   subscribe  a habit with interval I goes on from one purchase to the next with chance q; bound
//   and save   by a subscription only half as many stop: q1 = 1 - (1 - q) / 2. Against what would
//              be bought anyway, with d = (1 + r)^(-I / year), over k = 0 .. H / I:
//              margin(offered) x sum (q1 d)^k - margin(list price) x q x sum (q d)^k
//              (the purchase that is due now would be made anyway with chance q). So a discount
//              on what would be bought anyway is a cost. That half stop is judgement, until
//              subscriptions to consumables are seen to end; q where not learned: kHabitGoesOn.
//
// margin = price - unit_cost; where the cost is unknown it is taken as (1 - default_margin) of the
// list price, so that a discount costs its whole amount. Costs already sunk do not count.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_POLICY_VALUE_H_
#define TSUGI_ENGINE_POLICY_VALUE_H_

#include <limits>
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

// D(H) above: years' worth of a yearly stream within a horizon, the policy's or another,
// discounted, that lasts `life_days` on average (infinite: it does not end).
double DiscountedYears(absl::Duration horizon, double discount_rate, double life_days);
double DiscountedYears(const ValueOptions& options,
                       double life_days = std::numeric_limits<double>::infinity());

inline constexpr double kHabitGoesOn = 0.7;

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_VALUE_H_
