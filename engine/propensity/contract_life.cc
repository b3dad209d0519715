#include "engine/propensity/contract_life.h"

#include <algorithm>
#include <cmath>

namespace tsugi {
namespace {

constexpr double kYear = 365;
constexpr double kDaysPerMonth = 365.25 / 12;

}  // namespace

base::Micros PeriodMicros(int billing_months) {
  return static_cast<base::Micros>(kDaysPerMonth * 86'400e6) * std::max(1, billing_months);
}

const ContractBehaviour* FindContracts(const Behaviour& behaviour, int billing_months,
                                       std::string_view segment) {
  const ContractBehaviour* everyone = nullptr;
  for (const ContractBehaviour& contract : behaviour.contracts) {
    if (contract.billing_months != billing_months) continue;
    if (contract.segment == segment) return &contract;
    if (contract.segment.empty()) everyone = &contract;
  }
  return everyone;
}

std::optional<double> ExpectedLifeDays(const Behaviour& behaviour, int billing_months,
                                       std::string_view segment, absl::Time paid_from,
                                       absl::Time at) {
  const ContractBehaviour* contracts = FindContracts(behaviour, billing_months, segment);
  if (contracts == nullptr) return std::nullopt;
  const double period = kDaysPerMonth * std::max(1, billing_months);
  const double age = std::max(0.0, absl::FDivDuration(at - paid_from, absl::Hours(24)));
  const double renewals = std::floor(age / period);
  const double until_next = (renewals + 1) * period - age;
  if (until_next > kYear) return std::nullopt;
  // Retention of period t + 1 is (beta + t) / (alpha + beta + t).
  const double ends = 1 + std::floor((kYear - until_next) / period);
  const auto& [alpha, beta] = contracts->parameters;
  double log_survival = 0;
  for (double k = 0; k < ends; ++k) {
    log_survival += std::log((beta + renewals + k) / (alpha + beta + renewals + k));
  }
  return log_survival < 0 ? std::optional(-kYear / log_survival) : std::nullopt;
}

}  // namespace tsugi
