#include "engine/evaluation/uplift.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "engine/evaluation/csv_columns.h"

namespace tsugi {
namespace {

// Values of one outcome in one arm.
struct Sample {
  std::vector<double> values;
  models::Moments moments;

  models::Proportion Proportion() const {
    return {std::round(moments.mean() * moments.count()), moments.count()};
  }
};

using Samples = std::map<std::string, Sample>;  // by arm

// 1,900 for 1,873: as exact as such a guess can be.
std::string About(std::int64_t count) {
  std::int64_t step = 1;
  while (count / step >= 100) step *= 10;
  const std::string digits = absl::StrCat((count + step - 1) / step * step);
  std::string grouped;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

std::string Amount(double value, bool rate) {
  return rate ? absl::StrFormat("%.2f percentage points", 100 * value)
              : absl::StrFormat("%.4g a customer", value);
}

std::string Verdict(const ArmEffect& effect) {
  const double value = effect.effect.value;
  if (effect.effect.Clear()) {
    return absl::StrCat(value > 0 ? "raises " : "lowers ", effect.outcome, " by ",
                        Amount(std::abs(value), effect.rate));
  }
  if (!effect.more_customers.has_value()) return "no difference seen so far";
  if (*effect.more_customers == 0) return "not clear: repeat the trial with new customers";
  return absl::StrCat("not yet enough data: about ", About(*effect.more_customers),
                      " more customers needed");
}

ArmOutcome Describe(const std::string& arm, const std::string& outcome, bool rate,
                    const Sample& sample, double level) {
  const models::Effect mean = models::MeanEstimate(sample.moments, level);
  return {arm,        outcome,
          rate,       sample.values.size(),
          mean.value, rate ? models::RateInterval(sample.Proportion(), level) : mean.interval};
}

ArmEffect Compare(const std::string& arm, const std::string& outcome, bool rate,
                  const Sample& treated, const Sample& control, const UpliftOptions& options) {
  ArmEffect effect;
  effect.arm = arm;
  effect.outcome = outcome;
  effect.rate = rate;
  const double level = options.power.level;
  if (rate) {
    const models::Proportion t = treated.Proportion();
    const models::Proportion c = control.Proportion();
    effect.effect = models::RateDifference(t, c, level);
    effect.more_customers = models::MoreCustomersNeeded(t, c, options.power);
  } else {
    effect.effect = models::MeanDifference(treated.moments, control.moments, level);
    effect.bootstrap = models::BootstrapMeanDifference(
        treated.values, control.values,
        {.resamples = options.resamples, .level = level, .seed = options.seed});
    effect.more_customers =
        models::MoreCustomersNeeded(treated.moments, control.moments, options.power);
  }
  effect.verdict = Verdict(effect);
  return effect;
}

absl::StatusOr<Samples> Split(const CsvColumns& file, std::size_t outcome) {
  Samples samples;
  for (std::size_t row = 0; row < file.rows(); ++row) {
    TSUGI_ASSIGN_OR_RETURN(const double value, file.Number(outcome, row));
    Sample& sample = samples[file.Text(0, row)];
    sample.values.push_back(value);
    sample.moments.Add(value);
  }
  return samples;
}

absl::Status CheckControl(const Samples& samples, const UpliftOptions& options) {
  if (samples.count(options.control) != 0 && samples.size() > 1) return absl::OkStatus();
  std::vector<std::string> arms;
  arms.reserve(samples.size());
  for (const auto& [arm, sample] : samples) arms.push_back(absl::StrCat("\"", arm, "\""));
  return absl::NotFoundError(absl::StrCat(
      "control arm \"", options.control, "\" and another are needed in column ", options.arm,
      ", which has ", arms.empty() ? "no rows" : absl::StrJoin(arms, ", "),
      "; name the control with --control"));
}

bool AllZeroOrOne(const Samples& samples) {
  for (const auto& [arm, sample] : samples) {
    for (const double value : sample.values) {
      if (value != 0 && value != 1) return false;
    }
  }
  return true;
}

}  // namespace

absl::StatusOr<UpliftReport> EvaluateUplift(const std::string& path, const UpliftOptions& options) {
  std::vector<CsvColumn> columns = {{options.arm}};
  for (const std::string& outcome : options.outcomes) columns.push_back({outcome});
  TSUGI_ASSIGN_OR_RETURN(const CsvColumns file, CsvColumns::Read(path, columns));
  UpliftReport report;
  report.customers = file.rows();
  for (std::size_t i = 0; i < options.outcomes.size(); ++i) {
    const std::string& outcome = options.outcomes[i];
    TSUGI_ASSIGN_OR_RETURN(const Samples samples, Split(file, i + 1));
    TSUGI_RETURN_IF_ERROR(CheckControl(samples, options));
    const bool rate = AllZeroOrOne(samples);
    const Sample& control = samples.at(options.control);
    report.outcomes.push_back(
        Describe(options.control, outcome, rate, control, options.power.level));
    for (const auto& [arm, sample] : samples) {
      if (arm == options.control) continue;
      report.outcomes.push_back(Describe(arm, outcome, rate, sample, options.power.level));
      report.effects.push_back(Compare(arm, outcome, rate, sample, control, options));
    }
  }
  return report;
}

}  // namespace tsugi
