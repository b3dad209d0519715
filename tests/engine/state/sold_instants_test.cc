#include "engine/state/sold_instants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <set>

#include "base/random.h"

namespace tsugi {
namespace {

constexpr base::Micros kSecond = 1'000'000;
constexpr base::Micros kDay = 86'400 * kSecond;

TEST(SoldInstants, AreCountedUpToTheInstantAndAfterTheSpansBeginning) {
  SoldInstants sold;
  for (const int day : {1, 3, 9}) sold.Add(day * kDay);
  EXPECT_EQ(sold.Within({7 * kDay, 1 * kDay - 1}), 0U);
  EXPECT_EQ(sold.Within({7 * kDay, 1 * kDay}), 1U);
  EXPECT_EQ(sold.Within({7 * kDay, 8 * kDay - kSecond}), 2U);
  EXPECT_EQ(sold.Within({7 * kDay, 8 * kDay}), 1U);
  EXPECT_EQ(sold.Within({7 * kDay, 9 * kDay}), 2U);
  EXPECT_EQ(sold.Within({7 * kDay, 16 * kDay}), 0U);
}

TEST(SoldInstants, OrdersOfOneSecondCountOnceAndNotBeforeItIsOver) {
  SoldInstants sold;
  sold.Add(5 * kSecond + 1);
  sold.Add(6 * kSecond);
  EXPECT_EQ(sold.Within({kDay, 5 * kSecond + 1}), 0U);
  EXPECT_EQ(sold.Within({kDay, 6 * kSecond}), 1U);
}

TEST(SoldInstants, NeverSoldIsNever) {
  EXPECT_EQ(SoldInstants().Within({7 * kDay, 100 * kDay}), 0U);
}

TEST(SoldInstants, CountWhatGoingThroughThemCountsWhateverTheOrderOfArrival) {
  base::Random random(3);
  SoldInstants sold;
  std::set<base::Micros> all;
  for (int i = 0; i < 400; ++i) {
    const base::Micros at =
        static_cast<base::Micros>(random.Below(std::uint64_t{200} * 86'400)) * kSecond;
    sold.Add(at);
    all.insert(at);
    for (const base::Micros span : {kDay, 7 * kDay, 28 * kDay, 90 * kDay}) {
      const base::Micros now =
          static_cast<base::Micros>(random.Below(std::uint64_t{260} * 86'400)) * kSecond;
      const auto end = all.upper_bound(now);
      const auto begin = all.upper_bound(now - span);
      ASSERT_EQ(sold.Within({span, now}), std::distance(begin, end)) << "now " << now;
    }
  }
}

}  // namespace
}  // namespace tsugi
