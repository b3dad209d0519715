#include "models/lifetime_value/hypergeometric.h"

#include <math.h>  // lgamma_r is POSIX, not std

#include <cmath>

namespace tsugi::models {

double Hypergeometric2F1(double a, double b, double c, double z) {
  constexpr int kMaxTerms = 1'000'000;
  double term = 1;
  double sum = 1;
  for (int n = 0; n < kMaxTerms; ++n) {
    const double ratio = (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
    term *= ratio;
    sum += term;
    if (term == 0) break;
    // The rest is about a geometric series: its sum, not its first term, must be negligible.
    if (std::abs(ratio) < 1 && std::abs(term) < 1e-16 * std::abs(sum) * (1 - std::abs(ratio))) {
      break;
    }
  }
  return sum;
}

double LogGamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

double LogBeta(double a, double b) { return LogGamma(a) + LogGamma(b) - LogGamma(a + b); }

}  // namespace tsugi::models
