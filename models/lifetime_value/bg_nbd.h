// BG/NBD: how often a customer without a contract will buy again (Fader, Hardie, Lee 2005,
// "Counting your customers the easy way", Marketing Science 24).
//
// A living customer buys at rate lambda ~ Gamma(r, alpha) and, after each purchase, stops for good
// with probability p ~ Beta(a, b). A customer's history is three numbers: repeat purchases x (the
// first purchase not counted), time of the last one t_x and of the end of observation T, both since
// the first purchase. Time is in any unit, the same for all; alpha is in it. A customer who never
// bought again counts as alive (the model lets customers stop only after a purchase they repeated).
//
//   TSUGI_ASSIGN_OR_RETURN(const BgNbdModel model, FitBgNbd(histories));
//   model.ExpectedPurchases(history, 52);   // in the next 52 weeks
//
// Every expectation is the integral of one positive rate,
//   rate(t) = P(alive) (s / A) (1 - w)^a 2F1(a + b - r - 1, a; a + b + x; w),
//   s = r + x, A = alpha + T, w = t / (A + t),
// the time derivative of the paper's equation (10) after Euler's transformation. Unlike (10) it has
// no pole at a = 1 and no argument below zero, and it can be discounted.
//
// Thread safety: BgNbdModel is immutable.
#ifndef TSUGI_MODELS_LIFETIME_VALUE_BG_NBD_H_
#define TSUGI_MODELS_LIFETIME_VALUE_BG_NBD_H_

#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tsugi::models {

struct PurchaseHistory {
  double repeats = 0;  // x, a whole number >= 0
  double last = 0;     // t_x, in [0, age]; 0 where repeats is 0
  double age = 0;      // T >= 0
};

struct BgNbdParameters {
  double r = 0;
  double alpha = 0;
  double a = 0;
  double b = 0;
};

class BgNbdModel {
 public:
  // Errors: INVALID_ARGUMENT unless all four are positive and finite.
  static absl::StatusOr<BgNbdModel> Create(const BgNbdParameters& parameters);

  const BgNbdParameters& parameters() const { return parameters_; }

  // Natural logarithm of the likelihood of one history.
  double LogLikelihood(const PurchaseHistory& history) const;

  // P(alive at `age`), in (0, 1].
  double AliveProbability(const PurchaseHistory& history) const;

  // Purchases expected in (age, age + time]. Each weighs exp(-discount x time until it), `discount`
  // being continuous, a unit of time. REQUIRES: time >= 0, discount >= 0.
  double ExpectedPurchases(const PurchaseHistory& history, double time, double discount = 0) const;

  // Repeat purchases expected of a customer not seen before, in (0, time] from his first.
  double ExpectedPurchases(double time) const { return ExpectedPurchases({}, time); }

 private:
  explicit BgNbdModel(const BgNbdParameters& parameters) : parameters_(parameters) {}

  BgNbdParameters parameters_;
};

struct BgNbdFit {
  BgNbdModel model;
  double log_likelihood = 0;
};

// Maximum likelihood, the parameters kept within [1e-5, 1e5]: where there is no finite maximum
// (nobody seems ever to stop, or customers are all alike) the fit ends on that border.
// Errors: INVALID_ARGUMENT for a history out of range; FAILED_PRECONDITION where no customer bought
// again; INTERNAL where the search does not settle.
absl::StatusOr<BgNbdFit> FitBgNbd(std::span<const PurchaseHistory> histories);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_LIFETIME_VALUE_BG_NBD_H_
