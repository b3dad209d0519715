#include "models/evaluation/rank_all.h"

#include <gmock/gmock.h>
#include <hwy/highway.h>

#include <algorithm>
#include <vector>

#include "models/dense/linear_algebra.h"
#include "tests/models/model_data.h"

namespace tsugi::models {
namespace {

using ::testing::ElementsAre;

// All scores, sorted; kept apart from what RankAll does.
std::vector<std::uint32_t> RankByHand(const RankAllRequest& request) {
  const std::size_t customers = request.rows.size() / request.dim;
  const std::size_t items = request.items.size() / request.dim;
  std::vector<float> scores(customers * items);
  MultiplyTransposed(customers, items, request.dim, request.rows, request.items, scores);
  std::vector<std::uint32_t> ranked;
  for (std::size_t c = 0; c < customers; ++c) {
    std::vector<std::uint32_t> order;
    for (std::uint32_t item = 0; item < items; ++item) {
      const auto seen = request.seen.Row(c);
      if (!std::binary_search(seen.begin(), seen.end(), item)) order.push_back(item);
    }
    const float* row = scores.data() + c * items;
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return row[a] > row[b] || (row[a] == row[b] && a < b);
    });
    order.resize(request.k, kNoItem);
    ranked.insert(ranked.end(), order.begin(), order.end());
  }
  return ranked;
}

TEST(RankAllTest, EqualsAFullSortWithoutWhatWasSeenOnAnyNumberOfThreads) {
  const std::size_t customers = 150;
  const std::size_t items = 1700;
  const std::vector<float> rows = RandomWeights(customers * 12, 1);
  std::vector<float> factors = RandomWeights(items * 12, 2);
  for (std::size_t i = 0; i < factors.size(); ++i) {  // lengths of every size, and negative scores
    factors[i] = (factors[i] - 0.3F) / static_cast<float>(1 + i / 12 % 97);
  }
  const SparseMatrix seen = RandomBaskets(customers, items, 60, 3);
  const RankAllRequest request{rows, factors, 12, 9, seen.View()};
  const std::vector<std::uint32_t> expected = RankByHand(request);
  for (const std::size_t threads : {1UL, 3UL}) {
    std::vector<std::uint32_t> ranked(customers * 9);
    OnThreads(threads, [&] {
      RankAll(request, ranked);
      return 0;
    });
    EXPECT_EQ(ranked, expected);
  }
}

TEST(RankAllTest, EqualsAFullSortOfALargeCatalogueOnEachInstructionSet) {
  const std::size_t customers = 20;
  const std::size_t items = 5000;
  std::vector<float> rows = RandomWeights(customers * 30, 4);
  std::vector<float> factors = RandomWeights(items * 30, 5);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    factors[i] = (factors[i] - 0.4F) / static_cast<float>(1 + i / 30 % 53);
  }
  std::fill_n(rows.begin(), 30, 0.0F);  // scores everything alike
  const SparseMatrix seen = RandomBaskets(customers, items, 60, 6);
  const RankAllRequest request{rows, factors, 30, 12, seen.View()};
  const std::vector<std::uint32_t> expected = RankByHand(request);
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    hwy::SetSupportedTargetsForTest(left & -left);
    std::vector<std::uint32_t> ranked(customers * 12);
    RankAll(request, ranked);
    hwy::SetSupportedTargetsForTest(0);
    EXPECT_EQ(ranked, expected) << hwy::TargetName(left & -left);
  }
}

TEST(RankAllTest, TiesFallToTheSmallerItemAndShortListsAreFilledUp) {
  const std::vector<float> rows = {1, 0};
  const std::vector<float> items = {0, 5, 2, 0, 2, 1};  // scores 0, 2, 2
  const SparseMatrix seen = FromRows({{0}}, 3);
  std::vector<std::uint32_t> ranked(3);
  RankAll({rows, items, 2, 3, seen.View()}, ranked);
  EXPECT_THAT(ranked, ElementsAre(1, 2, kNoItem));
}

}  // namespace
}  // namespace tsugi::models
