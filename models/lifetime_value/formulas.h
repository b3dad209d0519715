// Lifetime value by the five plain formulas of customer management, one a business model.
//
// Money is in any one currency, rates and counts in any one unit of time as long as a formula's
// arguments agree. Arguments are not checked: a value may be negative where an argument is (a
// customer who sends back more than he buys), and FullLifetimeValue often is. A negative value asks
// for cheaper service or another offer, never for a discount.
//
// Thread safety: pure functions.
#ifndef TSUGI_MODELS_LIFETIME_VALUE_FORMULAS_H_
#define TSUGI_MODELS_LIFETIME_VALUE_FORMULAS_H_

namespace tsugi::models {

// 1. Simple: average order value x number of orders.
double SimpleLifetimeValue(double average_order_value, double orders);

// 2. Repeat purchase: average order value x orders a period x periods of retention.
double RepeatPurchaseLifetimeValue(double average_order_value, double orders_per_period,
                                   double periods);

// 3. Subscription: average revenue per customer and period x 100 / churn rate in per cent a period.
//
// 100 / churn is the expected number of periods. A churn of zero would make it infinite, but zero
// lost customers are only none seen so far; so the expected life is never taken longer than
// `max_periods`, for a churn of zero (or below) and for one so small that it comes to the same.
inline constexpr double kMaxSubscriptionPeriods = 60;  // five years of months
double SubscriptionLifetimeValue(double revenue_per_period, double churn_percent,
                                 double max_periods = kMaxSubscriptionPeriods);

// 4. Long contracts: yearly revenue x margin (0.3 is 30 %) x years.
double ContractLifetimeValue(double yearly_revenue, double margin, double years);

// 5. Full: average order value x margin x orders a period x periods - (acquisition + retention).
struct FullLifetimeValueInputs {
  double average_order_value = 0;
  double margin = 0;  // share of the order value
  double orders_per_period = 0;
  double periods = 0;
  double acquisition_cost = 0;
  double retention_cost = 0;  // over the whole time
};
double FullLifetimeValue(const FullLifetimeValueInputs& inputs);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_LIFETIME_VALUE_FORMULAS_H_
