#include "models/uplift/effect.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"
#include "models/uplift/distributions.h"

namespace tsugi::models {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The effect between `value` -+ reach standard errors.
Effect Symmetric(double value, double standard_error, double reach) {
  return {value, standard_error, {value - reach * standard_error, value + reach * standard_error}};
}

Effect Unbounded(double value) { return {value, kInfinity, {-kInfinity, kInfinity}}; }

double MeanOf(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double ResampledMean(std::span<const double> values, base::Random& random) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += values[random.Below(values.size())];
  return sum / static_cast<double>(values.size());
}

// Linear between order statistics.
double Quantile(const std::vector<double>& sorted, double probability) {
  const double at = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

ConfidenceInterval RateInterval(const Proportion& proportion, double level) {
  const double n = proportion.trials;
  if (n <= 0) return {0, 1};
  const double z = NormalReach(level);
  const double rate = proportion.Rate();
  const double centre = (rate + z * z / (2 * n)) / (1 + z * z / n);
  const double reach = z / (1 + z * z / n) * std::sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
  // At the ends the formula is exact; rounding must not leave a rate of 0 outside its interval.
  return {std::min(std::max(centre - reach, 0.0), rate),
          std::max(std::min(centre + reach, 1.0), rate)};
}

Effect RateDifference(const Proportion& treated, const Proportion& control, double level) {
  if (treated.trials <= 0 || control.trials <= 0) return {0, kInfinity, {-1, 1}};
  const double t = treated.Rate();
  const double c = control.Rate();
  const ConfidenceInterval in_t = RateInterval(treated, level);
  const ConfidenceInterval in_c = RateInterval(control, level);
  return {t - c,
          std::sqrt(t * (1 - t) / treated.trials + c * (1 - c) / control.trials),
          {t - c - std::hypot(t - in_t.low, in_c.high - c),
           t - c + std::hypot(in_t.high - t, c - in_c.low)}};
}

void Moments::Add(double value) {
  ++count_;
  const double step = value - mean_;
  mean_ += step / count_;
  squares_ += step * (value - mean_);
}

double Moments::StandardError() const {
  return count_ > 1 ? std::sqrt(Variance() / count_) : kInfinity;
}

Effect MeanEstimate(const Moments& moments, double level) {
  if (moments.count() < 2) return Unbounded(moments.mean());
  return Symmetric(moments.mean(), moments.StandardError(),
                   StudentReach(level, moments.count() - 1));
}

Effect MeanDifference(const Moments& treated, const Moments& control, double level) {
  const double value = treated.mean() - control.mean();
  if (treated.count() < 2 || control.count() < 2) return Unbounded(value);
  const double t = treated.Variance() / treated.count();
  const double c = control.Variance() / control.count();
  if (t + c <= 0) return Symmetric(value, 0, 0);
  // Welch's and Satterthwaite's degrees of freedom.
  const double degrees =
      (t + c) * (t + c) / (t * t / (treated.count() - 1) + c * c / (control.count() - 1));
  return Symmetric(value, std::sqrt(t + c), StudentReach(level, degrees));
}

Effect BootstrapMeanDifference(std::span<const double> treated, std::span<const double> control,
                               const ResampleOptions& options) {
  if (treated.empty() || control.empty() || options.resamples < 2) return Unbounded(0);
  std::vector<double> differences(static_cast<std::size_t>(options.resamples));
  base::ParallelFor(differences.size(), 16, [&](base::Chunk chunk) {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      base::Random random(base::Mix64(options.seed) + i);
      const double mean = ResampledMean(treated, random);
      differences[i] = mean - ResampledMean(control, random);
    }
  });
  Moments spread;
  for (const double difference : differences) spread.Add(difference);
  std::sort(differences.begin(), differences.end());
  return {MeanOf(treated) - MeanOf(control),
          std::sqrt(spread.Variance()),
          {Quantile(differences, (1 - options.level) / 2),
           Quantile(differences, (1 + options.level) / 2)}};
}

}  // namespace tsugi::models
