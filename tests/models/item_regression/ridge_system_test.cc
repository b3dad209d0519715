#include "models/item_regression/ridge_system.h"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "tests/models/model_data.h"

namespace tsugi::models {
namespace {

class RidgeSystemTest : public ::testing::Test {
 protected:
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

// Solves (x^T x + ridge) w = b for random x of 3 n rows; the largest part of b that is left over.
double Residual(std::size_t n, double ridge) {
  const std::vector<float> x = RandomWeights(3 * n * n, 1);
  std::vector<std::vector<double>> matrix(n, std::vector<double>(n, 0.0));
  RidgeSystem system;
  system.Start(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = i == j ? ridge : 0.0;
      for (std::size_t r = 0; r < 3 * n; ++r) sum += double{x[r * n + i]} * double{x[r * n + j]};
      matrix[i][j] = matrix[j][i] = sum;
      system.Set(i, j, static_cast<float>(sum));
    }
  }
  const std::vector<float> b = RandomWeights(n, 2);
  std::vector<float> w = b;
  EXPECT_TRUE(system.Solve(w));
  double worst = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double left = double{b[i]};
    for (std::size_t j = 0; j < n; ++j) left -= matrix[i][j] * double{w[j]};
    worst = std::max(worst, std::abs(left));
  }
  return worst;
}

TEST_F(RidgeSystemTest, SolvesOfEverySizeOnEachInstructionSet) {
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    hwy::SetSupportedTargetsForTest(left & -left);
    SCOPED_TRACE(hwy::TargetName(left & -left));
    for (const std::size_t n : {1U, 2U, 15U, 16U, 17U, 64U, 100U, 203U}) {
      EXPECT_LT(Residual(n, 20.0), 2e-5) << n;
    }
  }
}

TEST_F(RidgeSystemTest, WhatGradientsDoNotReachIsFactorised) {
  // A string held at both ends and lifted at one: each product with the matrix carries the lift one
  // place on, and there are more places than steps.
  const std::size_t n = 3 * RidgeSystem::kMostSteps;
  RidgeSystem system;
  system.Start(n);
  for (std::size_t i = 0; i < n; ++i) {
    system.Set(i, i, 2.0F);
    if (i > 0) system.Set(i, i - 1, -1.0F);
  }
  std::vector<float> lift(n, 0.0F);
  lift[0] = 1.0F;
  ASSERT_TRUE(system.Solve(lift));
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_NEAR(lift[i], static_cast<double>(n - i) / static_cast<double>(n + 1), 1e-3);
  }
}

TEST_F(RidgeSystemTest, AMatrixThatIsNotPositiveDefiniteIsRefused) {
  RidgeSystem system;
  for (const float diagonal : {0.0F, -1.0F, 0.5F, std::numeric_limits<float>::quiet_NaN()}) {
    system.Start(2);
    system.Set(0, 0, 1.0F);
    system.Set(1, 1, diagonal);
    system.Set(0, 1, 1.0F);
    std::vector<float> b = {1.0F, -1.0F};
    EXPECT_FALSE(system.Solve(b)) << diagonal;
  }
}

TEST_F(RidgeSystemTest, NothingIsSolvedByNothing) {
  RidgeSystem system;
  system.Start(0);
  EXPECT_TRUE(system.Solve({}));
  system.Start(3);
  for (std::size_t i = 0; i < 3; ++i) system.Set(i, i, 2.0F);
  std::vector<float> b(3, 0.0F);
  EXPECT_TRUE(system.Solve(b));
  EXPECT_EQ(b, std::vector<float>(3, 0.0F));
}

}  // namespace
}  // namespace tsugi::models
