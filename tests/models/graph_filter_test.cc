#include "models/graph_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "tests/models/model_data.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

std::vector<float> ScoresOf(const GraphFilter& filter, const std::vector<std::uint32_t>& items) {
  GraphFilter::Workspace workspace(filter);
  std::vector<float> scores(filter.items());
  filter.Score(items, workspace, scores);
  return scores;
}

TEST(GraphFilterTest, CountsPathsWhereExponentsAreZero) {
  const SparseMatrix data = FromRows({{0, 1}, {0, 2}, {3}}, 4);
  const auto filter = TrainGraphFilter(
      data.View(), {.from_exponent = 0, .user_exponent = 0, .to_exponent = 0, .low_pass = 0});
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_THAT(ScoresOf(*filter, {0}), ElementsAre(2, 1, 1, 0));
  EXPECT_THAT(ScoresOf(*filter, {1, 2}), ElementsAre(2, 1, 1, 0));
  EXPECT_THAT(ScoresOf(*filter, {}), ElementsAre(0, 0, 0, 0));
}

TEST(GraphFilterTest, DividesByDegreesRaisedToTheExponents) {
  const SparseMatrix data = FromRows({{0, 1}, {0, 2}}, 3);
  const auto filter = TrainGraphFilter(
      data.View(), {.from_exponent = 1, .user_exponent = 0.5, .to_exponent = 0.25, .low_pass = 0});
  ASSERT_TRUE(filter.ok());
  const std::vector<float> scores = ScoresOf(*filter, {0});
  EXPECT_NEAR(scores[0], 2 * 0.5 / std::sqrt(2.0) * std::pow(2.0, -0.25), 1e-6);
  EXPECT_NEAR(scores[1], 0.5 / std::sqrt(2.0), 1e-6);
}

// With as many vectors as the matrix has directions, the projection is the identity on the span of
// the rows: x D^-1/2 V V^T D^1/2 = x for a row of the training data.
TEST(GraphFilterTest, AFullLowPassGivesATrainingRowBack) {
  const SparseMatrix data = FromRows({{0, 1}, {1, 2}, {2, 3}}, 4);
  const GraphFilterOptions plain = {.low_pass = 0};
  GraphFilterOptions low = plain;
  low.low_pass = 3;
  low.dim = 3;
  low.iterations = 30;
  const auto without = TrainGraphFilter(data.View(), plain);
  const auto with = TrainGraphFilter(data.View(), low);
  ASSERT_TRUE(without.ok());
  ASSERT_TRUE(with.ok()) << with.status();
  const std::vector<float> a = ScoresOf(*without, {0, 1});
  const std::vector<float> b = ScoresOf(*with, {0, 1});
  const std::vector<float> row = {3, 3, 0, 0};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(b[i] - a[i], row[i], 1e-3) << i;
}

// Two customers of two items each, one shared: P = R^T D_u^-1 R between the roots of the items'
// degrees has the eigenvalues 1 and 1/2 (and 0). With all its directions kept, sharpening is exact
// but for the direction of 0, which a row of the training data has no part in.
TEST(GraphFilterTest, SharpensByOneStepOfRungeKutta) {
  const SparseMatrix data = FromRows({{0, 1}, {1, 2}}, 3);
  const auto p = [](double value) {
    const double z = 1.5 * value;
    return 1 - z + z * z / 2 - z * z * z / 6 + z * z * z * z / 24;
  };
  const auto filter =
      TrainGraphFilter(data.View(), {.low_pass = 0.2, .dim = 2, .sharpen = 1.5, .iterations = 30});
  ASSERT_TRUE(filter.ok()) << filter.status();
  // Eigenvectors: v = (1, sqrt 2, 1) / 2 of 1, u = (1, 0, -1) / sqrt 2 of 1/2. The row x = (1, 1,
  // 0) comes out of the low-pass filter as it is: y = x P + 0.2 x, then y p(P).
  const double root = std::sqrt(2.0);
  const double v[] = {0.5, root / 2, 0.5};
  const double u[] = {1 / root, 0, -1 / root};
  const double x_v = v[0] + v[1];
  const double x_u = u[0];
  const std::vector<float> scores = ScoresOf(*filter, {0, 1});
  const double low_v = 0.2 * x_v * p(1);
  const double low_u = 0.2 * x_u * p(0.5);
  // What of x is in neither: the direction of eigenvalue 0, where p is 1.
  for (std::size_t i = 0; i < 3; ++i) {
    const double x = i < 2 ? 1.0 : 0.0;
    const double beyond = 0.2 * (x - x_v * v[i] - x_u * u[i]);
    const double expected =
        (x_v * p(1) + low_v) * v[i] + (x_u * 0.5 * p(0.5) + low_u) * u[i] + beyond;
    EXPECT_NEAR(scores[i], expected, 1e-4) << i;
  }
}

TEST(GraphFilterTest, EqualOnAnyNumberOfThreads) {
  const SparseMatrix data = RandomBaskets(300, 80, 8, 2);
  const auto scores = [&](std::size_t threads) {
    std::vector<float> out;
    base::WithThreads(threads, [&] {
      out = ScoresOf(*TrainGraphFilter(data.View(), {.low_pass = 0.5, .dim = 16, .sharpen = 2}),
                     {3, 5, 8});
    });
    return out;
  };
  EXPECT_EQ(scores(1), scores(3));
}

TEST(GraphFilterTest, BadOptionsAndTooManyDirectionsAreNamed) {
  const SparseMatrix data = FromRows({{0}, {1}}, 2);
  EXPECT_THAT(TrainGraphFilter(data.View(), {.user_exponent = -1}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("user_exponent")));
  EXPECT_THAT(TrainGraphFilter(data.View(), {.sharpen = 3}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("sharpen: 3")));
  EXPECT_THAT(TrainGraphFilter(data.View(), {.low_pass = 0, .sharpen = 1}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("needs low_pass")));
  EXPECT_THAT(TrainGraphFilter(data.View(), {.low_pass = 1, .dim = 0}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dim")));
  EXPECT_THAT(TrainGraphFilter(data.View(), {.low_pass = 1, .dim = 5}),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("lower dim")));
}

}  // namespace
}  // namespace tsugi::models
