// `tsugi evaluate propensity`: upgrades, losses and conversions of trials, learned from the periods
// that were over at an instant and held against the periods that began after it.
#ifndef TSUGI_ENGINE_EVALUATION_PROPENSITY_H_
#define TSUGI_ENGINE_EVALUATION_PROPENSITY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/propensity/transitions.h"
#include "engine/state/fact_index.h"
#include "models/calibration.h"
#include "models/evaluation/metrics.h"

namespace tsugi {

struct PropensityOptions {
  absl::Time test_from;
  std::optional<absl::Time> test_until;  // of periods' ends; none: all
  std::uint64_t seed = 1;                // of the bootstrap
  TransitionOptions transitions;
};

// One transition. Where the test part has no row, or nothing was learned, `why` says so and the
// figures below it are 0.
struct PropensityResult {
  std::string transition;  // upgrade, loss, conversion
  std::string why;         // empty: measured
  std::size_t train_rows = 0;
  std::size_t train_events = 0;
  std::size_t test_rows = 0;
  std::size_t test_events = 0;
  double train_rate = 0;         // the constant
  double constant_log_loss = 0;  // of one probability for all: the rate of the training part
  double prior_log_loss = 0;     // of the documented prior alone
  models::CalibrationReport model;
  // constant_log_loss less the model's, a row, by bootstrap over customers: above 0, it is better.
  models::Interval lead;
  double auc = 0.5;  // chance that an event is given more than none; ties count half
  std::vector<std::pair<std::string, double>> coefficients;  // on standardised features, greatest
                                                             // first
};

// Errors: those of learning; INVALID_ARGUMENT for a test_until before test_from.
absl::StatusOr<std::vector<PropensityResult>> EvaluatePropensity(const FactIndex& index,
                                                                 const PropensityOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_PROPENSITY_H_
