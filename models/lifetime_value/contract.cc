#include "models/lifetime_value/contract.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "models/lifetime_value/hypergeometric.h"
#include "models/lifetime_value/nelder_mead.h"

namespace tsugi::models {
namespace {

constexpr int kMaxPeriods = 100'000;

double LogSurvival(const ContractParameters& p, double periods) {
  return LogBeta(p.alpha, p.beta + periods) - LogBeta(p.alpha, p.beta);
}

double LogLoss(const ContractParameters& p, double period) {
  return LogBeta(p.alpha + 1, p.beta + period - 1) - LogBeta(p.alpha, p.beta);
}

absl::Status Add(std::vector<double>& counts, int lowest, int index, double contracts,
                 const char* what) {
  if (index < lowest || index > kMaxPeriods || !(contracts >= 0) || !std::isfinite(contracts)) {
    return absl::InvalidArgumentError(absl::StrCat(
        contracts, " contracts ", what, " ", index, ": the count must be finite and not negative, ",
        "the period from ", lowest, " to ", kMaxPeriods));
  }
  const auto at = static_cast<std::size_t>(index);
  if (counts.size() <= at) counts.resize(at + 1);
  counts[at] += contracts;
  return absl::OkStatus();
}

double LogLikelihood(const ContractParameters& p, const ContractTenures& tenures) {
  double sum = 0;
  for (std::size_t t = 0; t < tenures.lost().size(); ++t) {
    if (tenures.lost()[t] > 0) sum += tenures.lost()[t] * LogLoss(p, static_cast<double>(t));
  }
  for (std::size_t t = 0; t < tenures.alive().size(); ++t) {
    if (tenures.alive()[t] > 0) sum += tenures.alive()[t] * LogSurvival(p, static_cast<double>(t));
  }
  return sum;
}

double SumFrom(const std::vector<double>& counts, std::size_t first) {
  if (counts.size() <= first) return 0;
  return std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(first), counts.end(), 0.0);
}

}  // namespace

absl::StatusOr<ContractModel> ContractModel::Create(const ContractParameters& parameters) {
  if (parameters.alpha > 0 && parameters.beta > 0 && std::isfinite(parameters.alpha) &&
      std::isfinite(parameters.beta)) {
    return ContractModel(parameters);
  }
  return absl::InvalidArgumentError(absl::StrCat("beta-geometric parameters alpha ",
                                                 parameters.alpha, ", beta ", parameters.beta,
                                                 ": both must be positive and finite"));
}

double ContractModel::Survival(int periods) const {
  return std::exp(LogSurvival(parameters_, periods));
}

double ContractModel::LossProbability(int period) const {
  return std::exp(LogLoss(parameters_, period));
}

double ContractModel::RetentionRate(int period) const {
  return (parameters_.beta + period - 1) / (parameters_.alpha + parameters_.beta + period - 1);
}

double ContractModel::ExpectedRenewals(int renewals, int horizon, double discount_rate,
                                       double until_next) const {
  double sum = 0;
  double weight = std::pow(1 + discount_rate, -until_next);
  for (int k = 1; k <= horizon; ++k) {
    weight *= RetentionRate(renewals + k);
    sum += weight;
    weight /= 1 + discount_rate;
  }
  return sum;
}

absl::Status ContractTenures::AddLost(int period, double contracts) {
  return Add(lost_, 1, period, contracts, "lost in period");
}

absl::Status ContractTenures::AddAlive(int renewals, double contracts) {
  return Add(alive_, 0, renewals, contracts, "alive after period");
}

absl::Status ContractTenures::AddCohort(std::span<const double> alive) {
  if (alive.size() > kMaxPeriods) {
    return absl::InvalidArgumentError(
        absl::StrCat("cohort of ", alive.size(), " periods; at most ", kMaxPeriods, " are taken"));
  }
  for (std::size_t t = 0; t < alive.size(); ++t) {
    if (!(alive[t] >= 0) || !std::isfinite(alive[t]) || (t > 0 && alive[t] > alive[t - 1])) {
      return absl::InvalidArgumentError(
          absl::StrCat("cohort: ", alive[t], " customers after period ", t,
                       "; counts must be finite, not negative and never rise"));
    }
  }
  for (std::size_t t = 1; t < alive.size(); ++t) {
    if (absl::Status status = AddLost(static_cast<int>(t), alive[t - 1] - alive[t]); !status.ok()) {
      return status;
    }
  }
  if (alive.empty()) return absl::OkStatus();
  return AddAlive(static_cast<int>(alive.size()) - 1, alive.back());
}

absl::StatusOr<ContractFit> FitContract(const ContractTenures& tenures) {
  const double ended = SumFrom(tenures.lost(), 1);
  const double renewed = SumFrom(tenures.lost(), 2) + SumFrom(tenures.alive(), 1);
  if (ended == 0 || renewed == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("retention cannot be learned: ", ended, " contracts ended and ", renewed,
                     " were renewed at least once, both must be above 0; use a longer history"));
  }
  const double limit = std::log(1e5);
  const NelderMeadResult best = MinimizeNelderMead(
      [&](std::span<const double> logs) {
        if (std::max(std::abs(logs[0]), std::abs(logs[1])) > limit) {
          return std::numeric_limits<double>::infinity();
        }
        return -LogLikelihood({std::exp(logs[0]), std::exp(logs[1])}, tenures);
      },
      {0, 0});
  if (!best.converged) {
    return absl::InternalError(
        "the search for beta-geometric parameters did not settle on these contracts; use a longer "
        "history");
  }
  const absl::StatusOr<ContractModel> model =
      ContractModel::Create({std::exp(best.point[0]), std::exp(best.point[1])});
  if (!model.ok()) return model.status();
  return ContractFit{*model, -best.value};
}

}  // namespace tsugi::models
