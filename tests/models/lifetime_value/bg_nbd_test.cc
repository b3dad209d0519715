#include "models/lifetime_value/bg_nbd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "models/lifetime_value/gamma_gamma.h"
#include "models/lifetime_value/hypergeometric.h"
#include "models/lifetime_value/order_value.h"
#include "models/lifetime_value/quadrature.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::tsugi::testing::StatusIs;

constexpr BgNbdParameters kCdnow = {0.243, 4.414, 0.793, 2.426};

BgNbdModel Model(const BgNbdParameters& parameters) {
  return BgNbdModel::Create(parameters).value();
}

// The story of the model told by brute force: integrals over lambda and p of what a customer with
// these would have done. Variables are changed so that the densities have no poles: lambda = e^u,
// p = 1 / (1 + e^-v).
double OverCustomers(const BgNbdParameters& m, const std::function<double(double, double)>& f) {
  const double scale = m.r * std::log(m.alpha) - LogGamma(m.r) - LogBeta(m.a, m.b);
  return Integrate(
      [&](double u) {
        const double lambda = std::exp(u);
        const double gamma = m.r * u - m.alpha * lambda;
        return Integrate(
            [&](double v) {
              const double log_p = -std::log1p(std::exp(-v));
              const double log_q = -std::log1p(std::exp(v));
              const double log_density = scale + gamma + m.a * log_p + m.b * log_q;
              return log_density < -40 ? 0 : std::exp(log_density) * f(lambda, std::exp(log_p));
            },
            -90, 60, 50);
      },
      -100, 8, 45);
}

// P(history, alive | lambda, p) and P(history | lambda, p), as far as they depend on the two.
double AliveWeight(const PurchaseHistory& h, double lambda, double p) {
  return std::pow(1 - p, h.repeats) * std::pow(lambda, h.repeats) * std::exp(-lambda * h.age);
}
double Weight(const PurchaseHistory& h, double lambda, double p) {
  double weight = AliveWeight(h, lambda, p);
  if (h.repeats > 0) {
    weight += p * std::pow(1 - p, h.repeats - 1) * std::pow(lambda, h.repeats) *
              std::exp(-lambda * h.last);
  }
  return weight;
}
// Of a living customer: purchases in the next t.
double Purchases(double lambda, double p, double t) { return -std::expm1(-lambda * p * t) / p; }

const std::vector<PurchaseHistory>& Histories() {
  static const auto& histories = *new std::vector<PurchaseHistory>{
      {0, 0, 38.86}, {1, 1, 38.86}, {2, 30.43, 38.86}, {7, 29.4, 35}, {12, 12, 39}};
  return histories;
}

class BgNbdShapesTest : public ::testing::TestWithParam<BgNbdParameters> {};

TEST_P(BgNbdShapesTest, ExpectationsEqualBruteForceIntegration) {
  const BgNbdParameters m = GetParam();
  const BgNbdModel model = Model(m);
  for (const PurchaseHistory& h : Histories()) {
    const double total = OverCustomers(m, [&](double l, double p) { return Weight(h, l, p); });
    const double alive = OverCustomers(m, [&](double l, double p) { return AliveWeight(h, l, p); });
    const double bought = OverCustomers(
        m, [&](double l, double p) { return AliveWeight(h, l, p) * Purchases(l, p, 39); });
    EXPECT_NEAR(model.LogLikelihood(h), std::log(total), 1e-6) << h.repeats;
    EXPECT_NEAR(model.AliveProbability(h), alive / total, 1e-6) << h.repeats;
    EXPECT_NEAR(model.ExpectedPurchases(h, 39), bought / total, 1e-6 * (1 + bought / total))
        << h.repeats;
  }
}

INSTANTIATE_TEST_SUITE_P(AlsoAtAOfOneAndBelowAndWithManyAlike, BgNbdShapesTest,
                         ::testing::Values(kCdnow, BgNbdParameters{0.8, 5, 1, 2.5},
                                           BgNbdParameters{1.5, 12, 0.3, 0.5},
                                           BgNbdParameters{6, 40, 2.5, 3}));

// Equation (10) of the paper, which the model does not use.
TEST(BgNbdTest, ExpectationEqualsThePublishedFormula) {
  const BgNbdModel model = Model(kCdnow);
  const auto& m = kCdnow;
  for (const PurchaseHistory& h : Histories()) {
    const double t = 39;
    const double s = m.r + h.repeats;
    const double end = m.alpha + h.age + t;
    const double published =
        (m.a + m.b + h.repeats - 1) / (m.a - 1) *
        (1 - std::pow((m.alpha + h.age) / end, s) *
                 Hypergeometric2F1(s, m.b + h.repeats, m.a + m.b + h.repeats - 1, t / end)) *
        model.AliveProbability(h);
    EXPECT_NEAR(model.ExpectedPurchases(h, t), published, 1e-9 * (1 + published));
  }
}

// The paper's worked example: x = 2, t_x = 30.43, T = 38.86 gives 1.226 purchases in 39 weeks.
TEST(BgNbdTest, GivesThePublishedExample) {
  EXPECT_NEAR(Model(kCdnow).ExpectedPurchases({2, 30.43, 38.86}, 39), 1.226, 0.001);
}

TEST(BgNbdTest, CustomerWithoutRepeatsCountsAsAlive) {
  EXPECT_EQ(Model(kCdnow).AliveProbability({0, 0, 500}), 1);
}

TEST(BgNbdTest, SilenceLowersTheProbabilityToBeAlive) {
  const BgNbdModel model = Model(kCdnow);
  EXPECT_GT(model.AliveProbability({5, 38, 39}), model.AliveProbability({5, 20, 39}));
  EXPECT_GT(model.AliveProbability({5, 20, 39}), model.AliveProbability({5, 20, 80}));
}

TEST(BgNbdTest, HugeCountsAndLongTimesStayFinite) {
  const BgNbdModel model = Model(kCdnow);
  EXPECT_TRUE(std::isfinite(model.LogLikelihood({5000, 500, 520})));
  const double expected = model.ExpectedPurchases({5000, 520, 520}, 520);
  EXPECT_GT(expected, 1000);
  EXPECT_LT(expected, 5000);
  EXPECT_EQ(model.AliveProbability({5000, 1, 10'000}), 0);
  EXPECT_EQ(model.ExpectedPurchases({5000, 1, 10'000}, 52), 0);
}

// Where customers hardly differ in when they stop, the fit runs into the bounds of a and b. The
// mean over p ~ Beta(a, b + x) of a living customer's purchases, which are known for each p, on a
// grid.
TEST(BgNbdTest, CustomersWhoStopAlikeAreNoSlowerAndNoLessExact) {
  const double time = 52;
  for (const BgNbdParameters& m :
       {BgNbdParameters{2.1, 4.1, 199, 20'000}, BgNbdParameters{2.1, 4.1, 201, 20'000},
        BgNbdParameters{2.1, 4.1, 968, 1e5}, BgNbdParameters{2.1, 4.1, 1e5, 1e5}}) {
    const BgNbdModel model = Model(m);
    for (const PurchaseHistory& h : Histories()) {
      const double b = m.b + h.repeats;
      const double mean = m.a / (m.a + b);
      const double deviation = std::sqrt(mean * (1 - mean) / (m.a + b + 1));
      const double shape = m.r + h.repeats;
      const double rate = m.alpha + h.age;
      double total = 0;
      double weight = 0;
      for (double z = -8; z <= 8; z += 0.01) {
        const double p = mean + z * deviation;
        if (p <= 0 || p >= 1) continue;
        const double density =
            std::exp((m.a - 1) * std::log(p) + (b - 1) * std::log1p(-p) - LogBeta(m.a, b));
        weight += density;
        total += density / p * (1 - std::pow(rate / (rate + p * time), shape));
      }
      const double expected = model.AliveProbability(h) * total / weight;
      EXPECT_NEAR(model.ExpectedPurchases(h, time), expected, 2e-5 * expected) << m.a;
    }
  }
}

TEST(BgNbdTest, ExpectationAddsUpOverTime) {
  const BgNbdModel model = Model(kCdnow);
  EXPECT_EQ(model.ExpectedPurchases(0), 0);
  EXPECT_LT(model.ExpectedPurchases(10), model.ExpectedPurchases(20));
  EXPECT_LT(model.ExpectedPurchases(20), 2 * model.ExpectedPurchases(10));  // customers stop
}

TEST(BgNbdTest, DiscountingWeighsEachPurchaseByItsTime) {
  const BgNbdModel model = Model(kCdnow);
  const PurchaseHistory h = {2, 30.43, 38.86};
  double sum = 0;  // in steps short enough to take the discount as constant
  for (int step = 0; step < 5200; ++step) {
    const double t = step / 100.0;
    sum += (model.ExpectedPurchases(h, t + 0.01) - model.ExpectedPurchases(h, t)) *
           std::exp(-0.05 * (t + 0.005));
  }
  EXPECT_NEAR(model.ExpectedPurchases(h, 52, 0.05), sum, 1e-6);
}

TEST(BgNbdTest, FitFindsTheParametersCustomersWereDrawnFrom) {
  base::Random random(7);
  std::vector<PurchaseHistory> histories;
  for (int i = 0; i < 20'000; ++i) {  // r = 1, alpha = 10, a = 1, b = 2
    const double lambda = random.Exponential() / 10;
    const double p = 1 - std::sqrt(1 - random.Uniform());
    PurchaseHistory h{0, 0, 52};
    for (double t = 0; true; h.last = t, ++h.repeats) {
      if (h.repeats > 0 && random.Chance(p)) break;
      t += random.Exponential() / lambda;
      if (t > h.age) break;
    }
    histories.push_back(h);
  }
  ASSERT_OK_AND_ASSIGN(const BgNbdFit fit, FitBgNbd(histories));
  const BgNbdParameters& found = fit.model.parameters();
  EXPECT_NEAR(found.r, 1, 0.05);
  EXPECT_NEAR(found.alpha, 10, 0.7);
  EXPECT_NEAR(found.a / (found.a + found.b), 1.0 / 3, 0.02);
}

TEST(BgNbdTest, FitSettlesWhereNobodyEverStops) {
  std::vector<PurchaseHistory> histories;
  histories.reserve(50);
  for (int i = 0; i < 50; ++i) histories.push_back({10.0 + i % 5, 52, 52});
  ASSERT_OK_AND_ASSIGN(const BgNbdFit fit, FitBgNbd(histories));
  EXPECT_GT(fit.model.AliveProbability({12, 52, 52}), 0.99);
  EXPECT_NEAR(fit.model.ExpectedPurchases({12, 52, 52}, 52), 12, 0.5);
}

TEST(BgNbdTest, RefusesWhatCannotBeFitted) {
  EXPECT_THAT(FitBgNbd(std::vector<PurchaseHistory>{{0, 0, 10}, {0, 0, 12}}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(FitBgNbd(std::vector<PurchaseHistory>{{1, 12, 10}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(FitBgNbd(std::vector<PurchaseHistory>{{1.5, 2, 10}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(BgNbdModel::Create({1, 0, 1, 1}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(OrderValueTest, IsDiscountedPurchasesTimesOrderValueTimesMargin) {
  const BgNbdModel purchases = Model(kCdnow);
  ASSERT_OK_AND_ASSIGN(const GammaGammaModel spend, GammaGammaModel::Create({6.25, 3.74, 15.44}));
  const PurchaseHistory h = {2, 30.43, 38.86};
  EXPECT_NEAR(ExpectedOrderValue(purchases, spend, h, 25, {.discount_rate = 0, .margin = 0.3}),
              0.3 * spend.ExpectedOrder({2, 25}) * purchases.ExpectedPurchases(h, kWeeksPerYear),
              1e-9);
  EXPECT_LT(ExpectedOrderValue(purchases, spend, h, 25, {.discount_rate = 0.2}),
            ExpectedOrderValue(purchases, spend, h, 25, {.discount_rate = 0.1}));
}

}  // namespace
}  // namespace tsugi::models
