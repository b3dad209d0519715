#include "models/sparse_matrix.h"

#include <gmock/gmock.h>

#include <limits>
#include <vector>

#include "models/sparse_accumulator.h"
#include "models/work_plan.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::StatusIs;

TEST(SparseMatrixTest, FromRowsSortsAndDropsRepeats) {
  const SparseMatrix matrix = FromRows({{2, 0, 2}, {}, {1}}, 3);
  EXPECT_THAT(matrix.offsets, ElementsAre(0, 2, 2, 3));
  EXPECT_THAT(matrix.columns, ElementsAre(0, 2, 1));
  EXPECT_THAT(Validate(matrix.View(), "m"), IsOk());
}

TEST(SparseMatrixTest, SortedDistinctAddsValuesOfEqualColumns) {
  const std::vector<std::uint64_t> offsets = {0, 3};
  const std::vector<std::uint32_t> columns = {4, 1, 4};
  const std::vector<float> values = {1, 2, 3};
  const SparseMatrix matrix = SortedDistinct({offsets, columns, values, 5});
  EXPECT_THAT(matrix.columns, ElementsAre(1, 4));
  EXPECT_THAT(matrix.values, ElementsAre(2, 4));
}

TEST(SparseMatrixTest, TransposeTurnsColumnsIntoAscendingRowsWithTheirValues) {
  const std::vector<std::uint64_t> offsets = {0, 2, 3};
  const std::vector<std::uint32_t> columns = {0, 2, 2};
  const std::vector<float> values = {1, 2, 3};
  const SparseMatrix t = Transpose({offsets, columns, values, 3});
  EXPECT_EQ(t.num_columns, 2);
  EXPECT_THAT(t.offsets, ElementsAre(0, 1, 1, 3));
  EXPECT_THAT(t.columns, ElementsAre(0, 0, 1));
  EXPECT_THAT(t.values, ElementsAre(1, 2, 3));
}

TEST(SparseMatrixTest, EmptyMatrixHasNoRows) {
  const SparseView empty;
  EXPECT_EQ(empty.rows(), 0);
  EXPECT_THAT(Validate(empty, "m"), IsOk());
  EXPECT_THAT(Transpose(empty).columns, IsEmpty());
}

TEST(SparseMatrixTest, ValidateNamesTheMatrixAndTheRow) {
  const std::vector<std::uint64_t> offsets = {0, 1, 3};
  const std::vector<std::uint32_t> falling = {0, 2, 1};
  const std::vector<std::uint32_t> outside = {0, 1, 7};
  const std::vector<std::uint32_t> rising = {0, 1, 2};
  const std::vector<float> bad = {1, std::numeric_limits<float>::quiet_NaN(), 1};
  const std::vector<float> few = {1};
  EXPECT_THAT(Validate({offsets, falling, {}, 3}, "orders"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("orders: columns of row 1")));
  EXPECT_THAT(Validate({offsets, outside, {}, 3}, "orders"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("column 7 of only 3")));
  EXPECT_THAT(Validate({offsets, rising, bad, 3}, "m"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("value 1 is not finite")));
  EXPECT_THAT(Validate({offsets, rising, few, 3}, "m"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1 values for 3")));
}

TEST(SparseMatrixTest, ValidateRefusesOffsetsThatDoNotCoverTheColumns) {
  const std::vector<std::uint32_t> columns = {0, 1};
  const std::vector<std::uint64_t> from_one = {1, 2};
  const std::vector<std::uint64_t> falling = {0, 2, 1};
  const std::vector<std::uint64_t> beyond = {0, 9};
  EXPECT_THAT(Validate({from_one, columns, {}, 2}, "m"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("start with 0")));
  EXPECT_THAT(Validate({falling, columns, {}, 2}, "m"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fall at row 1")));
  EXPECT_THAT(Validate({beyond, columns, {}, 2}, "m"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("last offset is 9")));
}

TEST(SparseAccumulatorTest, ClearForgetsOnlyWhatWasTouchedAndAllOfIt) {
  SparseAccumulator sums(4);
  sums.Add(3, 1.5F);
  sums.Add(1, -2.0F);
  sums.Add(3, 0.5F);
  EXPECT_THAT(sums.touched(), ElementsAre(3, 1));
  EXPECT_EQ(sums[3], 2.0F);
  EXPECT_TRUE(sums.contains(1));
  sums.Clear();
  EXPECT_THAT(sums.touched(), IsEmpty());
  EXPECT_EQ(sums[3], 0.0F);
  EXPECT_FALSE(sums.contains(1));
}

TEST(SparseAccumulatorTest, SumsThatCancelStayTouchedOnce) {
  SparseAccumulator sums(2);
  sums.Add(0, 1.0F);
  sums.Add(0, -1.0F);
  sums.Add(0, 1.0F);
  EXPECT_THAT(sums.touched(), ElementsAre(0));
}

TEST(WorkPlanTest, DearestRowsComeFirstAndEveryRowOnce) {
  const std::vector<std::uint64_t> costs = {1, 100, 5, 5, 0};
  const WorkPlan plan = PlanWork(costs, 2);
  EXPECT_THAT(plan.rows, ElementsAre(1, 2, 3, 0, 4));
  EXPECT_EQ(plan.bounds.front(), 0);
  EXPECT_EQ(plan.bounds.back(), costs.size());
  EXPECT_THAT(plan.Chunk(0), ElementsAre(1));
}

TEST(WorkPlanTest, NoRowsMakeNoChunks) { EXPECT_EQ(PlanWork({}).chunks(), 0); }

}  // namespace
}  // namespace tsugi::models
