// Off-policy evaluation: what another policy would have earned, from the log of the one that ran.
//
// Each row is one decision: the probability with which the logging policy took the action it took
// (its propensity), the reward that followed, and the probability with which the target policy
// would have taken the same. With w = target / propensity:
//   IPS    mean of w r                                        (Horvitz, Thompson 1952)
//   SNIPS  sum of w r / sum of w                              (Swaminathan, Joachims 2015)
//   DR     mean of q(target) + w (r - q(shown))               (Dudik, Langford, Li 2011)
// q being a model of the reward (reward_model.h) that may be wrong: with true propensities DR stays
// unbiased, and a good q narrows it. IPS and DR are unbiased where every action the target policy
// may take had a chance in the log; what the log could never show, no estimate knows.
//
// Intervals are Student's on each estimate's influence values, summed over rows that belong
// together (`clusters`). They hold their level only where enough rows carry the weight, hence the
// effective sample size (sum of w)^2 / sum of w^2 (Kish 1965) and the refusal below a minimum.
//
// Thread safety: pure functions.
#ifndef TSUGI_MODELS_OFF_POLICY_ESTIMATORS_H_
#define TSUGI_MODELS_OFF_POLICY_ESTIMATORS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "absl/status/statusor.h"
#include "models/uplift/effect.h"

namespace tsugi::models {

// Columns of equal length; those said to be optional may be empty.
struct OffPolicyLog {
  std::span<const double> rewards;
  std::span<const double> propensities;      // in (0, 1]
  std::span<const double> target;            // in [0, 1]
  std::span<const double> predicted;         // q of the action shown; optional, with the next
  std::span<const double> predicted_target;  // q under the target policy
  std::span<const std::uint32_t> clusters;   // 0, 1, ..., each below the number of rows; optional
};

struct OffPolicyOptions {
  double level = 0.95;
  double min_effective_size = 100;
};

// An Effect here is an estimate with its standard error and interval.
struct OffPolicyEstimates {
  std::size_t rows = 0;
  double effective_size = 0;
  double max_weight = 0;
  Effect logged;  // mean reward of the log itself: what the logging policy earned
  // About 1 where the propensities are true and nothing the target would do is missing in the log.
  Effect mean_weight;
  Effect ips;
  Effect self_normalised;
  std::optional<Effect> doubly_robust;  // with predictions
};

// Errors: INVALID_ARGUMENT naming the row (from 0), the value and the fix; FAILED_PRECONDITION
// where the effective sample size is below the minimum.
absl::StatusOr<OffPolicyEstimates> EstimateOffPolicy(const OffPolicyLog& log,
                                                     const OffPolicyOptions& options = {});

// (sum of w)^2 / sum of w^2, 0 for no weight. REQUIRES: equal lengths, propensities > 0.
double EffectiveSampleSize(std::span<const double> target, std::span<const double> propensities);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_OFF_POLICY_ESTIMATORS_H_
