#include "models/lifetime_value/gamma_gamma.h"

#include <cmath>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "models/lifetime_value/hypergeometric.h"
#include "models/lifetime_value/nelder_mead.h"

namespace tsugi::models {
namespace {

// Density of the mean of x orders.
double LogDensity(const GammaGammaParameters& g, const SpendHistory& h) {
  const double shape = g.p * h.orders;
  return LogGamma(shape + g.q) - LogGamma(shape) - LogGamma(g.q) + g.q * std::log(g.v) +
         (shape - 1) * std::log(h.mean) + shape * std::log(h.orders) -
         (shape + g.q) * std::log(g.v + h.orders * h.mean);
}

}  // namespace

absl::StatusOr<GammaGammaModel> GammaGammaModel::Create(const GammaGammaParameters& parameters) {
  if (parameters.p > 0 && parameters.q > 1 && parameters.v > 0 && std::isfinite(parameters.p) &&
      std::isfinite(parameters.q) && std::isfinite(parameters.v)) {
    return GammaGammaModel(parameters);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("Gamma-Gamma parameters p ", parameters.p, ", q ", parameters.q, ", v ",
                   parameters.v, ": p and v must be positive and q above 1, all finite"));
}

double GammaGammaModel::LogLikelihood(const SpendHistory& history) const {
  return LogDensity(parameters_, history);
}

double GammaGammaModel::PopulationMean() const { return ExpectedOrder({}); }

double GammaGammaModel::ExpectedOrder(const SpendHistory& history) const {
  const GammaGammaParameters& g = parameters_;
  return g.p * (g.v + history.orders * history.mean) / (g.p * history.orders + g.q - 1);
}

absl::StatusOr<GammaGammaFit> FitGammaGamma(std::span<const SpendHistory> histories) {
  std::vector<SpendHistory> kept;
  double scale = 0;
  for (const SpendHistory& history : histories) {
    if (!(history.orders > 0) || !(history.mean > 0) || !std::isfinite(history.mean)) continue;
    kept.push_back(history);
    scale += history.mean;
  }
  if (kept.size() < 2) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the value of orders needs two customers or more with repeat orders of a value above 0, "
        "there are ",
        kept.size()));
  }
  scale /= static_cast<double>(kept.size());  // the start does not depend on the currency
  const auto unpack = [scale](std::span<const double> logs) {
    return GammaGammaParameters{std::exp(logs[0]), std::exp(logs[1]), scale * std::exp(logs[2])};
  };
  const double limit = std::log(1e5);
  const NelderMeadResult best = MinimizeNelderMead(
      [&](std::span<const double> logs) {
        double sum = 0;
        for (const double log : logs) {
          if (std::abs(log) > limit) return std::numeric_limits<double>::infinity();
        }
        const GammaGammaParameters parameters = unpack(logs);
        for (const SpendHistory& history : kept) sum += LogDensity(parameters, history);
        return -sum;
      },
      {0, std::log(2.0), 0});
  const absl::StatusOr<GammaGammaModel> model = GammaGammaModel::Create(unpack(best.point));
  if (!best.converged || !model.ok()) {
    return absl::InvalidArgumentError(
        "the Gamma-Gamma model does not fit these orders (spend too equal over customers, or of "
        "infinite mean); use average order values instead");
  }
  return GammaGammaFit{*model, -best.value, static_cast<int>(kept.size())};
}

}  // namespace tsugi::models
