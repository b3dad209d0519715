#include "models/item_scores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

namespace tsugi::models {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

constexpr std::uint32_t kBig = 1'000'000;

void Add(ItemScores& scores, float weight, std::vector<std::uint32_t> items,
         std::vector<float> values) {
  scores.Add(weight, items, values.data());
}

void AddBackground(ItemScores& scores, std::vector<std::uint32_t> items,
                   std::vector<float> values) {
  scores.AddBackground(items, values.data());
}

void Raise(ItemScores& scores, float weight, std::vector<std::uint32_t> items,
           std::vector<float> values) {
  scores.Raise(weight, items, values.data());
}

std::span<const std::uint32_t> Best(ItemScores& scores, std::size_t most) {
  return scores.Best(0, false, most);
}

TEST(ItemScores, BestAreThoseOfTheGreatestWeightedSums) {
  ItemScores scores;
  scores.Grow(kBig);
  Add(scores, 1, {7, 500'000, 999'999}, {1, 2, 3});
  Add(scores, 1, {7, 20}, {4, 1});
  Add(scores, 0.1F, {20}, {100});
  // 7: 5, 20: 1 + 10, 500,000: 2, 999,999: 3.
  EXPECT_THAT(Best(scores, 10), ElementsAre(20, 7, 999'999, 500'000));
  EXPECT_THAT(Best(scores, 2), ElementsAre(20, 7));
}

TEST(ItemScores, WithoutItemsNothingIsBest) {
  ItemScores scores;
  scores.Grow(0);
  EXPECT_THAT(Best(scores, 10), IsEmpty());
  scores.Clear();
}

TEST(ItemScores, EqualsComeByItem) {
  ItemScores scores;
  scores.Grow(100);
  Add(scores, 1, {60, 3, 99, 17}, {1, 1, 1, 1});
  EXPECT_THAT(Best(scores, 3), ElementsAre(3, 17, 60));
}

TEST(ItemScores, TheBackgroundRescoresAndProposesOnlyWhereItMay) {
  ItemScores scores;
  scores.Grow(100);
  Add(scores, 1, {5, 7}, {1, 2});
  AddBackground(scores, {5, 40}, {4, 50});
  scores.Touch(std::vector<std::uint32_t>{5, 40});
  // 5: 1 + 0.5 * 4, 7: 2, 40: 0.5 * 50.
  EXPECT_THAT(scores.Best(0.5F, false, 10), ElementsAre(5, 7));
  EXPECT_THAT(scores.Best(0.5F, true, 10), ElementsAre(40, 5, 7));
  EXPECT_EQ(scores.Blended(5, 0.5F), 3);
  EXPECT_EQ(scores.Background(40), 50);
}

TEST(ItemScores, SumsOfZeroAndLessBringNothing) {
  ItemScores scores;
  scores.Grow(100);
  Add(scores, 1, {1, 2}, {-1, 0});
  EXPECT_THAT(Best(scores, 10), IsEmpty());
}

TEST(ItemScores, RaiseAddsTheGreatestValueOnce) {
  ItemScores scores;
  scores.Grow(100);
  Raise(scores, 2, {4, 5}, {0.5F, 0.25F});
  Raise(scores, 2, {4, 5}, {0.25F, 0.75F});
  EXPECT_EQ(scores.Blended(4, 0), 1.0F);
  EXPECT_EQ(scores.Blended(5, 0), 1.5F);
}

TEST(ItemScores, NothingIsLeftForTheNextRequest) {
  for (const bool all : {false, true}) {
    ItemScores scores;
    scores.Grow(100);
    Add(scores, 1, {1, 2, 50}, {1, 1, 1});
    Raise(scores, 1, {3}, {0.5F});
    AddBackground(scores, {80}, {1});
    if (all) {
      scores.ClearAll();
    } else {
      scores.Clear();
      scores.ForgetBackground(std::vector<std::uint32_t>{80});
    }
    for (std::uint32_t item = 0; item < 100; ++item) EXPECT_EQ(scores.Blended(item, 1), 0);
    EXPECT_THAT(scores.Best(1, true, 10), IsEmpty());
    Raise(scores, 1, {3}, {0.25F});
    EXPECT_EQ(scores.Blended(3, 0), 0.25F);
  }
}

TEST(ItemScores, AreWhatSortingAllItemsGives) {
  constexpr std::uint32_t kItems = 3000;
  base::Random random(1);
  ItemScores scores;
  scores.Grow(kItems);
  for (const std::size_t most : {std::size_t{1}, std::size_t{56}, std::size_t{400}, SIZE_MAX}) {
    std::vector<std::uint32_t> items(kItems);
    for (std::uint32_t i = 0; i < kItems; ++i) items[i] = i;
    std::vector<float> blends(kItems, 0.0F);
    for (const float weight : {1.0F, 0.25F, 0.5F}) {
      random.Shuffle(std::span(items));
      const std::vector<std::uint32_t> row(items.begin(), items.begin() + 700);
      std::vector<float> values;
      for (const std::uint32_t item : row) {
        values.push_back(static_cast<float>(random.Below(64)) / 16 - 1);
        blends[item] += weight * values.back();
      }
      if (weight == 0.5F) {
        AddBackground(scores, row, values);
        scores.Touch(row);
      } else {
        Add(scores, weight, row, values);
      }
    }
    std::vector<std::uint32_t> expected;
    for (std::uint32_t i = 0; i < kItems; ++i) {
      if (blends[i] > 0) expected.push_back(i);
    }
    std::stable_sort(expected.begin(), expected.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return blends[a] > blends[b]; });
    if (expected.size() > most) expected.resize(most);
    EXPECT_THAT(scores.Best(0.5F, true, most), ElementsAreArray(expected));
    scores.Clear();
  }
}

}  // namespace
}  // namespace tsugi::models
