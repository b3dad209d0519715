#include "models/co_purchase.h"

#include <gmock/gmock.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "tests/models/model_data.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tsugi::testing::StatusIs;

// Counts of every pair by looking at every order: what the models must equal.
struct BruteForce {
  std::vector<double> weight;
  std::vector<std::uint32_t> orders;
  std::vector<std::uint32_t> since;
};

BruteForce CountByHand(const Baskets& baskets, double size_exponent) {
  const std::uint32_t n = baskets.orders.num_columns;
  BruteForce result{std::vector<double>(std::size_t{n} * n, 0.0),
                    std::vector<std::uint32_t>(std::size_t{n} * n, 0),
                    std::vector<std::uint32_t>(std::size_t{n} * n, kNoDay)};
  for (std::size_t o = 0; o < baskets.orders.rows(); ++o) {
    const auto items = baskets.orders.Row(o);
    const double recency = baskets.order_weights.empty() ? 1.0 : baskets.order_weights[o];
    const double weight = recency / std::pow(static_cast<double>(items.size()), size_exponent);
    for (const std::uint32_t a : items) {
      for (const std::uint32_t b : items) {
        const std::size_t at = std::size_t{a} * n + b;
        result.weight[at] += weight;
        ++result.orders[at];
        if (!baskets.days.empty()) result.since[at] = std::min(result.since[at], baskets.days[o]);
      }
    }
  }
  return result;
}

TEST(CoPurchaseTest, CountsOfAHandfulOfOrders) {
  const SparseMatrix orders = FromRows({{0, 1}, {0, 1, 2}, {0}, {2}, {}}, 4);
  const auto model = TrainCoPurchase({.orders = orders.View()}, {.size_exponent = 0.0});
  ASSERT_TRUE(model.ok()) << model.status();
  const CoPurchaseView view = model->View();
  EXPECT_EQ(view.num_orders, 4);
  EXPECT_THAT(view.item_orders, ElementsAre(3, 2, 2, 0));
  const ItemNeighbours near = view.Neighbours(0);
  EXPECT_THAT(near.items, ElementsAre(1, 2));
  EXPECT_THAT(near.orders, ElementsAre(2, 1));
  EXPECT_FLOAT_EQ(near.scores[0], 2.0F / std::sqrt(6.0F));
  EXPECT_THAT(view.Neighbours(3).items, IsEmpty());
  const auto pair = view.FindPair(1, 0);
  ASSERT_TRUE(pair.has_value());
  EXPECT_DOUBLE_EQ(Lift(view.Counts(*pair)), 2.0 * 4 / (2 * 3));
  EXPECT_FALSE(view.FindPair(0, 3).has_value());
}

TEST(CoPurchaseTest, FindPairLooksInBothRowsAndKeepsTheAskedDirection) {
  // With one neighbour an item, 0 keeps 1 and not 2, while 2 keeps 0.
  const SparseMatrix orders = FromRows({{0, 1}, {0, 1}, {0, 2}}, 3);
  const auto model =
      TrainCoPurchase({.orders = orders.View()}, {.size_exponent = 0.0, .neighbours = 1});
  ASSERT_TRUE(model.ok()) << model.status();
  const auto pair = model->View().FindPair(0, 2);
  ASSERT_TRUE(pair.has_value());
  EXPECT_EQ(pair->first, 0);
  EXPECT_EQ(pair->second, 2);
  EXPECT_DOUBLE_EQ(Confidence(model->View().Counts(*pair)), 1.0 / 3);
}

TEST(CoPurchaseTest, PairsEqualBruteForceWithWeightsDaysAndOrdersOutOfTime) {
  const SparseMatrix orders = RandomBaskets(200, 30, 8, 7);
  const std::vector<float> weights = RandomWeights(200, 8);
  std::vector<std::uint32_t> days(200);
  base::Random random(9);
  for (std::uint32_t& day : days) day = static_cast<std::uint32_t>(random.Below(1000));
  const Baskets baskets{.orders = orders.View(), .order_weights = weights, .days = days};
  const BruteForce expected = CountByHand(baskets, 0.7);
  const auto model = TrainCoPurchase(baskets, {.size_exponent = 0.7, .neighbours = 30});
  ASSERT_TRUE(model.ok()) << model.status();
  for (std::uint32_t a = 0; a < 30; ++a) {
    const ItemNeighbours near = model->View().Neighbours(a);
    EXPECT_TRUE(std::is_sorted(near.scores.begin(), near.scores.end(), std::greater<>()));
    for (std::size_t e = 0; e < near.items.size(); ++e) {
      const std::size_t at = std::size_t{a} * 30 + near.items[e];
      EXPECT_EQ(near.orders[e], expected.orders[at]);
      EXPECT_EQ(near.since[e], expected.since[at]);
      EXPECT_NEAR(near.weights[e], expected.weight[at], 1e-4);
      EXPECT_NEAR(near.scores[e],
                  expected.weight[at] / std::sqrt(expected.weight[std::size_t{a} * 31] *
                                                  expected.weight[std::size_t{near.items[e]} * 31]),
                  1e-4);
    }
  }
}

TEST(CoPurchaseTest, RatiosOfARowAreThoseOfItsRawCounts) {
  const SparseMatrix orders = RandomBaskets(3000, 90, 12, 3);
  const auto model = TrainCoPurchase({.orders = orders.View()}, {.neighbours = 80});
  ASSERT_TRUE(model.ok()) << model.status();
  const CoPurchaseView view = model->View();
  for (const std::uint32_t item : {0U, 7U, 41U}) {
    const ItemNeighbours near = view.Neighbours(item);
    ASSERT_GT(near.items.size(), 64);
    std::vector<double> ratios(near.items.size());
    view.NeighbourRatios(item, ratios);
    for (std::size_t e = 0; e < near.items.size(); ++e) {
      const auto pair = view.FindPair(item, near.items[e]);
      EXPECT_NEAR(ratios[e], LogLikelihood(view.Counts(*pair)), 1e-9);
    }
  }
}

TEST(CoPurchaseTest, KeepsExactlyTheBestOfTheWholeRow) {
  const SparseMatrix orders = RandomBaskets(300, 40, 10, 3);
  for (const Association measure :
       {Association::kConfidence, Association::kCosine, Association::kLogLikelihood}) {
    const auto all =
        TrainCoPurchase({.orders = orders.View()}, {.measure = measure, .neighbours = 1000});
    const auto few =
        TrainCoPurchase({.orders = orders.View()}, {.measure = measure, .neighbours = 5});
    ASSERT_TRUE(all.ok() && few.ok());
    for (std::uint32_t item = 0; item < 40; ++item) {
      const auto every = all->View().Neighbours(item).items;
      const auto best = few->View().Neighbours(item).items;
      ASSERT_EQ(best.size(), std::min<std::size_t>(5, every.size()));
      EXPECT_TRUE(std::equal(best.begin(), best.end(), every.begin()));
    }
  }
}

TEST(CoPurchaseTest, KeepsExactlyTheBestOfLongRowsWithManyTies) {
  const SparseMatrix orders = RandomBaskets(3000, 900, 20, 4);
  for (const double exponent : {0.0, 1.0}) {  // raw counts tie more often than not
    const auto all =
        TrainCoPurchase({.orders = orders.View()}, {.size_exponent = exponent, .neighbours = 1000});
    const auto few =
        TrainCoPurchase({.orders = orders.View()}, {.size_exponent = exponent, .neighbours = 7});
    ASSERT_TRUE(all.ok() && few.ok());
    for (std::uint32_t item = 0; item < 900; ++item) {
      const auto every = all->View().Neighbours(item);
      const auto best = few->View().Neighbours(item);
      ASSERT_EQ(best.items.size(), std::min<std::size_t>(7, every.items.size()));
      EXPECT_TRUE(std::equal(best.items.begin(), best.items.end(), every.items.begin()));
      for (std::size_t e = 1; e < every.items.size(); ++e) {
        EXPECT_TRUE(
            every.scores[e - 1] > every.scores[e] ||
            (every.scores[e - 1] == every.scores[e] && every.items[e - 1] < every.items[e]));
      }
    }
  }
}

// The bound that spares ratios must not lose any; a cut is guessed for rows this long only.
TEST(CoPurchaseTest, KeepsTheBestRatiosOfLongRowsOnEachInstructionSet) {
  const SparseMatrix orders = RandomBaskets(3000, 900, 20, 4);
  for (const double exponent : {0.0, 1.0}) {
    const auto train = [&](std::uint32_t neighbours) {
      return TrainCoPurchase({.orders = orders.View()}, {.measure = Association::kLogLikelihood,
                                                         .size_exponent = exponent,
                                                         .neighbours = neighbours});
    };
    for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
      hwy::SetSupportedTargetsForTest(left & -left);
      const auto all = train(1000);
      const auto few = train(7);
      hwy::SetSupportedTargetsForTest(0);
      ASSERT_TRUE(all.ok() && few.ok());
      for (std::uint32_t item = 0; item < 900; ++item) {
        const auto every = all->View().Neighbours(item).items;
        const auto best = few->View().Neighbours(item).items;
        ASSERT_EQ(best.size(), std::min<std::size_t>(7, every.size()));
        ASSERT_TRUE(std::equal(best.begin(), best.end(), every.begin())) << item;
      }
    }
  }
}

TEST(CoPurchaseTest, SameBytesOnEachInstructionSet) {
  const SparseMatrix orders = RandomBaskets(3000, 900, 20, 4);
  for (const double exponent : {0.0, 1.0}) {
    const CoPurchaseOptions options{
        .size_exponent = exponent, .neighbours = 7, .min_pair_orders = 2};
    const auto expected = TrainCoPurchase({.orders = orders.View()}, options);
    for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
      hwy::SetSupportedTargetsForTest(left & -left);
      const auto found = TrainCoPurchase({.orders = orders.View()}, options);
      hwy::SetSupportedTargetsForTest(0);
      ASSERT_TRUE(expected.ok() && found.ok());
      EXPECT_EQ(found->neighbours, expected->neighbours) << hwy::TargetName(left & -left);
      EXPECT_EQ(found->scores, expected->scores) << hwy::TargetName(left & -left);
    }
  }
}

TEST(CoPurchaseTest, CataloguesOfMoreThan65536ItemsCountAlike) {
  const SparseMatrix small = RandomBaskets(300, 40, 10, 3);
  SparseMatrix large = small;
  large.num_columns = 70'000;
  for (std::uint32_t& item : large.columns) item += 69'000;
  const std::vector<std::uint32_t> days(300, 5);
  const auto of_small = TrainCoPurchase({.orders = small.View(), .days = days}, {});
  const auto of_large = TrainCoPurchase({.orders = large.View(), .days = days}, {});
  ASSERT_TRUE(of_small.ok() && of_large.ok());
  for (std::uint32_t item = 0; item < 40; ++item) {
    const auto a = of_small->View().Neighbours(item);
    const auto b = of_large->View().Neighbours(item + 69'000);
    ASSERT_EQ(a.items.size(), b.items.size());
    EXPECT_TRUE(std::equal(a.orders.begin(), a.orders.end(), b.orders.begin()));
    EXPECT_TRUE(std::equal(a.scores.begin(), a.scores.end(), b.scores.begin()));
    EXPECT_TRUE(std::equal(a.since.begin(), a.since.end(), b.since.begin()));
  }
}

TEST(CoPurchaseTest, RarePairsAreDropped) {
  const SparseMatrix orders = FromRows({{0, 1}, {0, 1}, {0, 2}}, 3);
  const auto model = TrainCoPurchase({.orders = orders.View()}, {.min_pair_orders = 2});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_THAT(model->View().Neighbours(0).items, ElementsAre(1));
  EXPECT_THAT(model->View().Neighbours(2).items, IsEmpty());
}

TEST(CoPurchaseTest, ScoreAndAccumulateAddTheWeightedScores) {
  const SparseMatrix orders = RandomBaskets(100, 12, 5, 5);
  const auto model = TrainCoPurchase({.orders = orders.View()}, {});
  ASSERT_TRUE(model.ok()) << model.status();
  const CoPurchaseView view = model->View();
  const std::vector<std::uint32_t> basket = {1, 4};
  const std::vector<float> weights = {2.0F, 0.5F};
  std::vector<float> out(12, -1.0F);
  view.Score(basket, weights, out);
  SparseAccumulator sums(12);
  view.Accumulate(basket, weights, sums);
  for (std::uint32_t item = 0; item < 12; ++item) {
    float expected = 0;
    for (std::size_t b = 0; b < basket.size(); ++b) {
      const ItemNeighbours near = view.Neighbours(basket[b]);
      for (std::size_t e = 0; e < near.items.size(); ++e) {
        if (near.items[e] == item) expected += weights[b] * near.scores[e];
      }
    }
    EXPECT_FLOAT_EQ(out[item], expected);
    EXPECT_FLOAT_EQ(sums[item], expected);
  }
}

TEST(CoPurchaseTest, SameBytesOnAnyNumberOfThreads) {
  const SparseMatrix orders = RandomBaskets(3000, 200, 12, 11);
  const std::vector<float> weights = RandomWeights(3000, 12);
  const auto train = [&] {
    return *TrainCoPurchase({.orders = orders.View(), .order_weights = weights}, {});
  };
  const CoPurchaseModel one = OnThreads(1, train);
  for (const std::size_t threads : {2U, 5U}) {
    const CoPurchaseModel many = OnThreads(threads, train);
    EXPECT_EQ(many.offsets, one.offsets);
    EXPECT_EQ(many.neighbours, one.neighbours);
    EXPECT_EQ(many.pair_orders, one.pair_orders);
    EXPECT_EQ(many.pair_weights, one.pair_weights);
    EXPECT_EQ(many.scores, one.scores);
  }
}

TEST(CoPurchaseTest, BadOptionsAreNamed) {
  const SparseMatrix orders = FromRows({{0, 1}}, 2);
  EXPECT_THAT(TrainCoPurchase({.orders = orders.View()}, {.size_exponent = -1}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("size_exponent: -1")));
  EXPECT_THAT(TrainCoPurchase({.orders = orders.View()}, {.neighbours = 0}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("neighbours: 0")));
  EXPECT_THAT(TrainCoPurchase({.orders = orders.View()}, {.min_pair_orders = 0}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("min_pair_orders: 0")));
}

TEST(PairCountsTest, EveryPairEqualsBruteForce) {
  const SparseMatrix orders = RandomBaskets(150, 20, 6, 21);
  const Baskets baskets{.orders = orders.View()};
  const BruteForce expected = CountByHand(baskets, 0.5);
  const auto pairs = CountPairs(baskets, {.size_exponent = 0.5});
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  for (std::uint32_t a = 0; a < 20; ++a) {
    for (std::uint32_t b = 0; b < 20; ++b) {
      if (a == b) continue;
      EXPECT_EQ(pairs->Orders(a, b), expected.orders[a * 20 + b]);
      EXPECT_NEAR(pairs->Weight(a, b), expected.weight[a * 20 + b], 1e-4);
    }
  }
}

TEST(PairCountsTest, ScoreAllAddsTheMeasureOfEachBasketItem) {
  const SparseMatrix orders = FromRows({{0, 1}, {0, 1, 2}, {1, 2}}, 3);
  const auto pairs = CountPairs({.orders = orders.View()}, {});
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  std::vector<float> out(3);
  pairs->ScoreAll(std::vector<std::uint32_t>{0, 2}, {}, Association::kConfidence, out);
  EXPECT_FLOAT_EQ(out[1], 2.0F / 2 + 2.0F / 2);
  EXPECT_FLOAT_EQ(out[0], 1.0F / 2) << "0 of 2";
}

TEST(PairCountsTest, RowsCutToTheHeaviestStillAnswerFromTheOtherSide) {
  const SparseMatrix orders = FromRows({{0, 1}, {0, 1}, {0, 2}}, 3);
  const auto pairs = CountPairs({.orders = orders.View()}, {.max_row = 1});
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  EXPECT_EQ(pairs->neighbours.size(), 3);
  EXPECT_EQ(pairs->Orders(0, 2), 1);
}

TEST(PairCountsTest, ResultsAboveTheByteLimitAreRefused) {
  const SparseMatrix orders = RandomBaskets(150, 20, 6, 21);
  EXPECT_THAT(CountPairs({.orders = orders.View()}, {.max_bytes = 100}),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("max_bytes")));
}

}  // namespace
}  // namespace tsugi::models
