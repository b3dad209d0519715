#include "models/ials.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <vector>

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
  return Eliminate(a, b);
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

}  // namespace
}  // namespace tsugi::models
