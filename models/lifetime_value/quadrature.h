// Integrals of smooth functions by composite Gauss-Legendre quadrature.
#ifndef TSUGI_MODELS_LIFETIME_VALUE_QUADRATURE_H_
#define TSUGI_MODELS_LIFETIME_VALUE_QUADRATURE_H_

#include <functional>

namespace tsugi::models {

// The integral of `function` from `low` to `high`, 16 points on each of `panels` equal panels:
// exact for polynomials of degree 31. REQUIRES: panels >= 1.
double Integrate(const std::function<double(double)>& function, double low, double high,
                 int panels);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_LIFETIME_VALUE_QUADRATURE_H_
