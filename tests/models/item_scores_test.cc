#include "models/item_scores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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

void Add(ItemScores& scores, std::size_t source, std::vector<std::uint32_t> items,
         std::vector<float> values) {
  scores.Add(source, items, values.data());
}

TEST(ItemScores, BestAreThoseOfTheGreatestWeightedSums) {
  ItemScores scores;
  scores.Grow(kBig);
  Add(scores, 0, {7, 500'000, 999'999}, {1, 2, 3});
  Add(scores, 0, {7, 20}, {4, 1});
  Add(scores, 1, {20}, {100});
  // 7: 5, 20: 1 + 10, 500,000: 2, 999,999: 3.
  EXPECT_THAT(scores.Best({1, 0.1F}, 0b11, 10), ElementsAre(20, 7, 999'999, 500'000));
  EXPECT_THAT(scores.Best({1, 0.1F}, 0b11, 2), ElementsAre(20, 7));
  EXPECT_EQ(scores.At(0, 7), 5);
}

TEST(ItemScores, WithoutItemsNothingIsBest) {
  ItemScores scores;
  scores.Grow(0);
  EXPECT_THAT(scores.Best({1}, 0b1, 10), IsEmpty());
  scores.Clear();
}

TEST(ItemScores, EqualsComeByItem) {
  ItemScores scores;
  scores.Grow(100);
  Add(scores, 0, {60, 3, 99, 17}, {1, 1, 1, 1});
  EXPECT_THAT(scores.Best({1}, 0b1, 3), ElementsAre(3, 17, 60));
}

TEST(ItemScores, OnlySourcesThatProposeBringItems) {
  ItemScores scores;
  scores.Grow(100);
  Add(scores, 0, {5}, {1});
  scores.AddUnseen(1, std::vector<std::uint32_t>{5, 6}, std::vector<float>{1, 50}.data());
  EXPECT_THAT(scores.Best({1, 1}, 0b01, 10), ElementsAre(5));
}

TEST(ItemScores, SumsOfZeroAndLessBringNothing) {
  ItemScores scores;
  scores.Grow(100);
  Add(scores, 0, {1, 2}, {-1, 0});
  EXPECT_THAT(scores.Best({1}, 0b1, 10), IsEmpty());
}

TEST(ItemScores, RaiseKeepsTheGreatestValue) {
  ItemScores scores;
  scores.Grow(100);
  scores.Raise(2, std::vector<std::uint32_t>{4, 5}, std::vector<float>{0.5F, 0.2F}.data());
  scores.Raise(2, std::vector<std::uint32_t>{4, 5}, std::vector<float>{0.3F, 0.4F}.data());
  EXPECT_EQ(scores.At(2, 4), 0.5F);
  EXPECT_EQ(scores.At(2, 5), 0.4F);
}

TEST(ItemScores, NothingIsLeftForTheNextRequest) {
  ItemScores scores;
  scores.Grow(100);
  Add(scores, 0, {1, 2, 50}, {1, 1, 1});
  scores.AddUnseen(1, std::vector<std::uint32_t>{80}, std::vector<float>{1}.data());
  scores.Clear();
  scores.Forget(1, std::vector<std::uint32_t>{80});
  for (std::uint32_t item = 0; item < 100; ++item) {
    for (std::size_t s = 0; s < ItemScores::kSources; ++s) EXPECT_EQ(scores.At(s, item), 0);
  }
  EXPECT_THAT(scores.Best({1, 1}, 0b11, 10), IsEmpty());
}

TEST(ItemScores, AreWhatSortingAllItemsGives) {
  constexpr std::uint32_t kItems = 3000;
  constexpr ItemScores::Weights kWeights = {1, 0.25F, 0.5F, 0.05F};
  base::Random random(1);
  ItemScores scores;
  scores.Grow(kItems);
  for (const std::size_t most : {std::size_t{1}, std::size_t{56}, std::size_t{400}, SIZE_MAX}) {
    std::vector<std::uint32_t> items(kItems);
    for (std::uint32_t i = 0; i < kItems; ++i) items[i] = i;
    std::vector<float> sums(kItems, 0.0F);
    std::array<std::vector<float>, ItemScores::kSources> values;
    for (std::size_t s = 0; s < ItemScores::kSources; ++s) {
      random.Shuffle(std::span(items));
      const std::vector<std::uint32_t> row(items.begin(), items.begin() + 700);
      std::vector<float> weights;
      values[s].resize(kItems);
      for (const std::uint32_t item : row) {
        weights.push_back(static_cast<float>(random.Below(64)) / 16 - 1);
        values[s][item] = weights.back();
      }
      Add(scores, s, row, weights);
    }
    std::vector<std::uint32_t> expected;
    for (std::uint32_t i = 0; i < kItems; ++i) {
      for (std::size_t s = 0; s < ItemScores::kSources; ++s) sums[i] += kWeights[s] * values[s][i];
      if (sums[i] > 0) expected.push_back(i);
    }
    std::stable_sort(expected.begin(), expected.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return sums[a] > sums[b]; });
    if (expected.size() > most) expected.resize(most);
    EXPECT_THAT(scores.Best(kWeights, 0b1111, most), ElementsAreArray(expected));
    scores.Clear();
  }
}

}  // namespace
}  // namespace tsugi::models
