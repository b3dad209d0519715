#include "models/off_policy/reward_model.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"

namespace tsugi::models {
namespace {

constexpr std::uint64_t kMaxPairs = std::uint64_t{1} << 26;

struct Sum {
  double rewards = 0;
  double rows = 0;

  void Add(double reward) {
    rewards += reward;
    ++rows;
  }
  double Mean(double towards, double prior) const {
    return rows + prior > 0 ? (rewards + prior * towards) / (rows + prior) : towards;
  }
};

absl::Status Check(const RewardLog& log, std::span<const double> target_by_action,
                   const RewardModelOptions& options) {
  const std::size_t rows = log.rewards.size();
  const auto fits = [rows](std::size_t size) { return size == rows || size == 0; };
  if (log.actions.size() != rows || !fits(log.contexts.size()) || !fits(log.clusters.size()) ||
      (!target_by_action.empty() && target_by_action.size() != log.action_count)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the columns of the reward log differ in length; each must have ", rows, " rows"));
  }
  if (options.folds < 2) {
    return absl::InvalidArgumentError(absl::StrCat("folds ", options.folds, " must be 2 or more"));
  }
  const auto below = [](std::span<const std::uint32_t> values, std::uint32_t bound) {
    return std::all_of(values.begin(), values.end(),
                       [bound](std::uint32_t value) { return value < bound; });
  };
  if (!below(log.actions, log.action_count) || !below(log.contexts, log.context_count)) {
    return absl::InvalidArgumentError(
        absl::StrCat("an action or context of the reward log is not below its count (",
                     log.action_count, " and ", log.context_count, ")"));
  }
  if (std::uint64_t{log.action_count} * log.context_count > kMaxPairs) {
    return absl::InvalidArgumentError(
        absl::StrCat(log.context_count, " contexts x ", log.action_count,
                     " actions are too many for the reward model; use coarser contexts"));
  }
  return absl::OkStatus();
}

// Means learned from all rows outside one fold.
class Means {
 public:
  Means(const RewardLog& log, bool tell_actions, double prior)
      : log_(log),
        tell_actions_(tell_actions),
        prior_(prior),
        by_action_(tell_actions ? log.action_count : 1),
        by_pair_(by_action_.size() * log.context_count) {}

  void Add(std::size_t row) {
    const double reward = log_.rewards[row];
    all_.Add(reward);
    by_action_[Action(row)].Add(reward);
    by_pair_[Context(row) * by_action_.size() + Action(row)].Add(reward);
  }

  double Shown(std::size_t row) const { return Mean(Context(row), Action(row)); }

  // Expected under the target policy, of every context.
  std::vector<double> Target(std::span<const double> target_by_action) const {
    std::vector<double> target(log_.context_count);
    for (std::size_t context = 0; context < target.size(); ++context) {
      if (!tell_actions_) {
        target[context] = Mean(context, 0);
        continue;
      }
      for (std::size_t action = 0; action < target_by_action.size(); ++action) {
        if (target_by_action[action] == 0) continue;
        target[context] += target_by_action[action] * Mean(context, action);
      }
    }
    return target;
  }

  std::size_t Context(std::size_t row) const {
    return log_.contexts.empty() ? 0 : log_.contexts[row];
  }

 private:
  std::size_t Action(std::size_t row) const { return tell_actions_ ? log_.actions[row] : 0; }

  double Mean(std::size_t context, std::size_t action) const {
    const double everyone = all_.Mean(0, 0);
    return by_pair_[context * by_action_.size() + action].Mean(
        by_action_[action].Mean(everyone, prior_), prior_);
  }

  const RewardLog& log_;
  bool tell_actions_;
  double prior_;
  Sum all_;
  std::vector<Sum> by_action_;
  std::vector<Sum> by_pair_;  // [context][action]
};

}  // namespace

absl::StatusOr<RewardPredictions> PredictRewards(const RewardLog& log,
                                                 std::span<const double> target_by_action,
                                                 const RewardModelOptions& options) {
  if (absl::Status status = Check(log, target_by_action, options); !status.ok()) return status;
  const std::size_t rows = log.rewards.size();
  std::vector<std::uint32_t> folds(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint64_t unit = log.clusters.empty() ? row : log.clusters[row];
    folds[row] = static_cast<std::uint32_t>(
        base::Mix64(base::Mix64(options.seed) ^ base::Mix64(unit)) % options.folds);
  }
  RewardPredictions predictions{std::vector<double>(rows), std::vector<double>(rows)};
  for (std::uint32_t fold = 0; fold < options.folds; ++fold) {
    Means means(log, !target_by_action.empty(), options.prior_rows);
    for (std::size_t row = 0; row < rows; ++row) {
      if (folds[row] != fold) means.Add(row);
    }
    const std::vector<double> target = means.Target(target_by_action);
    for (std::size_t row = 0; row < rows; ++row) {
      if (folds[row] != fold) continue;
      predictions.shown[row] = means.Shown(row);
      predictions.target[row] = target[means.Context(row)];
    }
  }
  return predictions;
}

}  // namespace tsugi::models
