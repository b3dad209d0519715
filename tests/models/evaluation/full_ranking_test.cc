#include "models/evaluation/full_ranking.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include "tests/models/model_data.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::StatusIs;

// Item i scores -i for everyone: the ranking is 0, 1, 2, ...
void Descending(std::size_t begin, std::size_t end, std::span<float> scores) {
  const std::size_t items = scores.size() / (end - begin);
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = -static_cast<float>(i % items);
}

TEST(EvaluationTest, TrainItemsAreMaskedAndMeansRunOverCustomersWithTestItems) {
  const SparseMatrix train = FromRows({{0, 1}, {2}, {0}}, 5);
  const SparseMatrix test = FromRows({{2, 4}, {}, {3}}, 5);
  const auto report = EvaluateInteractions(train.View(), test.View(), Descending, 2);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->customers, ElementsAre(0, 2));
  EXPECT_THAT(report->recall, ElementsAre(0.5, 0.0));  // lists 2, 3 and 1, 2
  EXPECT_DOUBLE_EQ(report->Recall(), 0.25);
  EXPECT_DOUBLE_EQ(report->Precision(), 0.25);
  EXPECT_DOUBLE_EQ(report->HitRate(), 0.5);
  EXPECT_DOUBLE_EQ(report->Ndcg(), 0.5 / (1 + 1 / std::log2(3.0)));
}

TEST(EvaluationTest, EqualScoresCountHalf) {
  const SparseMatrix train = FromRows({{0}}, 4);
  const SparseMatrix test = FromRows({{1}}, 4);
  const auto equal = [](std::size_t, std::size_t, std::span<float> s) {
    std::fill(s.begin(), s.end(), 0.0F);
  };
  // Three items share ranks 1 to 3: each stands at 2.
  EXPECT_EQ(EvaluateInteractions(train.View(), test.View(), equal, 1)->Recall(), 0.0);
  EXPECT_EQ(EvaluateInteractions(train.View(), test.View(), equal, 2)->Recall(), 1.0);
}

TEST(EvaluationTest, ATestItemThatWasTrainedOnIsAMiss) {
  const SparseMatrix train = FromRows({{0, 1}}, 4);
  const SparseMatrix test = FromRows({{1, 2}}, 4);
  EXPECT_EQ(EvaluateInteractions(train.View(), test.View(), Descending, 4)->Recall(), 0.5);
}

TEST(EvaluationTest, BadInputIsNamed) {
  const SparseMatrix train = FromRows({{0}}, 4);
  const SparseMatrix wide = FromRows({{1}}, 5);
  const SparseMatrix empty = FromRows({{}}, 4);
  EXPECT_THAT(EvaluateInteractions(train.View(), wide.View(), Descending, 1),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1 x 5 is not the shape")));
  EXPECT_THAT(EvaluateInteractions(train.View(), empty.View(), Descending, 1),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no customer has test")));
  EXPECT_THAT(EvaluateInteractions(train.View(), train.View(), Descending, 0),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("k: 0")));
}

TEST(SplitTest, EveryItemIsOnOneSideAndAboutATenthIsHeld) {
  const SparseMatrix all = RandomBaskets(500, 60, 12, 1);
  const InteractionsSplit split = SplitInteractions(all.View(), 0.1, 7);
  EXPECT_THAT(Validate(split.train.View(), "train"), IsOk());
  EXPECT_THAT(Validate(split.validation.View(), "validation"), IsOk());
  for (std::size_t r = 0; r < 500; ++r) {
    std::set<std::uint32_t> together(split.train.View().Row(r).begin(),
                                     split.train.View().Row(r).end());
    EXPECT_FALSE(together.empty());
    together.insert(split.validation.View().Row(r).begin(), split.validation.View().Row(r).end());
    const auto row = all.View().Row(r);
    EXPECT_EQ(together, std::set<std::uint32_t>(row.begin(), row.end()));
  }
  const double share = static_cast<double>(split.validation.columns.size()) /
                       static_cast<double>(all.columns.size());
  EXPECT_NEAR(share, 0.1, 0.03);
}

TEST(AddStandardisedTest, AddsScoresOfMeanZeroAndDeviationWeight) {
  std::vector<float> out = {10, 10};
  AddStandardised(std::vector<float>{1, 3}, 2.0F, out);
  EXPECT_THAT(out, ElementsAre(8, 12));
  AddStandardised(std::vector<float>{5, 5}, 2.0F, out);
  EXPECT_THAT(out, ElementsAre(8, 12)) << "equal scores say nothing";
}

// Two kinds of customers, who buy from two halves of the catalogue.
InteractionsSplit TwoTastes() {
  base::Random random(3);
  std::vector<std::vector<std::uint32_t>> rows;
  for (std::uint32_t c = 0; c < 200; ++c) {
    std::vector<std::uint32_t>& row = rows.emplace_back();
    for (int i = 0; i < 10; ++i) {
      row.push_back((c % 2) * 20 + static_cast<std::uint32_t>(random.Below(20)));
    }
  }
  return SplitInteractions(FromRows(rows, 40).View(), 0.3, 1);
}

TEST(InteractionsModelTest, EveryPersonalModelBeatsPopularityOnTwoTastes) {
  const InteractionsSplit split = TwoTastes();
  const auto recall = [&](const std::string& name) {
    const auto scorer = TrainInteractionsModel(split.train.View(), {.name = name, .dim = 8});
    EXPECT_TRUE(scorer.ok()) << scorer.status();
    return EvaluateInteractions(split.train.View(), split.validation.View(), *scorer, 10)->Recall();
  };
  const double popularity = recall("popularity");
  for (const char* name :
       {"co_purchase", "item_regression", "ials", "graph_filter", "blend", "graph_blend"}) {
    EXPECT_GT(recall(name), 1.3 * popularity) << name;
  }
}

TEST(EvaluateFactorsTest, EqualsTheMeasuresFromAllScoresTiesIncluded) {
  const InteractionsSplit split = TwoTastes();
  const SparseView train = split.train.View();
  std::vector<float> customers = RandomWeights(train.rows() * 6, 1);
  std::vector<float> items = RandomWeights(std::size_t{train.num_columns} * 6, 2);
  std::copy_n(items.begin(), 48, items.begin() + 48);  // eight pairs of equal items
  std::fill_n(customers.begin(), 6, 0.0F);             // all items alike
  const BatchScorer scorer = [&](std::size_t begin, std::size_t end, std::span<float> scores) {
    for (std::size_t c = begin; c < end; ++c) {
      for (std::size_t i = 0; i < train.num_columns; ++i) {
        scores[(c - begin) * train.num_columns + i] =
            std::inner_product(items.begin() + static_cast<std::ptrdiff_t>(i * 6),
                               items.begin() + static_cast<std::ptrdiff_t>(i * 6 + 6),
                               customers.begin() + static_cast<std::ptrdiff_t>(c * 6), 0.0F);
      }
    }
  };
  const auto expected = EvaluateInteractions(train, split.validation.View(), scorer, 5);
  const auto found = EvaluateFactors(train, split.validation.View(), customers, items, 6, 5);
  ASSERT_TRUE(expected.ok() && found.ok());
  EXPECT_EQ(found->customers, expected->customers);
  EXPECT_EQ(found->recall, expected->recall);
  EXPECT_EQ(found->ndcg, expected->ndcg);
  EXPECT_EQ(EvaluateFactors(train, split.validation.View(), customers, items, 7, 5).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(InteractionsModelTest, IalsMeasuresAlikeByFactorsAndByAllScores) {
  const InteractionsSplit split = TwoTastes();
  const InteractionsModelOptions options{.name = "ials", .dim = 8};
  const auto scorer = TrainInteractionsModel(split.train.View(), options);
  ASSERT_TRUE(scorer.ok());
  const SparseView test = split.validation.View();
  EXPECT_NEAR(EvaluateInteractionsModel(split.train.View(), test, options, 10)->Ndcg(),
              EvaluateInteractions(split.train.View(), test, *scorer, 10)->Ndcg(), 1e-3);
}

TEST(InteractionsModelTest, UnknownNamesAreAnsweredWithTheKnownOnes) {
  const SparseMatrix train = FromRows({{0}}, 2);
  EXPECT_THAT(TrainInteractionsModel(train.View(), {.name = "magic"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("\"magic\" is none of popularity, co_purchase")));
}

}  // namespace
}  // namespace tsugi::models
