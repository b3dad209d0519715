// Gauss's hypergeometric function by its series, for the lifetime models.
#ifndef TSUGI_MODELS_LIFETIME_VALUE_HYPERGEOMETRIC_H_
#define TSUGI_MODELS_LIFETIME_VALUE_HYPERGEOMETRIC_H_

namespace tsugi::models {

// 2F1(a, b; c; z) = sum over n of (a)_n (b)_n / (c)_n z^n / n!
//
// REQUIRES: c > 0, 0 <= z < 1. Accurate to about 1e-13 where a and b are not far below zero (terms
// of changing sign cancel); needs about 40 / (1 - z) terms.
double Hypergeometric2F1(double a, double b, double c, double z);

// log |Gamma(x)|, x > 0, without the C library's global sign variable (so, safe in threads).
double LogGamma(double x);
// log of the beta function.
double LogBeta(double a, double b);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_LIFETIME_VALUE_HYPERGEOMETRIC_H_
