#include "models/best_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

namespace tsugi::models {
namespace {

TEST(BestKeys, AKeyHoldsItsScoreAndItem) {
  const std::uint64_t key = KeyOf(0.75F, 41);
  EXPECT_EQ(ScoreOfKey(key), 0.75F);
  EXPECT_EQ(ItemOfKey(key), 41U);
}

TEST(BestKeys, TheGreaterScoreThenTheSmallerItem) {
  EXPECT_GT(KeyOf(0.5F, 9), KeyOf(0.25F, 1));
  EXPECT_GT(KeyOf(0.5F, 1), KeyOf(0.5F, 9));
  EXPECT_GT(KeyOf(1e-30F, 9), KeyOf(0.0F, 1));
}

TEST(BestKeys, NoneAndFewerThanWanted) {
  std::vector<std::uint64_t> keys;
  std::vector<std::uint64_t> scratch{7};
  KeepBestKeys(3, keys, scratch);
  EXPECT_TRUE(keys.empty());

  keys = {KeyOf(0.5F, 4), KeyOf(0.75F, 2)};
  KeepBestKeys(3, keys, scratch);
  EXPECT_EQ(keys, (std::vector{KeyOf(0.75F, 2), KeyOf(0.5F, 4)}));
}

// Both ways of choosing, over the border between them, against a whole sort. Few different scores:
// the item decides often.
TEST(BestKeys, AsAWholeSort) {
  std::mt19937 random(7);
  std::vector<std::uint64_t> scratch;
  for (const std::size_t count : {1U, 7U, 8U, 9U, 64U, 191U, 192U, 193U, 1000U}) {
    std::vector<std::uint64_t> all(count);
    for (std::uint32_t item = 0; item < count; ++item) {
      all[item] = KeyOf(static_cast<float>(random() % 16) / 8.0F, item);
    }
    std::shuffle(all.begin(), all.end(), random);
    for (const std::size_t most : {std::size_t{1}, std::size_t{5}, std::size_t{64}, count}) {
      std::vector<std::uint64_t> keys = all;
      KeepBestKeys(most, keys, scratch);
      std::vector<std::uint64_t> expected = all;
      std::sort(expected.begin(), expected.end(), std::greater<>());
      expected.resize(std::min(most, count));
      EXPECT_EQ(keys, expected) << count << " keys, the best " << most;
    }
  }
}

}  // namespace
}  // namespace tsugi::models
