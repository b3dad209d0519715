// Lifetime value of a customer without a contract, in money, over a finite horizon: purchases still
// to come (bg_nbd.h), each worth what his orders are expected to be worth (gamma_gamma.h) times the
// margin, discounted. What is past does not count.
#ifndef TSUGI_MODELS_LIFETIME_VALUE_ORDER_VALUE_H_
#define TSUGI_MODELS_LIFETIME_VALUE_ORDER_VALUE_H_

#include "models/lifetime_value/bg_nbd.h"
#include "models/lifetime_value/gamma_gamma.h"

namespace tsugi::models {

inline constexpr double kWeeksPerYear = 365.25 / 7;

struct OrderValueOptions {
  double horizon = kWeeksPerYear;           // in the model's unit of time
  double periods_per_year = kWeeksPerYear;  // of that unit
  double discount_rate = 0.1;               // yearly, >= 0
  double margin = 1;                        // share of the order's value
};

double ExpectedOrderValue(const BgNbdModel& purchases, const GammaGammaModel& spend,
                          const PurchaseHistory& history, double mean_order,
                          const OrderValueOptions& options = {});

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_LIFETIME_VALUE_ORDER_VALUE_H_
