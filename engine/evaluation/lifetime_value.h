// `tsugi evaluate lifetime-value`: BG/NBD and Gamma-Gamma fitted to purchases until a day, held
// against what the same customers bought after it.
//
// Time is in weeks. A customer enters with his first purchase, if that is in the calibration (its
// last day included); his age runs to its end. The holdout is the days after it, to the last day
// anyone bought unless `until` is given.
#ifndef TSUGI_ENGINE_EVALUATION_LIFETIME_VALUE_H_
#define TSUGI_ENGINE_EVALUATION_LIFETIME_VALUE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "engine/evaluation/purchase_log.h"
#include "models/lifetime_value/bg_nbd.h"
#include "models/lifetime_value/gamma_gamma.h"
#include "models/lifetime_value/order_value.h"

namespace tsugi {

struct LifetimeValueOptions {
  absl::CivilDay calibration_until;
  std::optional<absl::CivilDay> until;  // last day of the holdout
  models::OrderValueOptions value;      // of the forecast in money
};

// Forecasts of purchases in the holdout, one a customer, against the actual ones.
struct ForecastAccuracy {
  std::string model;  // bg_nbd; past_rate: repeats / age of each customer, as if it went on
  double expected = 0;
  double actual = 0;
  double mean_absolute_error = 0;
  double root_mean_squared_error = 0;
  double correlation = 0;  // 0 where either does not vary
};

struct FrequencyClass {
  int repeats = 0;  // in the calibration; of the last class: or more
  std::size_t customers = 0;
  double expected = 0;  // purchases a customer in the holdout
  double actual = 0;
  double alive = 0;             // mean probability
  std::optional<double> value;  // mean discounted value to come, where spend was fitted
};

struct SpendAccuracy {
  models::GammaGammaParameters parameters;
  int customers = 0;    // fitted on
  double expected = 0;  // all spend of the holdout
  double actual = 0;
  double mean_absolute_error = 0;
  double mean_value = 0;  // discounted value to come, a customer
};

struct LifetimeValueReport {
  std::size_t customers = 0;
  std::size_t repeat_customers = 0;
  std::size_t later_customers = 0;  // whose first purchase is after the calibration: left out
  absl::CivilDay calibration_from;  // the first purchase
  absl::CivilDay calibration_until;
  absl::CivilDay holdout_until;
  double holdout_weeks = 0;
  models::BgNbdParameters parameters;
  double log_likelihood = 0;
  std::vector<ForecastAccuracy> accuracy;  // bg_nbd, past_rate
  std::vector<FrequencyClass> classes;     // 0, 1, ..., 7 or more
  std::optional<SpendAccuracy> spend;
  std::string no_spend;  // why there is none
};

// Errors: FAILED_PRECONDITION where there is no customer in the calibration, no day after it, or
// nothing to fit.
absl::StatusOr<LifetimeValueReport> EvaluateLifetimeValue(const PurchaseLog& log,
                                                          const LifetimeValueOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_LIFETIME_VALUE_H_
