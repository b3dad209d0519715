#include "base/random.h"

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tsugi::base {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAreArray;

std::vector<std::uint64_t> FirstValues(std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint64_t> values(4);
  for (std::uint64_t& value : values) value = random.Next();
  return values;
}

// The first outputs of splitmix64 with seed 0, as published with its reference code
// (https://prng.di.unimi.it/splitmix64.c).
TEST(RandomTest, Mix64IsSplitmix64) {
  EXPECT_EQ(Mix64(0), 0xe220a8397b1dcdafU);
  EXPECT_EQ(Mix64(0x9e3779b97f4a7c15U), 0x6e789e6aa1b965f4U);
  EXPECT_EQ(Mix64(2 * 0x9e3779b97f4a7c15U), 0x06c45d188009454fU);
}

TEST(RandomTest, EqualSeedsGiveEqualSequencesAndOthersDoNot) {
  EXPECT_EQ(FirstValues(7), FirstValues(7));
  EXPECT_NE(FirstValues(7), FirstValues(8));
}

// The generator written a second time, straight from its authors' description.
TEST(RandomTest, FollowsXoshiro256StarStar) {
  std::array<std::uint64_t, 4> s{};
  for (std::size_t i = 0; i < 4; ++i) s[i] = Mix64(42 + i * 0x9e3779b97f4a7c15U);
  const auto rotate = [](std::uint64_t x, unsigned k) { return (x << k) | (x >> (64U - k)); };
  Random random(42);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(random.Next(), rotate(s[1] * 5, 7) * 9);
    const std::uint64_t t = s[1] << 17U;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
  }
}

TEST(RandomTest, BelowReachesEveryValueAboutEquallyOften) {
  Random random(1);
  std::array<int, 7> counts{};
  for (int i = 0; i < 7000; ++i) ++counts.at(random.Below(7));
  for (const int count : counts) EXPECT_NEAR(count, 1000, 150);  // five standard deviations
  for (int i = 0; i < 10; ++i) EXPECT_EQ(random.Below(1), 0U);
}

TEST(RandomTest, UniformStaysInItsRangeWithTheRightMean) {
  Random random(2);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double value = random.Uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 0.015);
}

TEST(RandomTest, NormalHasMeanZeroAndVarianceOne) {
  Random random(3);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < 20000; ++i) {
    const double value = random.Normal();
    ASSERT_TRUE(std::isfinite(value));
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / 20000, 0.0, 0.04);
  EXPECT_NEAR(squares / 20000, 1.0, 0.05);
}

TEST(RandomTest, ExponentialIsPositiveWithMeanOne) {
  Random random(4);
  double sum = 0;
  for (int i = 0; i < 20000; ++i) {
    const double value = random.Exponential();
    ASSERT_TRUE(std::isfinite(value) && value >= 0);
    sum += value;
  }
  EXPECT_NEAR(sum / 20000, 1.0, 0.04);
}

TEST(RandomTest, ChanceNeverHappensAtZeroAndAlwaysAtOne) {
  Random random(5);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(random.Chance(0));
    EXPECT_TRUE(random.Chance(1));
  }
}

TEST(RandomTest, ShuffleKeepsTheValuesAndReachesEveryOrder) {
  Random random(6);
  std::array<int, 6> seen{};  // orders of 0, 1, 2 by their first two digits
  for (int i = 0; i < 6000; ++i) {
    std::array<int, 3> values{0, 1, 2};
    random.Shuffle(std::span<int>(values));
    ASSERT_THAT(values, UnorderedElementsAreArray({0, 1, 2}));
    const std::size_t first = static_cast<std::size_t>(values[0]);
    ++seen.at(first * 2 + (values[1] > values[2] ? 1 : 0));
  }
  for (const int count : seen) EXPECT_NEAR(count, 1000, 150);
  std::array<int, 1> one{9};
  random.Shuffle(std::span<int>(one));
  EXPECT_THAT(one, ElementsAre(9));
}

}  // namespace
}  // namespace tsugi::base
