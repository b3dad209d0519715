#include "models/ials.h"

#include <gmock/gmock.h>
#include <hwy/highway.h>

#include <cmath>
#include <limits>
#include <vector>

#include "models/ials/kernels.h"
#include "tests/models/model_data.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::StatusIs;

SparseMatrix WithValues(SparseMatrix matrix, std::uint64_t seed) {
  matrix.values = RandomWeights(matrix.columns.size(), seed);
  return matrix;
}

// Gauss-Jordan elimination in double.
std::vector<double> Solve(std::vector<double> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t p = 0; p < n; ++p) {
    for (std::size_t r = 0; r < n; ++r) {
      if (r == p) continue;
      const double f = a[r * n + p] / a[p * n + p];
      for (std::size_t c = p; c < n; ++c) a[r * n + c] -= f * a[p * n + c];
      b[r] -= f * b[p];
    }
  }
  for (std::size_t r = 0; r < n; ++r) b[r] /= a[r * n + r];
  return b;
}

// The customer's row straight from the definition: every item, seen or not, is one weighted
// equation, plus the ridge.
std::vector<double> FoldInByHand(const IalsView& view, std::span<const std::uint32_t> items,
                                 std::span<const float> weights) {
  const std::size_t dim = view.dim;
  std::vector<double> a(dim * dim, 0.0);
  std::vector<double> b(dim, 0.0);
  for (std::uint32_t item = 0; item < view.num_items; ++item) {
    double confidence = view.unobserved_weight;
    double target = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i] != item) continue;
      confidence += weights.empty() ? 1.0 : double{weights[i]};
      target = 1;
    }
    for (std::size_t j = 0; j < dim; ++j) {
      const double fj = view.item_factors[item * dim + j];
      b[j] += confidence * target * fj;
      for (std::size_t k = 0; k < dim; ++k) {
        a[j * dim + k] += confidence * fj * double{view.item_factors[item * dim + k]};
      }
    }
  }
  const double ridge = view.l2 * std::pow(static_cast<double>(items.size()) +
                                              view.unobserved_weight * view.num_items,
                                          view.l2_exponent);
  for (std::size_t j = 0; j < dim; ++j) a[j * dim + j] += ridge;
  return Solve(a, b);
}

IalsModel Train(const SparseMatrix& matrix, const IalsOptions& options) {
  auto model = TrainIals(matrix.View(), options);
  EXPECT_THAT(model, IsOk());
  return *std::move(model);
}

class IalsSolverTest : public ::testing::TestWithParam<IalsSolver> {};

TEST_P(IalsSolverTest, FoldInSolvesTheDefinitionsNormalEquations) {
  const SparseMatrix matrix = WithValues(RandomBaskets(200, 40, 8, 1), 2);
  for (const std::uint32_t dim : {1U, 7U, 16U, 33U}) {
    const IalsModel model = Train(
        matrix, {.dim = dim, .epochs = 3, .l2 = 0.01, .solver = GetParam(), .fold_in_steps = 60});
    const std::vector<std::uint32_t> items = {3, 8, 21};
    const std::vector<float> weights = {0.5F, 2.0F, 0.0F};
    IalsWorkspace workspace;
    std::vector<float> row(dim);
    for (const std::span<const float> w : {std::span<const float>(weights), {}}) {
      ASSERT_THAT(model.View().FoldIn(items, w, workspace, row), IsOk());
      const std::vector<double> expected = FoldInByHand(model.View(), items, w);
      for (std::size_t j = 0; j < dim; ++j) {
        EXPECT_NEAR(row[j], expected[j], 1e-3 * (1 + std::abs(expected[j])));
      }
    }
  }
}

TEST_P(IalsSolverTest, EpochsLowerTheLossOfTheDefinition) {
  const SparseMatrix matrix = RandomBaskets(120, 25, 6, 3);
  const std::vector<double> seen = Dense(matrix.View());
  double last = std::numeric_limits<double>::infinity();
  for (const std::uint32_t epochs : {1U, 2U, 4U, 8U}) {
    const IalsModel model = Train(matrix, {.dim = 6,
                                           .epochs = epochs,
                                           .unobserved_weight = 0.2,
                                           .l2 = 0.02,
                                           .l2_exponent = 0.0,
                                           .solver = GetParam(),
                                           .fold_in_steps = 40});
    double loss = 0;
    for (const float f : model.item_factors) loss += 0.02 * double{f} * double{f};
    IalsWorkspace workspace;
    std::vector<float> row(6);
    for (std::size_t u = 0; u < 120; ++u) {
      ASSERT_THAT(model.View().FoldIn(matrix.View().Row(u), {}, workspace, row), IsOk());
      for (const float f : row) loss += 0.02 * double{f} * double{f};
      for (std::uint32_t i = 0; i < 25; ++i) {
        const double error = seen[u * 25 + i] - double{model.View().Score(row, i)};
        loss += (0.2 + seen[u * 25 + i]) * error * error;
      }
    }
    EXPECT_LT(loss, last + 1e-6);
    last = loss;
  }
}

TEST_P(IalsSolverTest, SameBytesOnAnyNumberOfThreads) {
  const SparseMatrix matrix = WithValues(RandomBaskets(3000, 300, 10, 4), 5);
  const auto train = [&] { return Train(matrix, {.dim = 20, .epochs = 2, .solver = GetParam()}); };
  const IalsModel one = OnThreads(1, train);
  for (const std::size_t threads : {2UL, 5UL}) {
    const IalsModel many = OnThreads(threads, train);
    EXPECT_EQ(many.item_factors, one.item_factors);
    EXPECT_EQ(many.gramian, one.gramian);
  }
}

INSTANTIATE_TEST_SUITE_P(Solvers, IalsSolverTest,
                         ::testing::Values(IalsSolver::kConjugateGradient, IalsSolver::kCholesky),
                         [](const auto& tested) {
                           return tested.param == IalsSolver::kCholesky ? "Cholesky"
                                                                        : "ConjugateGradient";
                         });

TEST(IalsTest, ConjugateGradientsCometoWhatTheExactSolverFinds) {
  const SparseMatrix matrix = RandomBaskets(400, 50, 8, 6);
  const IalsModel exact =
      Train(matrix, {.dim = 8, .epochs = 12, .l2 = 0.05, .solver = IalsSolver::kCholesky});
  const IalsModel steps = Train(matrix, {.dim = 8, .epochs = 12, .l2 = 0.05, .cg_steps = 20});
  IalsWorkspace workspace;
  std::vector<float> a(8);
  std::vector<float> b(8);
  for (std::size_t u = 0; u < 20; ++u) {
    ASSERT_THAT(exact.View().FoldIn(matrix.View().Row(u), {}, workspace, a), IsOk());
    ASSERT_THAT(steps.View().FoldIn(matrix.View().Row(u), {}, workspace, b), IsOk());
    for (std::uint32_t i = 0; i < 50; ++i) {
      EXPECT_NEAR(exact.View().Score(a, i), steps.View().Score(b, i), 0.02);
    }
  }
}

TEST(IalsTest, TwoGroupsOfCustomersAreToldApart) {
  std::vector<std::vector<std::uint32_t>> rows;
  for (int i = 0; i < 30; ++i) {
    rows.push_back({0, 1, 2});
    rows.push_back({3, 4, 5});
  }
  const SparseMatrix matrix = FromRows(rows, 6);
  const IalsModel model = Train(matrix, {.dim = 2, .epochs = 10});
  IalsWorkspace workspace;
  std::vector<float> row(2);
  std::vector<float> scores(6);
  ASSERT_THAT(model.View().FoldIn(std::vector<std::uint32_t>{0, 1}, {}, workspace, row), IsOk());
  model.View().ScoreAll(row, scores);
  EXPECT_GT(scores[2], 0.5F);
  EXPECT_LT(scores[4], 0.1F);
  std::vector<float> some(2);
  model.View().ScoreItems(row, std::vector<std::uint32_t>{2, 4}, some);
  EXPECT_EQ(some[0], scores[2]);
  EXPECT_EQ(some[1], scores[4]);
}

TEST(IalsTest, GramianIsTheDiagonalOfTheItemFactors) {
  const SparseMatrix matrix = RandomBaskets(300, 60, 8, 7);
  const IalsModel model = Train(matrix, {.dim = 12, .epochs = 3, .unobserved_weight = 0.3});
  for (std::size_t j = 0; j < 12; ++j) {
    for (std::size_t k = 0; k <= j; ++k) {
      double sum = 0;
      for (std::size_t i = 0; i < 60; ++i) {
        sum +=
            0.3 * double{model.item_factors[i * 12 + j]} * double{model.item_factors[i * 12 + k]};
      }
      EXPECT_NEAR(sum, j == k ? double{model.gramian[j]} : 0.0, 1e-3);
    }
  }
}

TEST(IalsTest, NoItemsAndItemsNobodyBoughtGiveZeroRows) {
  const SparseMatrix matrix = FromRows({{0, 1}, {1}, {}}, 3);
  const IalsModel model = Train(matrix, {.dim = 4, .epochs = 2});
  for (std::size_t j = 0; j < 4; ++j) EXPECT_EQ(model.item_factors[8 + j], 0.0F);
  IalsWorkspace workspace;
  std::vector<float> row(4, 1.0F);
  EXPECT_THAT(model.View().FoldIn({}, {}, workspace, row), IsOk());
  EXPECT_THAT(row, Each(0.0F));
}

TEST(IalsTest, OptionsFollowTheSizeOfTheData) {
  const SparseMatrix few = RandomBaskets(50, 400, 4, 1);
  const SparseMatrix many = RandomBaskets(5000, 400, 4, 1);
  const IalsOptions small = IalsOptionsFor(few.View(), 16);
  const IalsOptions large = IalsOptionsFor(many.View(), 16);
  EXPECT_EQ(small.dim, 16);
  EXPECT_GT(small.l2, large.l2);
  const double density = static_cast<double>(many.columns.size()) / (5000.0 * 400.0);
  EXPECT_NEAR(large.unobserved_weight, 15 * density, 1e-9);
  EXPECT_THAT(TrainIals(few.View(), small), IsOk());
  EXPECT_GT(IalsOptionsFor(SparseView(), 8).unobserved_weight, 0) << "no entries, no division by 0";
}

TEST(IalsTest, SeedsDecideTheFactors) {
  const SparseMatrix matrix = RandomBaskets(100, 30, 6, 8);
  const IalsModel a = Train(matrix, {.dim = 8, .epochs = 1, .seed = 1});
  const IalsModel b = Train(matrix, {.dim = 8, .epochs = 1, .seed = 2});
  EXPECT_NE(a.item_factors, b.item_factors);
}

TEST(IalsTest, ProgressIsToldAndCanCancel) {
  const SparseMatrix matrix = RandomBaskets(50, 20, 5, 9);
  std::vector<std::uint32_t> told;
  IalsOptions options{.dim = 4, .epochs = 5};
  options.progress = [&](std::uint32_t epoch) {
    told.push_back(epoch);
    return epoch < 3;
  };
  EXPECT_THAT(TrainIals(matrix.View(), options), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(told, ::testing::ElementsAre(1, 2, 3));
}

TEST(IalsTest, HugeWeightsAreAnErrorOrSolvedButNeverNotANumber) {
  SparseMatrix matrix = FromRows({{0, 1}, {1, 2}}, 3);
  matrix.values.assign(4, 3e38F);
  EXPECT_THAT(TrainIals(matrix.View(), {.dim = 4}), StatusIs(absl::StatusCode::kInternal));
  const auto exact = TrainIals(matrix.View(), {.dim = 4, .solver = IalsSolver::kCholesky});
  if (!exact.ok()) {
    EXPECT_THAT(exact, StatusIs(absl::StatusCode::kInternal));
    return;
  }
  for (const float factor : exact->item_factors) EXPECT_TRUE(std::isfinite(factor));
}

TEST(IalsTest, BadInputIsNamed) {
  const SparseMatrix matrix = FromRows({{0, 1}}, 2);
  const auto refused = [&](const IalsOptions& options, const char* text) {
    EXPECT_THAT(TrainIals(matrix.View(), options),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(text)));
  };
  refused({.dim = 0}, "dim: 0");
  refused({.epochs = 0}, "epochs: 0");
  refused({.unobserved_weight = 0}, "unobserved_weight: 0");
  refused({.l2 = 0}, "l2: 0");
  refused({.l2_exponent = 3}, "l2_exponent: 3");
  refused({.cg_steps = 0}, "cg_steps: 0");
  SparseMatrix negative = matrix;
  negative.values = {1.0F, -1.0F};
  EXPECT_THAT(TrainIals(negative.View(), {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("-1 must be 0 or more")));
  EXPECT_THAT(TrainIals(matrix.View(), {.max_bytes = 10}),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("max_bytes")));
  const IalsModel model = Train(matrix, {.dim = 4});
  IalsWorkspace workspace;
  std::vector<float> row(4);
  EXPECT_THAT(model.View().FoldIn(std::vector<std::uint32_t>{2}, {}, workspace, row),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("items: 2")));
  EXPECT_THAT(
      model.View().FoldIn(std::vector<std::uint32_t>{0}, std::vector<float>{-1}, workspace, row),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("weights")));
}

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
  const std::vector<double> expected = Solve(a, b);
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
