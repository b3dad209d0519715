// The numerical tools under the lifetime models.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "models/lifetime_value/hypergeometric.h"
#include "models/lifetime_value/nelder_mead.h"
#include "models/lifetime_value/quadrature.h"

namespace tsugi::models {
namespace {

TEST(HypergeometricTest, EqualsItsElementaryCases) {
  for (const double z : {0.0, 0.1, 0.5, 0.9, 0.99}) {
    if (z > 0) {
      EXPECT_NEAR(Hypergeometric2F1(1, 1, 2, z), -std::log(1 - z) / z, 1e-10);
      EXPECT_NEAR(Hypergeometric2F1(0.5, 1, 1.5, z * z), std::atanh(z) / z, 1e-10);
    }
    EXPECT_NEAR(Hypergeometric2F1(2.5, 3, 3, z) * std::pow(1 - z, 2.5), 1, 1e-10);
  }
}

TEST(HypergeometricTest, EndsWhereAnArgumentIsAWholeNumberBelowOne) {
  EXPECT_DOUBLE_EQ(Hypergeometric2F1(0, 3, 2, 0.9), 1);
  EXPECT_DOUBLE_EQ(Hypergeometric2F1(-2, 3, 2, 0.5), 1 - 2 * 3 / 2.0 * 0.5 + 0.5);
}

TEST(LogGammaTest, EqualsFactorials) {
  EXPECT_NEAR(LogGamma(6), std::log(120), 1e-13);
  EXPECT_NEAR(LogBeta(3, 4), std::log(1 / 60.0), 1e-13);
}

TEST(IntegrateTest, IsExactForPolynomialsAndAccurateForSmoothFunctions) {
  EXPECT_NEAR(Integrate([](double x) { return std::pow(x, 9); }, 0, 2, 1), 102.4, 1e-11);
  EXPECT_NEAR(Integrate([](double x) { return std::sin(x); }, 0, std::numbers::pi, 2), 2, 1e-13);
}

TEST(NelderMeadTest, FindsTheBottomOfACurvedValley) {
  const NelderMeadResult result = MinimizeNelderMead(
      [](std::span<const double> x) {  // Rosenbrock
        return 100 * std::pow(x[1] - x[0] * x[0], 2) + std::pow(1 - x[0], 2);
      },
      {-1.2, 1});
  EXPECT_TRUE(result.converged);
  EXPECT_NEAR(result.point[0], 1, 1e-4);
  EXPECT_NEAR(result.point[1], 1, 1e-4);
}

TEST(NelderMeadTest, StaysWhereTheFunctionIsDefined) {
  const NelderMeadResult result = MinimizeNelderMead(
      [](std::span<const double> x) {
        return x[0] < 1 ? std::numeric_limits<double>::quiet_NaN() : x[0];
      },
      {3});
  EXPECT_NEAR(result.value, 1, 1e-5);
}

TEST(NelderMeadTest, SaysWhenItDidNotConverge) {
  const NelderMeadResult result =
      MinimizeNelderMead([](std::span<const double> x) { return x[0] * x[0] + x[1] * x[1]; },
                         {5, 5}, {.max_evaluations = 10});
  EXPECT_FALSE(result.converged);
}

}  // namespace
}  // namespace tsugi::models
