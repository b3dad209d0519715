#include "base/top_k.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tsugi::base {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Scored = std::pair<float, std::uint32_t>;

std::vector<Scored> Best(std::size_t k, const std::vector<Scored>& values) {
  TopK<float, std::uint32_t> top(k);
  for (const auto& [score, key] : values) top.Push(score, key);
  std::vector<Scored> result;
  for (const auto& [score, key] : top.Sorted()) result.emplace_back(score, key);
  return result;
}

TEST(TopKTest, KeepsTheBestFirst) {
  EXPECT_THAT(Best(2, {{1.F, 10}, {3.F, 30}, {2.F, 20}, {0.F, 0}}),
              ElementsAre(Scored{3.F, 30}, Scored{2.F, 20}));
}

TEST(TopKTest, EqualScoresFallToTheSmallerKeyWhateverTheOrder) {
  EXPECT_THAT(Best(2, {{1.F, 3}, {1.F, 1}, {1.F, 2}}), ElementsAre(Scored{1.F, 1}, Scored{1.F, 2}));
  EXPECT_THAT(Best(2, {{1.F, 1}, {1.F, 2}, {1.F, 3}}), ElementsAre(Scored{1.F, 1}, Scored{1.F, 2}));
}

TEST(TopKTest, HoldsFewerThanKWhereThereAreFewer) {
  EXPECT_THAT(Best(5, {{1.F, 1}, {2.F, 2}}), ElementsAre(Scored{2.F, 2}, Scored{1.F, 1}));
  EXPECT_THAT(Best(5, {}), IsEmpty());
}

TEST(TopKTest, KeepsNothingForKZero) { EXPECT_THAT(Best(0, {{1.F, 1}}), IsEmpty()); }

TEST(TopKTest, StartsAfreshAfterClear) {
  TopK<int, int> top(1);
  top.Push(9, 9);
  EXPECT_EQ(top.Sorted().size(), 1U);
  top.Clear();
  top.Push(1, 1);
  ASSERT_EQ(top.Sorted().size(), 1U);
  EXPECT_EQ(top.Sorted()[0].key, 1);
}

TEST(TopKTest, AgreesWithAFullSort) {
  Random random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<Scored> values;
    for (std::uint32_t key = 0; key < 100; ++key) {
      values.emplace_back(static_cast<float>(random.Below(20)), key);
    }
    random.Shuffle(std::span<Scored>(values));
    std::vector<Scored> sorted = values;
    std::sort(sorted.begin(), sorted.end(), [](const Scored& a, const Scored& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    sorted.resize(10);
    EXPECT_EQ(Best(10, values), sorted);
  }
}

}  // namespace
}  // namespace tsugi::base
