#include "models/uplift/distributions.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tsugi::models {
namespace {

// Quantiles as in any printed table.
TEST(DistributionsTest, NormalQuantilesAreThoseOfTheTables) {
  EXPECT_NEAR(NormalQuantile(0.975), 1.959964, 1e-6);
  EXPECT_NEAR(NormalQuantile(0.8), 0.841621, 1e-6);
  EXPECT_NEAR(NormalQuantile(0.5), 0, 1e-12);
  EXPECT_NEAR(NormalQuantile(0.01), -2.326348, 1e-6);
  EXPECT_NEAR(NormalReach(0.95), 1.959964, 1e-6);
}

TEST(DistributionsTest, StudentQuantilesAreThoseOfTheTables) {
  EXPECT_NEAR(StudentReach(0.95, 1), 12.706, 0.001);
  EXPECT_NEAR(StudentReach(0.95, 2), 4.303, 0.001);
  EXPECT_NEAR(StudentReach(0.95, 10), 2.228, 0.001);
  EXPECT_NEAR(StudentReach(0.99, 30), 2.750, 0.001);
  EXPECT_NEAR(StudentReach(0.95, 1e6), NormalReach(0.95), 1e-5);
  EXPECT_NEAR(StudentReach(0.95, 1e9), NormalReach(0.95), 1e-8);
}

TEST(DistributionsTest, StudentOfOneDegreeIsCauchy) {
  for (const double t : {-3.0, -0.5, 0.0, 1.0, 20.0}) {
    EXPECT_NEAR(StudentCdf(t, 1), 0.5 + std::atan(t) / std::acos(-1.0), 1e-12);
  }
}

TEST(DistributionsTest, IncompleteBetaEqualsItsElementaryCases) {
  EXPECT_NEAR(IncompleteBeta(1, 3, 0.2), 1 - std::pow(0.8, 3), 1e-14);
  EXPECT_NEAR(IncompleteBeta(4, 1, 0.9), std::pow(0.9, 4), 1e-14);
  EXPECT_EQ(IncompleteBeta(2, 2, 0), 0);
  EXPECT_EQ(IncompleteBeta(2, 2, 1), 1);
}

}  // namespace
}  // namespace tsugi::models
