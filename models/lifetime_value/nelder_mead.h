// Minimum of a function of a few variables without derivatives: the downhill simplex of Nelder and
// Mead (1965) with the dimension-dependent coefficients of Gao and Han (2012), started again from
// the best point until a restart no longer helps. Deterministic.
#ifndef TSUGI_MODELS_LIFETIME_VALUE_NELDER_MEAD_H_
#define TSUGI_MODELS_LIFETIME_VALUE_NELDER_MEAD_H_

#include <functional>
#include <span>
#include <vector>

namespace tsugi::models {

struct NelderMeadOptions {
  double step = 0.5;         // size of the first simplex
  double tolerance = 1e-10;  // relative spread of values at which a simplex has converged
  double size = 1e-6;        // and its extent
  int max_evaluations = 20'000;
};

struct NelderMeadResult {
  std::vector<double> point;
  double value = 0;
  int evaluations = 0;
  bool converged = false;
};

// `function` may return infinity or NaN where it is not defined, but not at `start`.
// REQUIRES: start is not empty.
NelderMeadResult MinimizeNelderMead(const std::function<double(std::span<const double>)>& function,
                                    std::vector<double> start,
                                    const NelderMeadOptions& options = {});

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_LIFETIME_VALUE_NELDER_MEAD_H_
