#include "engine/evaluation/off_policy.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "engine/evaluation/off_policy_log.h"
#include "models/off_policy/reward_model.h"

namespace tsugi {
namespace {

constexpr double kFewRewards = 30;
constexpr char kAlways[] = "always:";

// The policy in question: by row, and by action where that is the same everywhere.
struct Target {
  std::string name;
  std::vector<double> by_row;
  std::vector<double> by_action;
};

absl::StatusOr<std::vector<double>> ByAction(const std::string& policy, const OffPolicyRows& rows) {
  const std::size_t actions = rows.actions.names.size();
  if (policy == "uniform") {
    return std::vector<double>(actions, 1 / static_cast<double>(actions));
  }
  const std::string action = policy.substr(sizeof(kAlways) - 1);
  const auto found = std::find(rows.actions.names.begin(), rows.actions.names.end(), action);
  if (found == rows.actions.names.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("policy ", policy, ": the log never shows action \"", action,
                     "\", so it says nothing about it; choose one that it shows"));
  }
  std::vector<double> target(actions, 0);
  target[static_cast<std::size_t>(found - rows.actions.names.begin())] = 1;
  return target;
}

absl::StatusOr<Target> MakeTarget(const std::string& policy, const OffPolicyRows& rows) {
  Target target;
  target.name = !policy.empty() ? policy : rows.target.empty() ? "uniform" : "column";
  if (target.name == "logged") {
    target.by_row = rows.propensities;
  } else if (target.name == "column") {
    if (rows.target.empty()) {
      return absl::InvalidArgumentError(
          "policy column needs the column target_probability; name it with --target, or choose "
          "uniform, logged or always:ACTION");
    }
    target.by_row = rows.target;
  } else if (target.name == "uniform" || absl::StartsWith(target.name, kAlways)) {
    TSUGI_ASSIGN_OR_RETURN(target.by_action, ByAction(target.name, rows));
    for (const std::uint32_t action : rows.actions.numbers) {
      target.by_row.push_back(target.by_action[action]);
    }
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("policy \"", target.name,
                     "\" is not known; write uniform, logged, always:ACTION or column"));
  }
  return target;
}

absl::StatusOr<models::RewardPredictions> Predict(const OffPolicyRows& rows, const Target& target,
                                                  std::uint64_t seed) {
  // Position and context together are the context of the reward model.
  const auto count = [](const Indexed& column) {
    return std::max<std::size_t>(1, column.names.size());
  };
  std::vector<std::uint32_t> contexts(rows.size(), 0);
  const auto positions = static_cast<std::uint32_t>(count(rows.positions));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!rows.contexts.names.empty()) contexts[row] = rows.contexts.numbers[row] * positions;
    if (!rows.positions.names.empty()) contexts[row] += rows.positions.numbers[row];
  }
  return models::PredictRewards(
      {rows.rewards, rows.actions.numbers, contexts, rows.clusters.numbers,
       static_cast<std::uint32_t>(rows.actions.names.size()),
       static_cast<std::uint32_t>(count(rows.contexts)) * positions},
      target.by_action, {.seed = seed});
}

template <typename T>
std::vector<T> Take(const std::vector<T>& values, const std::vector<std::size_t>& at) {
  std::vector<T> taken;
  if (values.empty()) return taken;
  taken.reserve(at.size());
  for (const std::size_t row : at) taken.push_back(values[row]);
  return taken;
}

// Numbers from 0 without gaps, as clusters of a part of the rows.
std::vector<std::uint32_t> Renumber(std::vector<std::uint32_t> clusters) {
  std::vector<std::uint32_t> sorted = clusters;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  for (std::uint32_t& cluster : clusters) {
    cluster = static_cast<std::uint32_t>(std::lower_bound(sorted.begin(), sorted.end(), cluster) -
                                         sorted.begin());
  }
  return clusters;
}

double EffectiveRewards(const std::vector<double>& rewards, const std::vector<double>& target,
                        const std::vector<double>& propensities) {
  double sum = 0;
  double squares = 0;
  for (std::size_t row = 0; row < rewards.size(); ++row) {
    const double weighted = std::abs(rewards[row]) * target[row] / propensities[row];
    sum += weighted;
    squares += weighted * weighted;
  }
  return squares > 0 ? sum * sum / squares : 0;
}

class Evaluator {
 public:
  Evaluator(const OffPolicyRows& rows, const Target& target,
            const models::RewardPredictions& predictions, const OffPolicyEvaluationOptions& options)
      : rows_(rows), target_(target), predictions_(predictions), options_(options) {}

  OffPolicyPart Part(const std::string& position, const std::vector<std::size_t>& at) const {
    OffPolicyPart part;
    part.position = position;
    part.rows = at.size();
    const std::vector<double> rewards = Take(rows_.rewards, at);
    part.rewarded = static_cast<std::size_t>(
        std::count_if(rewards.begin(), rewards.end(), [](double reward) { return reward != 0; }));
    const std::vector<double> propensities = Take(rows_.propensities, at);
    const std::vector<double> target = Take(target_.by_row, at);
    part.effective_rewards = EffectiveRewards(rewards, target, propensities);
    const std::vector<double> shown = Take(predictions_.shown, at);
    const std::vector<double> expected = Take(predictions_.target, at);
    const std::vector<std::uint32_t> clusters = Renumber(Take(rows_.clusters.numbers, at));
    const absl::StatusOr<models::OffPolicyEstimates> estimates = models::EstimateOffPolicy(
        {rewards, propensities, target, shown, expected, clusters}, options_.estimates);
    if (estimates.ok()) {
      part.estimates = *estimates;
    } else {
      part.refused = std::string(estimates.status().message());
    }
    Support(at, part);
    return part;
  }

 private:
  void Support(const std::vector<std::size_t>& at, OffPolicyPart& part) const {
    std::vector<bool> seen(rows_.actions.names.size());
    for (const std::size_t row : at) seen[rows_.actions.numbers[row]] = true;
    part.actions_seen = static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true));
    if (target_.by_action.empty()) return;
    part.support = 0;
    for (std::size_t action = 0; action < seen.size(); ++action) {
      part.support += seen[action] ? target_.by_action[action] : 0;
    }
  }

  const OffPolicyRows& rows_;
  const Target& target_;
  const models::RewardPredictions& predictions_;
  const OffPolicyEvaluationOptions& options_;
};

std::vector<std::size_t> AllRows(std::size_t count) {
  std::vector<std::size_t> at(count);
  std::iota(at.begin(), at.end(), 0);
  return at;
}

// Rows by position, in the order of the positions' names (numbers by size).
std::vector<std::pair<std::string, std::vector<std::size_t>>> ByPosition(const Indexed& positions) {
  std::vector<std::pair<std::string, std::vector<std::size_t>>> parts;
  parts.reserve(positions.names.size());
  for (const std::string& name : positions.names) parts.push_back({name, {}});
  for (std::size_t row = 0; row < positions.numbers.size(); ++row) {
    parts[positions.numbers[row]].second.push_back(row);
  }
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return std::make_pair(a.first.size(), a.first) < std::make_pair(b.first.size(), b.first);
  });
  return parts;
}

absl::Status Compare(const OffPolicyEvaluationOptions& options, OffPolicyEvaluation& evaluation) {
  TSUGI_ASSIGN_OR_RETURN(const OffPolicyRows other, ReadOffPolicyRows(options.compare, options));
  for (OffPolicyPart& part : evaluation.parts) {
    models::Moments rewards;
    for (std::size_t row = 0; row < other.size(); ++row) {
      const bool here = part.position.empty() ||
                        (!other.positions.names.empty() &&
                         other.positions.names[other.positions.numbers[row]] == part.position);
      if (here) rewards.Add(other.rewards[row]);
    }
    part.compare = models::MeanEstimate(rewards, options.estimates.level);
  }
  return absl::OkStatus();
}

void AddNotes(OffPolicyEvaluation& evaluation) {
  const OffPolicyPart& all = evaluation.parts.front();
  const models::Effect& weight = all.estimates->mean_weight;
  if (!weight.interval.Contains(1)) {
    evaluation.notes.push_back(absl::StrFormat(
        "the weights average %.3f (%.3f to %.3f) where 1 is due: part of what the policy would do "
        "is missing in the log, or the recorded propensities are not those of the policy that "
        "ran; trust the self-normalised estimate before the others, and it only for what was shown",
        weight.value, weight.interval.low, weight.interval.high));
  }
  for (const OffPolicyPart& part : evaluation.parts) {
    const std::string where =
        part.position.empty() ? "anywhere" : absl::StrCat("at position ", part.position);
    if (part.support < 1 - 1e-9) {
      evaluation.notes.push_back(absl::StrFormat(
          "%d of %d actions were never shown %s; the policy would take them in %.1f %% of its "
          "decisions there, about which the log says nothing",
          evaluation.actions - part.actions_seen, evaluation.actions, where,
          100 * (1 - part.support)));
    }
    if (part.estimates.has_value() && part.effective_rewards < kFewRewards) {
      evaluation.notes.push_back(absl::StrFormat(
          "the estimate %s comes to about %.0f rewards of equal weight: too few for its interval "
          "to be relied on, it may be too narrow",
          part.position.empty() ? "over all" : where, part.effective_rewards));
    }
    if (!part.refused.empty()) {
      evaluation.notes.push_back(absl::StrCat("no estimate ", where, ": ", part.refused));
    }
  }
  evaluation.notes.push_back(absl::StrFormat(
      "the estimate rests on %d rewarded decisions; it holds for the actions, customers and days "
      "of this log, not for new actions, nor for what a policy does to customers over time",
      all.rewarded));
}

}  // namespace

absl::StatusOr<OffPolicyEvaluation> EvaluateOffPolicy(const std::string& path,
                                                      const OffPolicyEvaluationOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(const OffPolicyRows rows, ReadOffPolicyRows(path, options));
  TSUGI_ASSIGN_OR_RETURN(const Target target, MakeTarget(options.policy, rows));
  TSUGI_ASSIGN_OR_RETURN(const models::RewardPredictions predictions,
                         Predict(rows, target, options.seed));
  const Evaluator evaluator(rows, target, predictions, options);
  OffPolicyEvaluation evaluation;
  evaluation.policy = target.name;
  evaluation.actions = rows.actions.names.size();
  evaluation.parts.push_back(evaluator.Part("", AllRows(rows.size())));
  if (!evaluation.parts.front().refused.empty()) {
    return absl::FailedPreconditionError(evaluation.parts.front().refused);
  }
  for (const auto& [position, at] : ByPosition(rows.positions)) {
    evaluation.parts.push_back(evaluator.Part(position, at));
  }
  if (!options.compare.empty()) TSUGI_RETURN_IF_ERROR(Compare(options, evaluation));
  AddNotes(evaluation);
  return evaluation;
}

}  // namespace tsugi
