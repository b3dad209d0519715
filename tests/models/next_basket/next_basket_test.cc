#include "models/next_basket/next_basket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"

namespace tsugi::models {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;

// Baskets of items by customer, oldest first.
using Baskets3 = std::vector<std::vector<std::vector<std::uint32_t>>>;

struct Data {
  SparseMatrix baskets;
  std::vector<std::uint64_t> offsets = {0};

  Data(const Baskets3& customers, std::uint32_t items) {
    std::vector<std::vector<std::uint32_t>> rows;
    for (const auto& customer : customers) {
      rows.insert(rows.end(), customer.begin(), customer.end());
      offsets.push_back(rows.size());
    }
    baskets = FromRows(rows, items);
  }
  BasketHistories Histories() const {
    return {.baskets = baskets.View(), .customer_offsets = offsets};
  }
};

TEST(BasketHistoriesTest, DecaysByTheAgeOfTheBasket) {
  const Data data({{{0, 1}, {1}, {1, 2}}}, 3);
  const SparseMatrix decayed = DecayedVectors(data.Histories(), 0.5);
  EXPECT_THAT(decayed.columns, ElementsAre(0, 1, 2));
  EXPECT_THAT(decayed.values, ElementsAre(0.25F, 1.75F, 1.0F));
  EXPECT_THAT(DecayedVectors(data.Histories(), 0).columns, ElementsAre(1, 2));
}

TEST(BasketHistoriesTest, CountsBasketsNewestOnesAndCustomers) {
  const Data data({{{0}, {0, 1}}, {{1}}}, 2);
  const BasketCounts counts = CountBaskets(data.Histories());
  EXPECT_THAT(counts.baskets, ElementsAre(2, 2));
  EXPECT_THAT(counts.newest, ElementsAre(1, 2));
  EXPECT_THAT(counts.customers, ElementsAre(1, 2));
}

TEST(UserNeighboursTest, FindsTheNearestEligibleCustomersNeverOneself) {
  const SparseMatrix vectors = FromRows({{0, 1}, {0, 1}, {0, 2}, {3}}, 4);
  const UserNeighbours neighbours(vectors.View());
  SparseAccumulator sums(4);
  const auto all = neighbours.Find(0, 5, {}, sums);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].customer, 1U);
  EXPECT_NEAR(all[0].similarity, 1.0, 1e-6);
  EXPECT_EQ(all[1].customer, 2U);
  EXPECT_NEAR(all[1].similarity, 0.5, 1e-6);
  const std::vector<std::uint8_t> eligible = {1, 0, 1, 1};
  const auto some = neighbours.Find(0, 5, eligible, sums);
  ASSERT_EQ(some.size(), 1U);
  EXPECT_EQ(some[0].customer, 2U);
}

TEST(UserNeighboursTest, AddsTheirRowsBySimilarity) {
  const SparseMatrix rows = FromRows({{}, {0, 1}, {1}}, 3);
  const std::vector<UserNeighbour> near = {{1, 0.75F}, {2, 0.25F}};
  std::vector<float> out(3);
  AddNeighbourRows(near, rows.View(), true, out);
  EXPECT_THAT(out, ElementsAre(0.75F, 1.0F, 0.0F));
}

TEST(TransitionsTest, SharesOfBasketsFollowedByAnItemAndItsOwnRepeat) {
  const Data data({{{0}, {1}}, {{0}, {0, 1}}, {{0}, {2}}}, 3);
  const Transitions transitions =
      CountTransitions(data.Histories(), {.prior = 1, .repeat_prior = 1});
  const SparseView shares = transitions.shares.View();
  EXPECT_THAT(std::vector<std::uint32_t>(shares.Row(0).begin(), shares.Row(0).end()),
              ElementsAre(1, 2));
  EXPECT_THAT(std::vector<float>(shares.RowValues(0).begin(), shares.RowValues(0).end()),
              ElementsAre(FloatNear(0.5F, 1e-6F), FloatNear(0.25F, 1e-6F)));
  EXPECT_NEAR(transitions.repeat_share[0], 0.25, 1e-6);
}

// Straight from the definition, for a learner without itself.
TEST(TargetRegressionTest, LeavesALearnerOutAsARegressionWithoutItWould) {
  SparseMatrix vectors = FromRows({{0}, {0, 1}, {1, 2}, {2}, {0, 2}}, 3);
  vectors.values = {1, 1, 0.5F, 1, 2, 1, 0.5F, 1};
  const SparseMatrix targets = FromRows({{0}, {1}, {2}, {2}, {}}, 3);
  const auto all = TargetRegression::Train(vectors.View(), targets.View(), {.l2 = 0.7});
  ASSERT_TRUE(all.ok()) << all.status();
  std::vector<float> left_out(3);
  all->Score(1, left_out);
  // The same with the learner taken away; its mean stays that of all, as the header says.
  const double l2 = 0.7;
  const double m[3][3] = {{1, 0, 0}, {0, 1, 2}, {0, 0, 1}};  // customers 0, 2, 3
  const double p[3] = {0.25, 0.25, 0.5};
  const int target_of[3] = {0, 2, 2};
  double gram[3][3] = {};
  double right[3][3] = {};
  for (int v = 0; v < 3; ++v) {
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        gram[i][j] += m[v][i] * m[v][j];
        right[i][j] += m[v][i] * ((target_of[v] == j ? 1 : 0) - p[j]);
      }
    }
  }
  for (int i = 0; i < 3; ++i) gram[i][i] += l2;
  for (int c = 0; c < 3; ++c) {  // Gauss-Jordan
    const double pivot = gram[c][c];
    for (int j = 0; j < 3; ++j) gram[c][j] /= pivot, right[c][j] /= pivot;
    for (int r = 0; r < 3; ++r) {
      if (r == c) continue;
      const double factor = gram[r][c];
      for (int j = 0; j < 3; ++j) {
        gram[r][j] -= factor * gram[c][j];
        right[r][j] -= factor * right[c][j];
      }
    }
  }
  for (int j = 0; j < 3; ++j) {
    EXPECT_NEAR(left_out[static_cast<std::size_t>(j)], p[j] + 1 * right[0][j] + 0.5 * right[1][j],
                1e-4);
  }
}

// Customers of two kinds: those who bought item 0 buy 2 next, those who bought 1 buy 3; item 4 is
// noise, and everyone repeats item 5 or 6.
struct Shop {
  Data data;
  SparseMatrix targets;

  explicit Shop(std::size_t customers) : data(Make(customers), 20) {
    std::vector<std::vector<std::uint32_t>> rows;
    for (std::uint32_t c = 0; c < customers; ++c) {
      rows.push_back(c % 4 == 3 ? std::vector<std::uint32_t>() : Target(c));
    }
    targets = FromRows(rows, 20);
  }
  static std::vector<std::uint32_t> Target(std::uint32_t c) {
    return {c % 2 == 0 ? 2U : 3U, c % 3 == 0 ? 5U : 6U};
  }
  static Baskets3 Make(std::size_t customers) {
    Baskets3 out;
    base::Random random(3);
    for (std::uint32_t c = 0; c < customers; ++c) {
      const auto noise = static_cast<std::uint32_t>(7 + random.Below(13));
      const std::uint32_t own = c % 3 == 0 ? 5U : 6U;
      out.push_back({{c % 2, own}, {c % 2, own, noise}});
    }
    return out;
  }
};

NextBasketOptions SmallOptions() {
  NextBasketOptions options;
  options.boosting.rounds = 30;
  options.boosting.learning_rate = 0.2;
  options.boosting.min_child_weight = 1;
  options.boosting.threads = 1;
  options.sources.neighbours = 20;
  options.sources.item_l2 = 5;
  options.sources.target_l2 = 1;
  options.negatives = 1;
  return options;
}

TEST(NextBasketTest, RanksWhatSuchCustomersBuyNextAndWhatThisOneRepeatsFirst) {
  const Shop shop(240);
  const auto model = TrainNextBasket(shop.data.Histories(), shop.targets.View(), SmallOptions());
  ASSERT_TRUE(model.ok()) << model.status();
  NextBasketModel::Workspace workspace(model->sources());
  std::vector<float> scores(20);
  for (const std::uint32_t customer : {3U, 7U, 11U, 15U}) {
    model->Score(customer, workspace, scores);
    const std::vector<std::uint32_t> wanted = Shop::Target(customer);
    for (std::uint32_t item = 0; item < 20; ++item) {
      if (item == wanted[0] || item == wanted[1]) continue;
      EXPECT_LT(scores[item], scores[wanted[0]]) << customer << " " << item;
      EXPECT_LT(scores[item], scores[wanted[1]]) << customer << " " << item;
    }
  }
}

TEST(NextBasketTest, ALearnersFeaturesDoNotSeeItsOwnTarget) {
  Shop shop(120);
  const auto features = [&](std::uint32_t customer) {
    const auto sources =
        BasketSources::Train(shop.data.Histories(), shop.targets.View(), SmallOptions().sources);
    BasketSources::Workspace workspace(*sources);
    sources->Score(customer, workspace);
    return workspace.scores[static_cast<std::size_t>(BasketSource::kTargetShare)];
  };
  const std::vector<float> before = features(0);
  // Another target of customer 0 with as many items: item 19 in place of 2.
  std::vector<std::vector<std::uint32_t>> rows;
  for (std::size_t c = 0; c < 120; ++c) {
    const auto row = shop.targets.View().Row(c);
    rows.emplace_back(row.begin(), row.end());
  }
  rows[0] = {5, 19};
  shop.targets = FromRows(rows, 20);
  EXPECT_EQ(features(0), before);
}

TEST(NextBasketTest, EqualOnAnyNumberOfThreads) {
  const Shop shop(100);
  const auto score = [&](std::size_t threads) {
    std::vector<float> scores(20);
    base::WithThreads(threads, [&] {
      const auto model =
          TrainNextBasket(shop.data.Histories(), shop.targets.View(), SmallOptions());
      NextBasketModel::Workspace workspace(model->sources());
      model->Score(3, workspace, scores);
    });
    return scores;
  };
  EXPECT_EQ(score(1), score(3));
}

TEST(NextBasketTest, RefusesTargetsOfAnotherShapeAndNoLearner) {
  const Data data({{{0}, {1}}, {{1}}}, 2);
  const SparseMatrix wide = FromRows({{0}, {1}}, 3);
  EXPECT_THAT(std::string(TrainNextBasket(data.Histories(), wide.View(), {}).status().message()),
              HasSubstr("not the shape"));
  const SparseMatrix none = FromRows({{}, {}}, 2);
  EXPECT_THAT(std::string(TrainNextBasket(data.Histories(), none.View(), {}).status().message()),
              HasSubstr("no customer has any"));
}

}  // namespace
}  // namespace tsugi::models
