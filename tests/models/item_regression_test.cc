#include "models/item_regression.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/random.h"
#include "tests/models/model_data.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

// Solves a dense system by Gauss-Jordan elimination in double: nothing in common with the models.
std::vector<double> Solve(std::vector<std::vector<double>> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t p = 0; p < n; ++p) {
    for (std::size_t r = 0; r < n; ++r) {
      if (r == p) continue;
      const double f = a[r][p] / a[p][p];
      for (std::size_t c = p; c < n; ++c) a[r][c] -= f * a[p][c];
      b[r] -= f * b[p];
    }
  }
  for (std::size_t r = 0; r < n; ++r) b[r] /= a[r][r];
  return b;
}

// Weighted ridge regression of the target's column on the sources' columns: weight of each source.
std::vector<double> RidgeByHand(const Baskets& baskets, const ItemRegressionOptions& options,
                                const std::vector<std::uint32_t>& sources, std::uint32_t target) {
  const std::size_t n = baskets.orders.num_columns;
  const std::vector<double> x = Dense(baskets.orders);
  std::vector<std::vector<double>> a(sources.size(), std::vector<double>(sources.size(), 0.0));
  std::vector<double> b(sources.size(), 0.0);
  for (std::size_t o = 0; o < baskets.orders.rows(); ++o) {
    const double size = static_cast<double>(baskets.orders.Row(o).size());
    double weight = std::pow(size, -options.size_exponent);
    if (!baskets.order_weights.empty()) weight *= baskets.order_weights[o];
    for (std::size_t s = 0; s < sources.size(); ++s) {
      for (std::size_t t = 0; t < sources.size(); ++t) {
        a[s][t] += weight * x[o * n + sources[s]] * x[o * n + sources[t]];
      }
      b[s] += weight * x[o * n + sources[s]] * x[o * n + target];
    }
  }
  for (std::size_t s = 0; s < sources.size(); ++s) {
    a[s][s] += options.l2 + options.l2_per_order * a[s][s];
  }
  return Solve(a, b);
}

std::vector<std::uint32_t> AllBut(std::uint32_t items, std::uint32_t target) {
  std::vector<std::uint32_t> others;
  for (std::uint32_t i = 0; i < items; ++i) {
    if (i != target) others.push_back(i);
  }
  return others;
}

TEST(ItemRegressionTest, DenseFormIsTheRidgeRegressionOfEachItemOnAllOthers) {
  const SparseMatrix orders = RandomBaskets(300, 15, 6, 1);
  const std::vector<float> recency = RandomWeights(300, 2);
  const Baskets baskets{.orders = orders.View(), .order_weights = recency};
  const ItemRegressionOptions options{
      .form = ItemRegressionForm::kDense, .l2 = 3.0, .l2_per_order = 0.1, .keep_dense = true};
  const auto model = TrainItemRegression(baskets, options);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->form, ItemRegressionForm::kDense);
  for (std::uint32_t target = 0; target < 15; ++target) {
    const std::vector<std::uint32_t> sources = AllBut(15, target);
    const std::vector<double> expected = RidgeByHand(baskets, options, sources, target);
    for (std::size_t s = 0; s < sources.size(); ++s) {
      EXPECT_NEAR(model->View().Weight(sources[s], target), expected[s], 1e-5);
    }
    EXPECT_EQ(model->View().Weight(target, target), 0.0F);
  }
}

TEST(ItemRegressionTest, SparseFormIsTheRidgeRegressionOnTheStrongestNeighbours) {
  const SparseMatrix orders = RandomBaskets(300, 15, 6, 3);
  const Baskets baskets{.orders = orders.View()};
  const ItemRegressionOptions options{.form = ItemRegressionForm::kSparse,
                                      .l2 = 3.0,
                                      .size_exponent = 0.0,
                                      .kept = 0,
                                      .neighbourhood = 4};
  const auto model = TrainItemRegression(baskets, options);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->form, ItemRegressionForm::kSparse);
  const std::vector<double> x = Dense(orders.View());
  for (std::uint32_t target = 0; target < 15; ++target) {
    // The four of largest cosine, by hand.
    const auto dot = [&](std::uint32_t a, std::uint32_t b) {
      double sum = 0;
      for (std::size_t o = 0; o < 300; ++o) sum += x[o * 15 + a] * x[o * 15 + b];
      return sum;
    };
    std::vector<std::uint32_t> sources = AllBut(15, target);
    std::stable_sort(sources.begin(), sources.end(), [&](std::uint32_t a, std::uint32_t b) {
      return dot(a, target) / std::sqrt(dot(a, a)) > dot(b, target) / std::sqrt(dot(b, b));
    });
    sources.resize(4);
    const std::vector<double> expected = RidgeByHand(baskets, options, sources, target);
    for (std::size_t s = 0; s < 4; ++s) {
      EXPECT_NEAR(model->View().Weight(sources[s], target), expected[s], 1e-5);
    }
  }
  EXPECT_EQ(model->weights.size(), 15 * 4);
}

TEST(ItemRegressionTest, SparseFormWithAllNeighboursIsTheDenseForm) {
  const SparseMatrix orders = RandomBaskets(2000, 12, 6, 4);
  ItemRegressionOptions options{.form = ItemRegressionForm::kDense, .l2 = 5.0, .kept = 0};
  const auto dense = TrainItemRegression({.orders = orders.View()}, options);
  options.form = ItemRegressionForm::kSparse;
  const auto sparse = TrainItemRegression({.orders = orders.View()}, options);
  ASSERT_TRUE(dense.ok() && sparse.ok());
  for (std::uint32_t s = 0; s < 12; ++s) {
    for (std::uint32_t t = 0; t < 12; ++t) {
      EXPECT_NEAR(dense->View().Weight(s, t), sparse->View().Weight(s, t), 1e-5);
    }
  }
}

TEST(ItemRegressionTest, SolvedFromItsGramMatrixAndMoreOrdersItIsThatOfAllOrders) {
  const SparseMatrix all = RandomBaskets(300, 12, 6, 8);
  std::vector<std::vector<std::uint32_t>> rows;
  for (std::size_t r = 0; r < 200; ++r) {
    rows.emplace_back(all.View().Row(r).begin(), all.View().Row(r).end());
  }
  const SparseMatrix earlier = FromRows(rows, 12);
  const ItemRegressionOptions options{.l2 = 3.0, .l2_per_order = 0.1, .size_exponent = 0.5};
  const auto first = TrainItemRegression({.orders = earlier.View()}, options);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_EQ(first->View().gram_items, 12U);
  std::vector<float> gram(144);
  std::size_t next = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    for (std::size_t j = 0; j <= i; ++j) gram[i * 12 + j] = first->gram[next++];
  }
  for (std::size_t r = 200; r < 300; ++r) {
    const auto row = all.View().Row(r);
    for (const std::uint32_t i : row) {
      for (const std::uint32_t j : row) {
        gram[i * 12 + j] += 1.0F / std::sqrt(static_cast<float>(row.size()));
      }
    }
  }
  const auto solved = SolveItemRegression(12, gram, options);
  const auto trained = TrainItemRegression({.orders = all.View()}, options);
  ASSERT_TRUE(solved.ok() && trained.ok());
  for (std::uint32_t s = 0; s < 12; ++s) {
    for (std::uint32_t t = 0; t < 12; ++t) {
      EXPECT_NEAR(solved->View().Weight(s, t), trained->View().Weight(s, t), 1e-4);
    }
  }
}

TEST(ItemRegressionTest, TheGramMatrixIsKeptUpToItsLimit) {
  const SparseMatrix orders = RandomBaskets(50, 10, 4, 7);
  const auto model = TrainItemRegression({.orders = orders.View()}, {.max_gram_items = 9});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->View().gram_items, 0U);
  EXPECT_TRUE(model->gram.empty());
}

TEST(ItemRegressionTest, KeepsTheLargestWeightsOfEachRow) {
  const SparseMatrix orders = RandomBaskets(500, 20, 6, 5);
  const auto all = TrainItemRegression({.orders = orders.View()}, {.kept = 0});
  const auto few = TrainItemRegression({.orders = orders.View()}, {.kept = 3});
  ASSERT_TRUE(all.ok() && few.ok());
  for (std::uint32_t source = 0; source < 20; ++source) {
    std::vector<float> sizes;
    for (const float w : all->View().Weights(source)) sizes.push_back(std::abs(w));
    std::sort(sizes.begin(), sizes.end(), std::greater<>());
    ASSERT_EQ(few->View().Weights(source).size(), 3);
    for (const float w : few->View().Weights(source)) EXPECT_GE(std::abs(w), sizes[2]);
    EXPECT_TRUE(
        std::is_sorted(few->View().Targets(source).begin(), few->View().Targets(source).end()));
  }
}

TEST(ItemRegressionTest, ScoreAddsTheRowsOfTheBasketInEveryForm) {
  const SparseMatrix orders = RandomBaskets(500, 20, 6, 6);
  const std::vector<std::uint32_t> basket = {2, 7};
  const std::vector<float> weights = {1.0F, 0.25F};
  for (const bool keep_dense : {false, true}) {
    const auto model =
        TrainItemRegression({.orders = orders.View()}, {.kept = 0, .keep_dense = keep_dense});
    ASSERT_TRUE(model.ok()) << model.status();
    std::vector<float> out(20, 9.0F);
    model->View().Score(basket, weights, out);
    SparseAccumulator sums(20);
    model->View().Accumulate(basket, weights, sums);
    for (std::uint32_t t = 0; t < 20; ++t) {
      const float expected = model->View().Weight(2, t) + 0.25F * model->View().Weight(7, t);
      EXPECT_FLOAT_EQ(out[t], expected);
      EXPECT_FLOAT_EQ(sums[t], expected);
    }
  }
}

TEST(ItemRegressionTest, FormFollowsSizeAndMemoryAndSaysSo) {
  const ItemRegressionOptions options{.max_dense_items = 1000, .max_dense_bytes = 2'000'000};
  EXPECT_EQ(ChooseForm(500, options), ItemRegressionForm::kDense);
  EXPECT_EQ(ChooseForm(501, options), ItemRegressionForm::kSparse);
  EXPECT_EQ(ChooseForm(40981, {}), ItemRegressionForm::kSparse);
  EXPECT_EQ(ChooseForm(3500, {}), ItemRegressionForm::kDense);
  const SparseMatrix orders = RandomBaskets(50, 10, 4, 7);
  const auto model = TrainItemRegression({.orders = orders.View()}, {.max_dense_items = 5});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->form, ItemRegressionForm::kSparse);
  EXPECT_THAT(model->form_reason, HasSubstr("sparse form: 10 items"));
}

TEST(ItemRegressionTest, ItemsNobodyBoughtGetNoWeights) {
  const SparseMatrix orders = FromRows({{0, 1}, {0, 1}, {0}}, 4);
  for (const ItemRegressionForm form : {ItemRegressionForm::kDense, ItemRegressionForm::kSparse}) {
    const auto model = TrainItemRegression({.orders = orders.View()}, {.form = form});
    ASSERT_TRUE(model.ok()) << model.status();
    EXPECT_TRUE(model->View().Weights(3).empty());
    EXPECT_GT(model->View().Weight(0, 1), 0);
  }
}

TEST(ItemRegressionTest, SameBytesOnAnyNumberOfThreads) {
  const SparseMatrix orders = RandomBaskets(2000, 300, 12, 8);
  for (const ItemRegressionForm form : {ItemRegressionForm::kDense, ItemRegressionForm::kSparse}) {
    const auto train = [&] {
      return *TrainItemRegression({.orders = orders.View()},
                                  {.form = form, .kept = 50, .neighbourhood = 40});
    };
    const ItemRegressionModel one = OnThreads(1, train);
    for (const std::size_t threads : {2U, 5U}) {
      const ItemRegressionModel many = OnThreads(threads, train);
      EXPECT_EQ(many.offsets, one.offsets);
      EXPECT_EQ(many.targets, one.targets);
      EXPECT_EQ(many.weights, one.weights);
    }
  }
}

// Two items always bought together: the matrix is singular but for a ridge far below rounding.
TEST(ItemRegressionTest, TwinsWithoutARidgeAreAnErrorOfTheDenseFormAndShareTheWeightInTheSparse) {
  std::vector<std::vector<std::uint32_t>> rows(1000, {0, 1});
  rows.push_back({0, 1, 2});
  const SparseMatrix orders = FromRows(rows, 3);
  ItemRegressionOptions options{
      .form = ItemRegressionForm::kDense, .l2 = 1e-30, .size_exponent = 0};
  EXPECT_THAT(TrainItemRegression({.orders = orders.View()}, options),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("raise l2")));
  options.form = ItemRegressionForm::kSparse;
  const auto model = TrainItemRegression({.orders = orders.View()}, options);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_NEAR(model->View().Weight(0, 2), 0.5 / 1001, 1e-6);
  EXPECT_NEAR(model->View().Weight(1, 2), 0.5 / 1001, 1e-6);
}

TEST(ItemRegressionTest, SparseFormIsTheSameWhereRowsAreSearchedAndWhereTheyAreWalked) {
  // 70,000 items put places beyond 16 bits; one item is bought with all, so rows are of every
  // length.
  base::Random random(9);
  std::vector<std::vector<std::uint32_t>> rows;
  for (std::uint32_t o = 0; o < 3000; ++o) {
    rows.push_back({0});
    for (int i = 0; i < 40; ++i) {
      rows.back().push_back(static_cast<std::uint32_t>(random.Below(1 + random.Below(600))));
    }
  }
  const SparseMatrix few = FromRows(rows, 600);
  const SparseMatrix many = FromRows(rows, 70000);
  const ItemRegressionOptions options{
      .form = ItemRegressionForm::kSparse, .kept = 0, .neighbourhood = 25};
  const auto narrow = TrainItemRegression({.orders = few.View()}, options);
  const auto wide = TrainItemRegression({.orders = many.View()}, options);
  ASSERT_TRUE(narrow.ok() && wide.ok());
  EXPECT_EQ(narrow->weights, wide->weights);
  EXPECT_EQ(narrow->targets, wide->targets);
  // A popular target against its ridge regression by hand.
  std::vector<std::uint32_t> sources;
  for (std::uint32_t s = 0; s < 600; ++s) {
    if (narrow->View().Weight(s, 3) != 0) sources.push_back(s);
  }
  ASSERT_EQ(sources.size(), 25);
  const std::vector<double> expected = RidgeByHand({.orders = few.View()}, options, sources, 3);
  for (std::size_t s = 0; s < sources.size(); ++s) {
    EXPECT_NEAR(narrow->View().Weight(sources[s], 3), expected[s], 2e-5);
  }
}

TEST(ItemRegressionTest, BadOptionsAreNamed) {
  const SparseMatrix orders = FromRows({{0, 1}}, 2);
  const auto refused = [&](const ItemRegressionOptions& options, const char* text) {
    EXPECT_THAT(TrainItemRegression({.orders = orders.View()}, options),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(text)));
  };
  refused({.l2 = 0}, "l2: 0");
  refused({.l2_per_order = -1}, "l2_per_order: -1");
  refused({.size_exponent = 5}, "size_exponent: 5");
  refused({.neighbourhood = 0}, "neighbourhood: 0");
  EXPECT_THAT(TrainItemRegression({.orders = orders.View()},
                                  {.form = ItemRegressionForm::kDense, .max_dense_bytes = 8}),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("max_dense_bytes")));
}

}  // namespace
}  // namespace tsugi::models
