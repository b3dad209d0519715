#include "models/dense/linear_algebra.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"
#include "tests/models/model_data.h"

namespace tsugi::models {
namespace {

// A A^T + n I of random A, row-major.
std::vector<float> RandomPositiveDefinite(std::size_t n, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<double> a(n * n);
  for (double& value : a) value = random.Normal();
  std::vector<float> result(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double sum = i == j ? static_cast<double>(n) : 0.0;
      for (std::size_t k = 0; k < n; ++k) sum += a[i * n + k] * a[j * n + k];
      result[i * n + j] = static_cast<float>(sum);
    }
  }
  return result;
}

TEST(LinearAlgebraTest, CholeskyOfATwoByTwoByHand) {
  std::vector<float> a = {4, 99, 2, 5};  // the upper corner is not read
  ASSERT_TRUE(Cholesky(2, a));
  EXPECT_FLOAT_EQ(a[0], 2);
  EXPECT_FLOAT_EQ(a[2], 1);
  EXPECT_FLOAT_EQ(a[3], 2);
  std::vector<float> b = {8, 9};
  CholeskySolve(2, a, b);
  EXPECT_FLOAT_EQ(b[0], 1.375F);
  EXPECT_FLOAT_EQ(b[1], 1.25F);
}

TEST(LinearAlgebraTest, IndefiniteAndNotFiniteMatricesAreRefused) {
  std::vector<float> indefinite = {1, 2, 2, 1};
  EXPECT_FALSE(Cholesky(2, indefinite));
  std::vector<float> broken = {1, 0, std::numeric_limits<float>::quiet_NaN(), 1};
  EXPECT_FALSE(Cholesky(2, broken));
  std::vector<float> large = RandomPositiveDefinite(600, 1);
  large[500 * 600 + 500] = -1;
  EXPECT_FALSE(ParallelCholesky(600, large));
}

TEST(LinearAlgebraTest, ParallelInverseTimesTheMatrixIsTheIdentityOverSeveralTiles) {
  const std::size_t n = 531;
  const std::vector<float> a = RandomPositiveDefinite(n, 2);
  std::vector<float> factor = a;
  ASSERT_TRUE(ParallelCholesky(n, factor));
  std::vector<float> inverse(n * n);
  ParallelInverse(n, factor, inverse);
  for (const std::size_t i : {0UL, 255UL, 256UL, 530UL}) {
    for (std::size_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < n; ++k) sum += double{a[i * n + k]} * double{inverse[k * n + j]};
      EXPECT_NEAR(sum, i == j ? 1.0 : 0.0, 1e-4);
    }
  }
}

TEST(LinearAlgebraTest, FactorsSolveSystemsOfEverySize) {
  for (const std::size_t n : {1UL, 2UL, 31UL, 33UL, 100UL, 257UL}) {
    const std::vector<float> a = RandomPositiveDefinite(n, 5);
    std::vector<float> factor = a;
    ASSERT_TRUE(Cholesky(n, factor));
    std::vector<float> x(n, 1.0F);
    CholeskySolve(n, factor, x);
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < n; ++j) sum += double{a[i * n + j]} * double{x[j]};
      EXPECT_NEAR(sum, 1.0, 1e-4) << n;
    }
  }
}

TEST(LinearAlgebraTest, SameBytesOnAnyNumberOfThreads) {
  const std::size_t n = 700;
  const std::vector<float> a = RandomPositiveDefinite(n, 3);
  const auto invert = [&] {
    std::vector<float> factor = a;
    EXPECT_TRUE(ParallelCholesky(n, factor));
    std::vector<float> inverse(n * n);
    ParallelInverse(n, factor, inverse);
    return inverse;
  };
  const std::vector<float> one = OnThreads(1, invert);
  EXPECT_EQ(OnThreads(2, invert), one);
  EXPECT_EQ(OnThreads(5, invert), one);
}

TEST(LinearAlgebraTest, MultiplyTransposedByHand) {
  const std::vector<float> a = {1, 2, 3, 4};
  const std::vector<float> b = {5, 6, 7, 8, 9, 10};
  std::vector<float> c(6);
  MultiplyTransposed(2, 3, 2, a, b, c);
  EXPECT_EQ(c, (std::vector<float>{17, 23, 29, 39, 53, 67}));
}

}  // namespace
}  // namespace tsugi::models
