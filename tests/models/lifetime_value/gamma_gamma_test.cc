#include "models/lifetime_value/gamma_gamma.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "models/lifetime_value/hypergeometric.h"
#include "models/lifetime_value/quadrature.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::tsugi::testing::StatusIs;

constexpr GammaGammaParameters kCdnow = {6.25, 3.74, 15.44};

// By the story: nu ~ Gamma(q, v); the mean of x orders is Gamma(p x, nu x); an order is p / nu.
double OverCustomers(const GammaGammaParameters& g, const SpendHistory& h, double power) {
  return Integrate(
      [&](double u) {
        const double nu = std::exp(u);
        const double shape = g.p * h.orders;
        const double log_nu = g.q * std::log(g.v) + g.q * u - g.v * nu - LogGamma(g.q);
        const double log_mean = shape * (u + std::log(h.orders)) + (shape - 1) * std::log(h.mean) -
                                nu * h.orders * h.mean - LogGamma(shape);
        return std::exp(log_nu + log_mean) * std::pow(g.p / nu, power);
      },
      -20, 8, 100);
}

TEST(GammaGammaTest, LikelihoodAndMeanEqualBruteForceIntegration) {
  ASSERT_OK_AND_ASSIGN(const GammaGammaModel model, GammaGammaModel::Create(kCdnow));
  for (const SpendHistory& h : {SpendHistory{1, 20}, SpendHistory{2, 55}, SpendHistory{14, 33}}) {
    const double likelihood = OverCustomers(kCdnow, h, 0);
    EXPECT_NEAR(model.LogLikelihood(h), std::log(likelihood), 1e-9);
    EXPECT_NEAR(model.ExpectedOrder(h), OverCustomers(kCdnow, h, 1) / likelihood, 1e-7);
  }
}

TEST(GammaGammaTest, FewOrdersAreDrawnTowardsEveryonesMean) {
  ASSERT_OK_AND_ASSIGN(const GammaGammaModel model, GammaGammaModel::Create(kCdnow));
  EXPECT_NEAR(model.PopulationMean(), 6.25 * 15.44 / 2.74, 1e-12);
  EXPECT_DOUBLE_EQ(model.ExpectedOrder({}), model.PopulationMean());
  const double one = model.ExpectedOrder({1, 100});
  const double many = model.ExpectedOrder({50, 100});
  EXPECT_LT(model.PopulationMean(), one);
  EXPECT_LT(one, many);
  EXPECT_LT(many, 100);
  EXPECT_GT(many, 99);
}

TEST(GammaGammaTest, FitFindsTheParametersInAnyCurrency) {
  base::Random random(11);
  std::vector<SpendHistory> histories;
  const auto gamma = [&](int shape) {
    double sum = 0;
    for (int i = 0; i < shape; ++i) sum += random.Exponential();
    return sum;
  };
  for (int i = 0; i < 5000; ++i) {  // p = 4, q = 3, v = 20
    const double nu = gamma(3) / 20;
    const int orders = i % 2 == 0 ? 1 : 12;
    double sum = 0;
    for (int n = 0; n < orders; ++n) sum += gamma(4) / nu;
    histories.push_back({static_cast<double>(orders), sum / orders});
  }
  ASSERT_OK_AND_ASSIGN(const GammaGammaFit fit, FitGammaGamma(histories));
  EXPECT_NEAR(fit.model.parameters().p, 4, 0.3);
  EXPECT_NEAR(fit.model.parameters().q, 3, 0.2);
  EXPECT_NEAR(fit.model.PopulationMean(), 40, 1.5);
  for (SpendHistory& h : histories) h.mean *= 150;
  ASSERT_OK_AND_ASSIGN(const GammaGammaFit yen, FitGammaGamma(histories));
  EXPECT_NEAR(yen.model.parameters().p / fit.model.parameters().p, 1, 1e-4);
  EXPECT_NEAR(yen.model.parameters().v / fit.model.parameters().v, 150, 0.02);
}

TEST(GammaGammaTest, PassesOverCustomersWithoutRepeatsOrValue) {
  std::vector<SpendHistory> histories = {{0, 0}, {2, 0}, {1, 20}};
  EXPECT_THAT(FitGammaGamma(histories), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(GammaGammaTest, RefusesAnInfiniteMean) {
  EXPECT_THAT(GammaGammaModel::Create({6, 1, 15}), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tsugi::models
