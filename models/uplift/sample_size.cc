#include "models/uplift/sample_size.h"

#include <algorithm>
#include <cmath>

#include "models/uplift/distributions.h"

namespace tsugi::models {
namespace {

constexpr double kMost = 1e15;  // beyond, "no number is enough" is the better answer

double RateVariance(const Proportion& proportion) {
  return proportion.Rate() * (1 - proportion.Rate());
}

std::optional<std::int64_t> More(double effect, double variance_treated, double variance_control,
                                 double treated, double control, const PowerOptions& options) {
  if (treated <= 0 || control <= 0) return std::nullopt;
  const std::optional<std::int64_t> needed = CustomersNeeded(
      effect, variance_treated, variance_control, control / (treated + control), options);
  if (!needed.has_value()) return std::nullopt;
  return std::max<std::int64_t>(0, *needed - static_cast<std::int64_t>(treated + control));
}

}  // namespace

std::optional<std::int64_t> CustomersNeeded(double effect, double variance_treated,
                                            double variance_control, double control_share,
                                            const PowerOptions& options) {
  if (effect == 0 || !(control_share > 0) || !(control_share < 1)) return std::nullopt;
  const double reach = NormalReach(options.level) + NormalQuantile(options.power);
  const double variance = variance_treated / (1 - control_share) + variance_control / control_share;
  const double customers = std::ceil(reach * reach * variance / (effect * effect));
  if (!(customers < kMost)) return std::nullopt;
  return static_cast<std::int64_t>(customers);
}

std::optional<std::int64_t> MoreCustomersNeeded(const Proportion& treated,
                                                const Proportion& control,
                                                const PowerOptions& options) {
  return More(treated.Rate() - control.Rate(), RateVariance(treated), RateVariance(control),
              treated.trials, control.trials, options);
}

std::optional<std::int64_t> MoreCustomersNeeded(const Moments& treated, const Moments& control,
                                                const PowerOptions& options) {
  return More(treated.mean() - control.mean(), treated.Variance(), control.Variance(),
              treated.count(), control.count(), options);
}

}  // namespace tsugi::models
