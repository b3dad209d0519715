#include "models/association.h"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"

namespace tsugi::models {
namespace {

// 100 orders, A in 20, B in 10, both in 5.
constexpr AssociationCounts kCounts = {5, 20, 10, 100};

TEST(AssociationTest, MeasuresByTheirDefinition) {
  EXPECT_DOUBLE_EQ(Support(kCounts), 0.05);
  EXPECT_DOUBLE_EQ(Confidence(kCounts), 0.25);
  EXPECT_DOUBLE_EQ(Cosine(kCounts), 5 / std::sqrt(200.0));
  EXPECT_DOUBLE_EQ(Lift(kCounts), 2.5);
}

TEST(AssociationTest, LogLikelihoodIsTheDifferenceOfBinomialLikelihoods) {
  // Dunning's own form: 2 [log L(p1,k1,n1) + log L(p2,k2,n2) - log L(p,k1,n1) - log L(p,k2,n2)].
  const auto log_l = [](double p, double k, double n) {
    return k * std::log(p) + (n - k) * std::log(1 - p);
  };
  const double p = 10.0 / 100;
  const double expected =
      2 * (log_l(5.0 / 20, 5, 20) + log_l(5.0 / 80, 5, 80) - log_l(p, 5, 20) - log_l(p, 5, 80));
  EXPECT_NEAR(LogLikelihood(kCounts), expected, 1e-12);
}

TEST(AssociationTest, LogLikelihoodIsNegativeBelowChanceAndZeroAtChance) {
  EXPECT_LT(LogLikelihood({1, 20, 10, 100}), 0);
  EXPECT_NEAR(LogLikelihood({2, 20, 10, 100}), 0, 1e-12);
}

TEST(AssociationTest, EmptyDenominatorsGiveZero) {
  for (const Association measure :
       {Association::kSupport, Association::kConfidence, Association::kCosine, Association::kLift,
        Association::kLogLikelihood}) {
    EXPECT_EQ(Measure(measure, {}), 0.0);
  }
}

TEST(AssociationTest, ItemInEveryOrderHasNoSurprise) {
  EXPECT_NEAR(LogLikelihood({10, 100, 10, 100}), 0, 1e-12);
}

TEST(AssociationTest, RatiosOnVectorsAreThoseOfOnePairOnEachInstructionSet) {
  base::Random random(1);
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    hwy::SetSupportedTargetsForTest(left & -left);
    SCOPED_TRACE(hwy::TargetName(left & -left));
    for (const double total : {0.0, 1.0, 1000.0, 1.25e6, 3.7e8}) {
      for (const double first : {0.0, 1.0, total / 3, total}) {
        std::vector<double> both;
        std::vector<double> second;
        for (int i = 0; i < 37; ++i) {
          second.push_back(i == 0 ? 0.0 : i == 1 ? total : total * std::pow(random.Uniform(), 4));
          const double least = std::max(0.0, first + second.back() - total);
          const double most = std::min(first, second.back());
          both.push_back(least + (most - least) * (i % 5) / 4);
        }
        std::vector<double> ratios(both.size());
        LogLikelihoods(first, total, both, second, ratios);
        for (std::size_t i = 0; i < both.size(); ++i) {
          const double exact = LogLikelihood({both[i], first, second[i], total});
          EXPECT_NEAR(ratios[i], exact, 1e-9 * std::abs(exact) + 1e-14 * total)
              << both[i] << " " << first << " " << second[i] << " " << total;
        }
      }
    }
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace
}  // namespace tsugi::models
