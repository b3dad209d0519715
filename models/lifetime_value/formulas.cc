#include "models/lifetime_value/formulas.h"

#include <algorithm>

namespace tsugi::models {

double SimpleLifetimeValue(double average_order_value, double orders) {
  return average_order_value * orders;
}

double RepeatPurchaseLifetimeValue(double average_order_value, double orders_per_period,
                                   double periods) {
  return average_order_value * orders_per_period * periods;
}

double SubscriptionLifetimeValue(double revenue_per_period, double churn_percent,
                                 double max_periods) {
  const double periods =
      churn_percent > 0 ? std::min(100 / churn_percent, max_periods) : max_periods;
  return revenue_per_period * periods;
}

double ContractLifetimeValue(double yearly_revenue, double margin, double years) {
  return yearly_revenue * margin * years;
}

double FullLifetimeValue(const FullLifetimeValueInputs& inputs) {
  return inputs.average_order_value * inputs.margin * inputs.orders_per_period * inputs.periods -
         (inputs.acquisition_cost + inputs.retention_cost);
}

}  // namespace tsugi::models
