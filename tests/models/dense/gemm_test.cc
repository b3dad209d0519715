#include "models/dense/gemm.h"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/models/model_data.h"

namespace tsugi::models {
namespace {

class GemmTest : public ::testing::Test {
 protected:
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

// c += 2 a b by Gemm, with either factor stored transposed, against sums in double.
void ExpectProduct(const GemmShape& shape, bool a_transposed, bool b_transposed) {
  const std::vector<float> a = RandomWeights(shape.m * shape.k, 1);
  const std::vector<float> b = RandomWeights(shape.k * shape.n, 2);
  const std::size_t stride = shape.n + 3;
  std::vector<float> c(shape.m * stride, 1.0F);
  const Strided left = a_transposed ? Transposed(a.data(), shape.m) : Rows(a.data(), shape.k);
  const Strided right = b_transposed ? Transposed(b.data(), shape.k) : Rows(b.data(), shape.n);
  Gemm(shape, left, right, 2.0F, true, c.data(), stride);
  for (std::size_t r = 0; r < shape.m; ++r) {
    for (std::size_t j = 0; j < shape.n; ++j) {
      double expected = 1;
      for (std::size_t k = 0; k < shape.k; ++k) {
        expected += 2 * double{left.data[r * left.row_stride + k * left.column_stride]} *
                    double{right.data[k * right.row_stride + j * right.column_stride]};
      }
      ASSERT_NEAR(c[r * stride + j], expected, 1e-5 * expected) << shape.m << " " << shape.n;
    }
    for (std::size_t j = shape.n; j < stride; ++j) ASSERT_EQ(c[r * stride + j], 1.0F);
  }
}

TEST_F(GemmTest, ProductsAreExactToRoundingOnEachInstructionSet) {
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    hwy::SetSupportedTargetsForTest(left & -left);
    SCOPED_TRACE(hwy::TargetName(left & -left));
    for (const bool a_transposed : {false, true}) {
      for (const bool b_transposed : {false, true}) {
        ExpectProduct({1, 1, 1}, a_transposed, b_transposed);
        ExpectProduct({8, 48, 20}, a_transposed, b_transposed);
        ExpectProduct({13, 50, 300}, a_transposed, b_transposed);
        ExpectProduct({130, 31, 7}, a_transposed, b_transposed);
        ExpectProduct({3, 800, 5}, a_transposed, b_transposed);
        ExpectProduct({21, 64, 64}, a_transposed, b_transposed);   // read where it is
        ExpectProduct({21, 64, 600}, a_transposed, b_transposed);  // packed first
      }
    }
  }
}

TEST_F(GemmTest, OfASymmetricProductTheLowerTriangleIsEnough) {
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    hwy::SetSupportedTargetsForTest(left & -left);
    SCOPED_TRACE(hwy::TargetName(left & -left));
    for (const std::size_t n : {1U, 16U, 64U, 77U, 130U, 800U}) {
      const std::size_t depth = 21;
      const std::vector<float> rows = RandomWeights(depth * n, 3);
      std::vector<float> whole(n * n, 1.0F);
      std::vector<float> lower(n * n, 1.0F);
      const Strided right = Rows(rows.data(), n);
      Gemm({n, n, depth}, Transposed(rows.data(), n), right, 0.5F, true, whole.data(), n);
      Gemm({n, n, depth, true}, Transposed(rows.data(), n), right, 0.5F, true, lower.data(), n);
      for (std::size_t r = 0; r < n; ++r) {
        for (std::size_t j = 0; j <= r; ++j) {
          ASSERT_NEAR(lower[r * n + j], whole[r * n + j], 1e-6 * whole[r * n + j]) << r << " " << j;
        }
      }
    }
  }
}

TEST_F(GemmTest, WithoutAddWhatWasThereIsForgotten) {
  const std::vector<float> ones(6, 1.0F);
  std::vector<float> c(4, NAN);
  Gemm({2, 2, 3}, Rows(ones.data(), 3), Rows(ones.data(), 2), 1.0F, false, c.data(), 2);
  EXPECT_EQ(c, (std::vector<float>{3, 3, 3, 3}));
  Gemm({2, 2, 0}, Rows(ones.data(), 3), Rows(ones.data(), 2), 1.0F, false, c.data(), 2);
  EXPECT_EQ(c, (std::vector<float>{0, 0, 0, 0}));
}

}  // namespace
}  // namespace tsugi::models
