// What acceptance is before anything is shown: what evidence is weighed against.
//
// Thread safety: immutable values.
#ifndef TSUGI_ENGINE_ACCEPTANCE_PRIOR_H_
#define TSUGI_ENGINE_ACCEPTANCE_PRIOR_H_

#include <span>

namespace tsugi {

// A coefficient: normal with this mean and standard deviation.
struct CoefficientPrior {
  double mean;
  double deviation;
};

// By AcceptanceFeature, and the intercept's. The means are those of the same features fitted on the
// known probabilities of 40 simulated markets (family A; docs/models.md says how), but for a better
// model of goods and a plan near its limit, which are believed less, since those markets are kind
// to them, and the price step, of which they know one size. The deviations are about twice the
// spread between those markets and not below 0.2, since a real one differs more from them than they
// do from one another.
std::span<const CoefficientPrior> AcceptancePrior();
inline constexpr CoefficientPrior kAcceptancePriorIntercept = {-1.05, 0.5};
// All coefficients together, the slope of the probability of purchase among them, by a factor: 1
// before anything is shown, and this deviation. Markets differ most in how far a good reason takes.
inline constexpr double kAcceptanceFactorDeviation = 0.3;

}  // namespace tsugi

#endif  // TSUGI_ENGINE_ACCEPTANCE_PRIOR_H_
