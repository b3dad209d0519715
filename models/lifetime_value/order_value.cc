#include "models/lifetime_value/order_value.h"

#include <cmath>

namespace tsugi::models {

double ExpectedOrderValue(const BgNbdModel& purchases, const GammaGammaModel& spend,
                          const PurchaseHistory& history, double mean_order,
                          const OrderValueOptions& options) {
  const double discount = std::log1p(options.discount_rate) / options.periods_per_year;
  return options.margin * spend.ExpectedOrder({history.repeats, mean_order}) *
         purchases.ExpectedPurchases(history, options.horizon, discount);
}

}  // namespace tsugi::models
