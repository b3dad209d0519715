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

TEST(GraphFilterTest, EqualOnAnyNumberOfThreads) {
  const SparseMatrix data = RandomBaskets(300, 80, 8, 2);
  const auto scores = [&](std::size_t threads) {
    std::vector<float> out;
    base::WithThreads(threads, [&] {
      out = ScoresOf(*TrainGraphFilter(data.View(), {.low_pass = 0.5, .dim = 16}), {3, 5, 8});
    });
    return out;
  };
  EXPECT_EQ(scores(1), scores(3));
}

TEST(GraphFilterTest, BadOptionsAndTooManyDirectionsAreNamed) {
  const SparseMatrix data = FromRows({{0}, {1}}, 2);
  EXPECT_THAT(TrainGraphFilter(data.View(), {.user_exponent = -1}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("user_exponent")));
  EXPECT_THAT(TrainGraphFilter(data.View(), {.low_pass = 1, .dim = 0}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dim")));
  EXPECT_THAT(TrainGraphFilter(data.View(), {.low_pass = 1, .dim = 5}),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("lower dim")));
}

}  // namespace
}  // namespace tsugi::models
