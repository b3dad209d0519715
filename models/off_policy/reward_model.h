// A plain model of the reward for the doubly robust estimate: mean rewards by action and context,
// drawn towards the action's mean, and that towards everyone's, the fewer rows they stand on.
// Fitted crosswise: what it says of a row was learned from the other folds, so the estimate's
// interval stays true (Chernozhukov et al. 2018).
//
// Thread safety: pure functions.
#ifndef TSUGI_MODELS_OFF_POLICY_REWARD_MODEL_H_
#define TSUGI_MODELS_OFF_POLICY_REWARD_MODEL_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

namespace tsugi::models {

struct RewardLog {
  std::span<const double> rewards;
  std::span<const std::uint32_t> actions;   // below `action_count`
  std::span<const std::uint32_t> contexts;  // below `context_count`; empty: one context
  std::span<const std::uint32_t> clusters;  // rows that stay in one fold; empty: each its own
  std::uint32_t action_count = 0;
  std::uint32_t context_count = 1;
};

struct RewardModelOptions {
  std::uint32_t folds = 5;  // >= 2
  double prior_rows = 20;   // a mean of that many rows counts as much as what it is drawn to
  std::uint64_t seed = 1;   // of the folds
};

struct RewardPredictions {
  std::vector<double> shown;   // of the action in the row
  std::vector<double> target;  // expected under the target policy
};

// `target_by_action`: the target policy's probability of each action, the same in every context.
// Empty where it is only known for the actions shown: the model then tells contexts apart, not
// actions (which keeps the estimate unbiased, if wider).
// Errors: INVALID_ARGUMENT for lengths and indices out of range, folds below 2, or more than 2^26
// pairs of context and action.
absl::StatusOr<RewardPredictions> PredictRewards(const RewardLog& log,
                                                 std::span<const double> target_by_action,
                                                 const RewardModelOptions& options = {});

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_OFF_POLICY_REWARD_MODEL_H_
