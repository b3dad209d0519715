#include "models/ials/kernels.h"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/random.h"
#include "models/ials.h"
#include "tests/models/model_data.h"

namespace tsugi::models {
namespace {

// Each instruction set this machine has.
class KernelTest : public ::testing::Test {
 protected:
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }

  static std::vector<std::int64_t> Targets() {
    std::vector<std::int64_t> targets;
    for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
      targets.push_back(left & -left);
    }
    return targets;
  }
};

TEST_F(KernelTest, RowDotsAreExactToRoundingOnEachInstructionSet) {
  for (const std::int64_t target : Targets()) {
    hwy::SetSupportedTargetsForTest(target);
    for (const std::size_t dim : {1UL, 15UL, 16UL, 64UL, 101UL}) {
      const std::vector<float> rows = RandomWeights(5 * dim, 1);
      const std::vector<float> vector = RandomWeights(dim, 2);
      std::vector<float> out(5);
      RowDots(rows, vector, out);
      for (std::size_t r = 0; r < 5; ++r) {
        double expected = 0;
        for (std::size_t j = 0; j < dim; ++j) {
          expected += double{rows[r * dim + j]} * double{vector[j]};
        }
        EXPECT_NEAR(out[r], expected, 1e-5 * expected) << hwy::TargetName(target);
      }
    }
  }
}

// A system of `entries` weighted factors of `dim`, solved by both kernels and by elimination.
void ExpectSolved(std::size_t dim, std::size_t entries) {
  constexpr std::size_t kOthers = 50;
  const std::vector<float> factors = RandomWeights(kOthers * dim, 3);
  const std::vector<float> weights = RandomWeights(entries, 4);
  std::vector<std::uint32_t> others(entries);
  std::vector<double> a(dim * dim, 0.0);
  std::vector<double> b(dim, 0.0);
  for (std::size_t j = 0; j < dim; ++j) a[j * dim + j] = 5.0;
  for (std::size_t e = 0; e < entries; ++e) {
    others[e] = static_cast<std::uint32_t>(e % kOthers);
    const float* f = factors.data() + others[e] * dim;
    for (std::size_t j = 0; j < dim; ++j) {
      b[j] += (0.5 + double{weights[e]}) * double{f[j]};
      for (std::size_t k = 0; k < dim; ++k) {
        a[j * dim + k] += double{weights[e]} * double{f[j]} * double{f[k]};
      }
    }
  }
  const std::size_t padded = PaddedDim(dim);
  IalsWorkspace workspace;
  const std::span<float> floats =
      workspace.Floats(2 * padded + ConjugateGradientScratch(dim, entries));
  const std::span<float> x = floats.first(padded);
  const std::span<float> diagonal = floats.subspan(padded, padded);
  std::fill(x.begin(), x.end(), 0.0F);
  std::fill(diagonal.begin(), diagonal.end(), 5.0F);
  SolveByConjugateGradient({factors, others, weights, diagonal, dim, 0.5F}, 60,
                           floats.subspan(2 * padded), x);
  const std::vector<double> expected = Eliminate(a, b);
  constexpr double kBound = 2e-3;
  for (std::size_t j = 0; j < padded; ++j) {
    EXPECT_NEAR(x[j], j < dim ? expected[j] : 0.0, j < dim ? kBound : 0.0) << entries;
  }
  // Factors rounded to 11 bits move the solution by about as much.
  std::vector<std::uint16_t> halves(kOthers * padded);
  ToHalves(factors, dim, halves);
  std::fill(x.begin(), x.end(), 0.0F);
  SolveByConjugateGradient({factors, others, weights, diagonal, dim, 0.5F, halves}, 60,
                           floats.subspan(2 * padded), x);
  for (std::size_t j = 0; j < dim; ++j) EXPECT_NEAR(x[j], expected[j], 2e-2) << entries;
  IalsWorkspace exact;
  const std::span<float> scratch = exact.Floats(padded + ExactScratch(dim, entries));
  ASSERT_TRUE(SolveExactly({factors, others, weights, diagonal, dim, 0.5F}, scratch.subspan(padded),
                           scratch.first(padded)));
  for (std::size_t j = 0; j < padded; ++j) {
    EXPECT_NEAR(scratch[j], j < dim ? expected[j] : 0.0, j < dim ? kBound : 0.0) << entries;
  }
}

// x after three steps from 0, with 5 on the diagonal.
std::vector<float> SolvedWith(RowSystem system) {
  const std::size_t padded = PaddedDim(system.dim);
  IalsWorkspace workspace;
  const std::span<float> floats =
      workspace.Floats(2 * padded + ConjugateGradientScratch(system.dim, system.others.size()));
  const std::span<float> x = floats.first(padded);
  const std::span<float> diagonal = floats.subspan(padded, padded);
  std::fill(x.begin(), x.end(), 0.0F);
  std::fill(diagonal.begin(), diagonal.end(), 5.0F);
  system.diagonal = diagonal;
  EXPECT_TRUE(SolveByConjugateGradient(system, 3, floats.subspan(2 * padded), x));
  return {x.begin(), x.end()};
}

TEST_F(KernelTest, BothSolversSolveTheSystemOnEachInstructionSet) {
  for (const std::int64_t target : Targets()) {
    hwy::SetSupportedTargetsForTest(target);
    SCOPED_TRACE(hwy::TargetName(target));
    for (const std::size_t dim : {3UL, 16UL, 40UL, 64UL, 128UL}) {
      for (const std::size_t entries :
           {1UL, 4UL, 6UL, 21UL, 130UL, 2 * ChunkRows(PaddedDim(dim)) + 9}) {
        if (dim > 40 && entries > 130 && target != Targets().front()) continue;  // time
        ExpectSolved(dim, entries);
      }
    }
  }
}

// Both where rows are kept and where they are read again, in 16 bits or gathered.
TEST_F(KernelTest, NoWeightsAreOnesOnEachInstructionSet) {
  constexpr std::size_t kOthers = 50;
  for (const std::int64_t target : Targets()) {
    hwy::SetSupportedTargetsForTest(target);
    SCOPED_TRACE(hwy::TargetName(target));
    for (const std::size_t dim : {40UL, 64UL, 128UL}) {
      for (const std::size_t entries : {6UL, 21UL, 2 * ChunkRows(PaddedDim(dim)) + 3}) {
        base::Random random(dim + entries);
        std::vector<float> factors(kOthers * dim);
        for (float& factor : factors) factor = static_cast<float>(random.Normal());
        std::vector<std::uint16_t> halves(kOthers * PaddedDim(dim));
        ToHalves(factors, dim, halves);
        std::vector<std::uint32_t> others(entries);
        for (std::size_t e = 0; e < entries; ++e)
          others[e] = static_cast<std::uint32_t>(e % kOthers);
        const std::vector<float> ones(entries, 1.0F);
        for (const std::span<const std::uint16_t> rounded :
             {std::span<std::uint16_t>(), std::span(halves)}) {
          EXPECT_EQ(SolvedWith({factors, others, {}, {}, dim, 0.5F, rounded}),
                    SolvedWith({factors, others, ones, {}, dim, 0.5F, rounded}));
        }
      }
    }
  }
}

TEST_F(KernelTest, DiagonalIsPaddedAndNeverZeroOnEachInstructionSet) {
  for (const std::int64_t target : Targets()) {
    hwy::SetSupportedTargetsForTest(target);
    std::vector<float> gramian(19, 2.0F);
    gramian[3] = gramian[18] = 0.0F;
    IalsWorkspace workspace;
    const std::span<float> diagonal = workspace.Floats(PaddedDim(gramian.size()));
    FillDiagonal(gramian, 0.0F, diagonal);
    for (std::size_t j = 0; j < diagonal.size(); ++j) {
      const float least = std::numeric_limits<float>::min();
      EXPECT_EQ(diagonal[j], j == 3 || j == 18 ? least : j < 19 ? 2.0F : 1.0F);
    }
  }
}

TEST_F(KernelTest, ASolutionThatIsNotFiniteIsSaidSo) {
  const std::vector<std::uint32_t> others = {0, 1, 2};
  for (const std::int64_t target : Targets()) {
    hwy::SetSupportedTargetsForTest(target);
    for (const std::size_t dim : {12UL, 64UL}) {
      std::vector<float> factors(3 * dim, 0.5F);
      factors[dim + 2] = std::numeric_limits<float>::infinity();
      IalsWorkspace workspace;
      const std::span<float> floats =
          workspace.Floats(2 * PaddedDim(dim) + ConjugateGradientScratch(dim, others.size()));
      std::fill(floats.begin(), floats.end(), 0.0F);
      const std::span<float> diagonal = floats.subspan(PaddedDim(dim), PaddedDim(dim));
      std::fill(diagonal.begin(), diagonal.end(), 1.0F);
      EXPECT_FALSE(SolveByConjugateGradient({factors, others, {}, diagonal, dim, 0.5F}, 3,
                                            floats.subspan(2 * PaddedDim(dim)),
                                            floats.first(PaddedDim(dim))));
    }
  }
}

}  // namespace
}  // namespace tsugi::models
