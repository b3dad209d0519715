#include "models/off_policy/estimators.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "models/uplift/distributions.h"

namespace tsugi::models {
namespace {

absl::Status CheckRow(const OffPolicyLog& log, std::size_t row) {
  if (!std::isfinite(log.rewards[row])) {
    return absl::InvalidArgumentError(
        absl::StrCat("row ", row, ": reward ", log.rewards[row], " is not a finite number"));
  }
  if (!(log.propensities[row] > 0) || !(log.propensities[row] <= 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("row ", row, ": propensity ", log.propensities[row],
                     " must be above 0 and at most 1: the probability with which the logging "
                     "policy took this action"));
  }
  if (!(log.target[row] >= 0) || !(log.target[row] <= 1)) {
    return absl::InvalidArgumentError(absl::StrCat("row ", row, ": target probability ",
                                                   log.target[row], " must be between 0 and 1"));
  }
  if (!log.clusters.empty() && log.clusters[row] >= log.rewards.size()) {
    return absl::InvalidArgumentError(absl::StrCat("row ", row, ": cluster ", log.clusters[row],
                                                   " must be below the number of rows"));
  }
  return absl::OkStatus();
}

absl::Status Check(const OffPolicyLog& log) {
  const std::size_t rows = log.rewards.size();
  const auto fits = [rows](std::size_t size) { return size == rows || size == 0; };
  if (log.propensities.size() != rows || log.target.size() != rows || !fits(log.clusters.size()) ||
      !fits(log.predicted.size()) || log.predicted.size() != log.predicted_target.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the columns of the log differ in length; each must have ", rows, " rows"));
  }
  for (std::size_t row = 0; row < rows; ++row) {
    if (absl::Status status = CheckRow(log, row); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// The mean of `part`, and an interval for `value` from the deviations part - centre, `scale` times.
class Estimator {
 public:
  Estimator(const OffPolicyLog& log, double level) : log_(log), level_(level) {
    groups_ = log.rewards.size();
    if (!log.clusters.empty()) {
      std::vector<bool> seen(groups_);
      for (const std::uint32_t cluster : log.clusters) seen[cluster] = true;
      groups_ = static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true));
    }
  }

  double Mean(const std::function<double(std::size_t)>& part) const {
    double sum = 0;
    for (std::size_t row = 0; row < log_.rewards.size(); ++row) sum += part(row);
    return sum / Rows();
  }

  // `influence`: how far each row moves the estimate, of mean zero.
  Effect Estimate(double value, const std::function<double(std::size_t)>& influence) const {
    std::vector<double> sums(log_.rewards.size());
    for (std::size_t row = 0; row < sums.size(); ++row) {
      sums[log_.clusters.empty() ? row : log_.clusters[row]] += influence(row);
    }
    double squares = 0;
    for (const double sum : sums) squares += sum * sum;
    if (groups_ < 2) {
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      return {value, kInfinity, {-kInfinity, kInfinity}};
    }
    const auto groups = static_cast<double>(groups_);
    const double error = std::sqrt(squares * groups / (groups - 1)) / Rows();
    const double reach = StudentReach(level_, groups - 1) * error;
    return {value, error, {value - reach, value + reach}};
  }

  Effect MeanOf(const std::function<double(std::size_t)>& part) const {
    const double mean = Mean(part);
    return Estimate(mean, [&](std::size_t row) { return part(row) - mean; });
  }

 private:
  double Rows() const { return static_cast<double>(log_.rewards.size()); }

  const OffPolicyLog& log_;
  double level_;
  std::size_t groups_;
};

}  // namespace

double EffectiveSampleSize(std::span<const double> target, std::span<const double> propensities) {
  double sum = 0;
  double squares = 0;
  for (std::size_t row = 0; row < target.size(); ++row) {
    const double weight = target[row] / propensities[row];
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0 ? sum * sum / squares : 0;
}

absl::StatusOr<OffPolicyEstimates> EstimateOffPolicy(const OffPolicyLog& log,
                                                     const OffPolicyOptions& options) {
  if (absl::Status status = Check(log); !status.ok()) return status;
  OffPolicyEstimates result;
  result.rows = log.rewards.size();
  result.effective_size = EffectiveSampleSize(log.target, log.propensities);
  if (result.effective_size < options.min_effective_size || result.rows == 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the effective sample size is ", std::floor(result.effective_size * 10) / 10, " of ",
        result.rows, " rows, below ", options.min_effective_size,
        ": the log says too little about this policy; log more decisions, or evaluate a policy "
        "nearer to the one that ran"));
  }
  const Estimator estimator(log, options.level);
  const auto weight = [&](std::size_t row) { return log.target[row] / log.propensities[row]; };
  for (std::size_t row = 0; row < result.rows; ++row) {
    result.max_weight = std::max(result.max_weight, weight(row));
  }
  result.logged = estimator.MeanOf([&](std::size_t row) { return log.rewards[row]; });
  result.mean_weight = estimator.MeanOf(weight);
  result.ips = estimator.MeanOf([&](std::size_t row) { return weight(row) * log.rewards[row]; });
  const double ratio = result.ips.value / result.mean_weight.value;
  result.self_normalised = estimator.Estimate(ratio, [&](std::size_t row) {
    return weight(row) * (log.rewards[row] - ratio) / result.mean_weight.value;
  });
  if (!log.predicted.empty()) {
    result.doubly_robust = estimator.MeanOf([&](std::size_t row) {
      return log.predicted_target[row] + weight(row) * (log.rewards[row] - log.predicted[row]);
    });
  }
  return result;
}

}  // namespace tsugi::models
