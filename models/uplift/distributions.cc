#include "models/uplift/distributions.h"

#include <math.h>  // lgamma_r is POSIX, not std

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace tsugi::models {
namespace {

double LogGammaOf(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

// The root of a rising function by bisection to the last bit.
template <typename F>
double Root(const F& function, double low, double high) {
  for (int step = 0; step < 2000; ++step) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (function(middle) < 0 ? low : high) = middle;
  }
  return low;
}

// Lentz's evaluation of the continued fraction; converges for x < (a + 1) / (a + b + 2).
double BetaFraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  const auto guard = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1;
  double d = 1 / guard(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m < 100'000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    fraction *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}

}  // namespace

double NormalCdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double NormalQuantile(double probability) {
  if (probability > 0.5) return -NormalQuantile(1 - probability);
  return Root([&](double z) { return NormalCdf(z) - probability; }, -40, 0.5);
}

double IncompleteBeta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(LogGammaOf(a + b) - LogGammaOf(a) - LogGammaOf(b) +
                                a * std::log(x) + b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * BetaFraction(a, b, x) / a;
  return 1 - front * BetaFraction(b, a, 1 - x) / b;
}

double StudentCdf(double t, double degrees) {
  const double tail = IncompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2;
  return t > 0 ? 1 - tail : tail;
}

double StudentQuantile(double probability, double degrees) {
  if (probability > 0.5) return -StudentQuantile(1 - probability, degrees);
  if (degrees > 1e7) return NormalQuantile(probability);
  return Root([&](double t) { return StudentCdf(t, degrees) - probability; }, -1e8, 0.0);
}

double NormalReach(double level) { return NormalQuantile(0.5 + level / 2); }

double StudentReach(double level, double degrees) {
  return StudentQuantile(0.5 + level / 2, degrees);
}

}  // namespace tsugi::models
