// Quantiles for intervals: normal and Student's t.
#ifndef TSUGI_MODELS_UPLIFT_DISTRIBUTIONS_H_
#define TSUGI_MODELS_UPLIFT_DISTRIBUTIONS_H_

namespace tsugi::models {

double NormalCdf(double z);
// REQUIRES: 0 < probability < 1.
double NormalQuantile(double probability);

// Regularised incomplete beta function I_x(a, b) by its continued fraction (Press et al.,
// "Numerical Recipes", section 6.4). REQUIRES: a, b > 0, 0 <= x <= 1.
double IncompleteBeta(double a, double b, double x);

double StudentCdf(double t, double degrees);
// REQUIRES: 0 < probability < 1, degrees > 0.
double StudentQuantile(double probability, double degrees);

// How many standard errors an interval of this level reaches to either side: 1.96 for 0.95.
double NormalReach(double level);
double StudentReach(double level, double degrees);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_UPLIFT_DISTRIBUTIONS_H_
