#include "models/association.h"

#include <algorithm>
#include <cmath>

namespace tsugi::models {
namespace {

double Ratio(double part, double whole) { return whole > 0 ? part / whole : 0.0; }

// x ln(x / expected), 0 at x = 0.
double Surprise(double seen, double expected) {
  return seen > 0 && expected > 0 ? seen * std::log(seen / expected) : 0.0;
}

}  // namespace

double Support(const AssociationCounts& counts) { return Ratio(counts.both, counts.total); }

double Confidence(const AssociationCounts& counts) { return Ratio(counts.both, counts.first); }

double Cosine(const AssociationCounts& counts) {
  return Ratio(counts.both, std::sqrt(counts.first * counts.second));
}

double Lift(const AssociationCounts& counts) {
  return Ratio(counts.both * counts.total, counts.first * counts.second);
}

double LogLikelihood(const AssociationCounts& counts) {
  if (counts.total <= 0) return 0.0;
  // Weighted counts are rounded sums: a cell may come out a hair below 0.
  const auto cell = [](double value) { return std::max(0.0, value); };
  const double only_first = cell(counts.first - counts.both);
  const double only_second = cell(counts.second - counts.both);
  const double neither = cell(counts.total - counts.first - counts.second + counts.both);
  const double without_first = counts.total - counts.first;
  const double without_second = counts.total - counts.second;
  const double expected = counts.first * counts.second / counts.total;
  const double g2 = 2.0 * (Surprise(counts.both, expected) +
                           Surprise(only_first, counts.first * without_second / counts.total) +
                           Surprise(only_second, without_first * counts.second / counts.total) +
                           Surprise(neither, without_first * without_second / counts.total));
  const double strength = std::max(0.0, g2);
  return counts.both < expected ? -strength : strength;
}

double Measure(Association measure, const AssociationCounts& counts) {
  switch (measure) {
    case Association::kSupport:
      return Support(counts);
    case Association::kConfidence:
      return Confidence(counts);
    case Association::kCosine:
      return Cosine(counts);
    case Association::kLift:
      return Lift(counts);
    case Association::kLogLikelihood:
      return LogLikelihood(counts);
  }
  return 0.0;
}

}  // namespace tsugi::models
