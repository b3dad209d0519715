// Gamma-Gamma: what a customer's average order is worth (Fader, Hardie, Lee 2005, "RFM and CLV";
// formulas after Fader, Hardie 2013, "The Gamma-Gamma model of monetary value").
//
// A customer's orders are Gamma(p, nu) in value, nu ~ Gamma(q, v) over customers, independent of
// how often he buys. The mean of few orders is drawn towards everyone's. v is in money.
//
// Thread safety: GammaGammaModel is immutable.
#ifndef TSUGI_MODELS_LIFETIME_VALUE_GAMMA_GAMMA_H_
#define TSUGI_MODELS_LIFETIME_VALUE_GAMMA_GAMMA_H_

#include <span>

#include "absl/status/statusor.h"

namespace tsugi::models {

struct SpendHistory {
  double orders = 0;  // >= 0; in step with BG/NBD: repeat purchases
  double mean = 0;    // their mean value, > 0 where there are any
};

struct GammaGammaParameters {
  double p = 0;
  double q = 0;  // > 1: below, the mean over customers is infinite
  double v = 0;
};

class GammaGammaModel {
 public:
  // Errors: INVALID_ARGUMENT unless p and v are positive, q above 1, all finite.
  static absl::StatusOr<GammaGammaModel> Create(const GammaGammaParameters& parameters);

  const GammaGammaParameters& parameters() const { return parameters_; }

  double LogLikelihood(const SpendHistory& history) const;  // REQUIRES: orders > 0

  double PopulationMean() const;                            // p v / (q - 1)
  double ExpectedOrder(const SpendHistory& history) const;  // of his orders to come

 private:
  explicit GammaGammaModel(const GammaGammaParameters& parameters) : parameters_(parameters) {}

  GammaGammaParameters parameters_;
};

struct GammaGammaFit {
  GammaGammaModel model;
  double log_likelihood = 0;
  int customers = 0;  // fitted on: those with orders of a mean above zero
};

// Maximum likelihood over the histories with orders > 0 and mean > 0; the others are passed over.
// Errors: FAILED_PRECONDITION for fewer than two of them, INVALID_ARGUMENT where there is no
// maximum with p, v in [1e-5, 1e5] x scale and q > 1 (spend too equal or too heavy-tailed).
absl::StatusOr<GammaGammaFit> FitGammaGamma(std::span<const SpendHistory> histories);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_LIFETIME_VALUE_GAMMA_GAMMA_H_
