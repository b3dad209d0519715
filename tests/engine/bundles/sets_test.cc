#include "engine/bundles/sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/association.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Rows = std::vector<std::vector<std::uint32_t>>;

std::vector<ProductSet> Find(const Rows& rows, const SetOptions& options = {}) {
  const models::SparseMatrix matrix = models::FromRows(rows, 6);
  auto sets = FindSets(matrix.View(), options);
  EXPECT_THAT(sets, testing::IsOk());
  return *std::move(sets);
}

void Add(Rows& rows, int times, const std::vector<std::uint32_t>& row) {
  for (int i = 0; i < times; ++i) rows.push_back(row);
}

TEST(FindSetsTest, PairFarAboveChanceIsFoundWithItsMeasures) {
  Rows rows;
  Add(rows, 20, {0, 1});
  Add(rows, 80, {2});
  const auto sets = Find(rows);
  ASSERT_THAT(sets, SizeIs(1));
  EXPECT_THAT(sets[0].items, ElementsAre(0, 1));
  EXPECT_THAT(sets[0].orders, Eq(20U));
  EXPECT_THAT(sets[0].lift, DoubleNear(5, 1e-9));  // 0.2 / (0.2 x 0.2)
  EXPECT_THAT(sets[0].llr, DoubleNear(models::LogLikelihood({20, 20, 20, 100}), 1e-9));
}

TEST(FindSetsTest, WhatChanceExplainsIsNoSet) {
  Rows rows;
  Add(rows, 25, {0, 1});
  Add(rows, 25, {0});
  Add(rows, 25, {1});
  Add(rows, 25, {2});
  EXPECT_THAT(Find(rows), IsEmpty());
}

TEST(FindSetsTest, TooFewOrdersAreNoSet) {
  Rows rows;
  Add(rows, 9, {0, 1});
  Add(rows, 91, {2});
  EXPECT_THAT(Find(rows), IsEmpty());
  SetOptions options;
  options.min_orders = 9;
  EXPECT_THAT(Find(rows, options), SizeIs(1));
}

TEST(FindSetsTest, FourProductsBoughtTogetherAreOneSetAndNotItsParts) {
  Rows rows;
  Add(rows, 20, {0, 1, 2, 3});
  Add(rows, 80, {4});
  const auto sets = Find(rows);
  ASSERT_THAT(sets, SizeIs(1));
  EXPECT_THAT(sets[0].items, ElementsAre(0, 1, 2, 3));
  SetOptions options;
  options.most_products = 2;
  EXPECT_THAT(Find(rows, options), SizeIs(6));
}

TEST(FindSetsTest, AStrongPairDoesNotCarryABystanderAlong) {
  // Product 2 is in half of all orders, with the pair and without.
  Rows rows;
  Add(rows, 15, {0, 1, 2});
  Add(rows, 15, {0, 1});
  Add(rows, 35, {2});
  Add(rows, 35, {3});
  const auto sets = Find(rows);
  ASSERT_THAT(sets, SizeIs(1));
  EXPECT_THAT(sets[0].items, ElementsAre(0, 1));
}

TEST(FindSetsTest, StrongestComesFirstAndTheLimitHolds) {
  Rows rows;
  Add(rows, 20, {0, 1});
  Add(rows, 40, {2, 3});
  Add(rows, 60, {4});
  auto sets = Find(rows);
  ASSERT_THAT(sets, SizeIs(2));
  EXPECT_THAT(sets[0].items, ElementsAre(2, 3));
  SetOptions options;
  options.most_sets = 1;
  EXPECT_THAT(Find(rows, options), SizeIs(1));
}

TEST(FindSetsTest, NoOrdersNoSets) { EXPECT_THAT(Find({}), IsEmpty()); }

}  // namespace
}  // namespace tsugi
