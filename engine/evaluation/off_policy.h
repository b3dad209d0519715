// `tsugi evaluate off-policy`: what another policy would have earned, from a log with propensities,
// and what the log does not allow to say.
//
// One row a decision: the action taken, the probability with which it was (its propensity), the
// reward. Propensities are within a position where the file has positions. Further columns, all
// optional: target_probability (with which the policy in question would have taken this action),
// position, context (of the reward model), context_id (rows that share one are not independent).
#ifndef TSUGI_ENGINE_EVALUATION_OFF_POLICY_H_
#define TSUGI_ENGINE_EVALUATION_OFF_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/off_policy/estimators.h"
#include "models/uplift/effect.h"

namespace tsugi {

struct OffPolicyEvaluationOptions {
  // Names of columns. Empty: the first of the usual ones that the file has (see the .cc).
  std::string action;
  std::string propensity;
  std::string reward;
  std::string target;
  std::string position;
  std::string context;
  std::string cluster;

  // `uniform` (each action the log knows, equally likely), `logged` (the one that ran),
  // `always:ACTION`, `column` (the file's target probabilities); empty: `column` where the file has
  // it, else `uniform`.
  std::string policy;
  std::string compare;  // another log of the same columns, of the policy in question itself
  models::OffPolicyOptions estimates;
  std::uint64_t seed = 1;  // of the reward model's folds
};

struct OffPolicyPart {
  std::string position;  // empty: all together
  std::size_t rows = 0;
  std::size_t rewarded = 0;  // rows with a reward that is not 0
  // (sum of w r)^2 / sum of (w r)^2: how many rewards of equal weight the estimate comes to.
  double effective_rewards = 0;
  std::optional<models::OffPolicyEstimates> estimates;
  std::string refused;  // why there are none
  std::size_t actions_seen = 0;
  double support = 1;  // share of the target's decisions on actions that were seen here
  std::optional<models::Effect> compare;  // mean reward of the other log
};

struct OffPolicyEvaluation {
  std::string policy;
  std::size_t actions = 0;           // distinct ones in the log
  std::vector<OffPolicyPart> parts;  // all together, then by position
  std::vector<std::string> notes;    // what the log does not allow, in plain words
};

// Errors: those of the files; INVALID_ARGUMENT for a missing column, a value out of range or an
// unknown policy; FAILED_PRECONDITION where the whole log is refused (models/off_policy).
absl::StatusOr<OffPolicyEvaluation> EvaluateOffPolicy(const std::string& path,
                                                      const OffPolicyEvaluationOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_EVALUATION_OFF_POLICY_H_
