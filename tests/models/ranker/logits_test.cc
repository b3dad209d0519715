#include "models/ranker/logits.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "models/logistic.h"

namespace tsugi::models {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::Eq;

TEST(Logits, AreWhatARowByRowSumGivesToTheBit) {
  constexpr std::size_t kFeatures = 7;
  constexpr std::size_t kRows = 37;
  constexpr std::size_t kStride = ColumnStride(kRows);
  base::Random random(1);
  const auto draw = [&random] { return static_cast<double>(random.Below(2000)) / 700 - 1.4; };
  std::vector<float> values(kFeatures * kStride);
  for (float& value : values) value = static_cast<float>(draw());
  std::vector<double> coefficients(kFeatures + 1);
  for (double& coefficient : coefficients) coefficient = draw();
  std::vector<double> logits(kStride);
  Logits(coefficients, {values, kRows, kStride}, logits);
  for (std::size_t r = 0; r < kRows; ++r) {
    double expected = coefficients[0];
    for (std::size_t f = 0; f < kFeatures; ++f) {
      const double product = coefficients[f + 1] * double{values[f * kStride + r]};
      expected += product;
    }
    EXPECT_THAT(logits[r], DoubleEq(expected)) << "row " << r;
  }
}

TEST(Logits, WithoutFeaturesAreTheIntercept) {
  const std::array<double, 1> coefficients = {-2.5};
  std::vector<double> logits(kColumnLanes);
  Logits(coefficients, {{}, 1, kColumnLanes}, logits);
  EXPECT_THAT(logits[0], Eq(-2.5));
}

TEST(Sigmoids, AreThoseOfTheScalarFunction) {
  std::vector<double> values;
  for (std::size_t i = 0; i < 40 * kColumnLanes; ++i) {
    values.push_back((static_cast<double>(i) - 320) / 9);
  }
  std::vector<double> sigmoids = values;
  Sigmoids(sigmoids);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = Sigmoid(values[i]);
    EXPECT_NEAR(sigmoids[i], expected, 1e-15 * expected) << values[i];
  }
}

TEST(Sigmoids, StayProbabilitiesHoweverFarOut) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<double> values(kColumnLanes, 0);
  values[0] = 1e6;
  values[1] = -1e6;
  values[2] = kInfinity;
  values[3] = -kInfinity;
  Sigmoids(values);
  values.resize(5);
  EXPECT_THAT(values, ElementsAre(1, ::testing::AllOf(::testing::Ge(0), ::testing::Lt(1e-300)), 1,
                                  ::testing::AllOf(::testing::Ge(0), ::testing::Lt(1e-300)), 0.5));
}

}  // namespace
}  // namespace tsugi::models
