#include "base/huge_pages.h"

#include <cstdint>
#include <numeric>

#include "gtest/gtest.h"

namespace tsugi::base {
namespace {

TEST(HugePagesTest, VectorsOfAnySizeKeepTheirValuesWhileTheyGrowAndShrink) {
  HugeVector<std::uint32_t> values;
  for (std::uint32_t i = 0; i < 1'000'000; ++i) values.push_back(i);
  EXPECT_EQ(std::accumulate(values.begin(), values.end(), std::uint64_t{0}), 499'999'500'000U);
  values.resize(3);
  values.shrink_to_fit();
  EXPECT_EQ(values, (HugeVector<std::uint32_t>{0, 1, 2}));
}

TEST(HugePagesTest, LargeVectorsStartOnAPageAndSmallOnesOnACacheLine) {
  const HugeVector<float> large(1 << 20);
  const HugeVector<float> small(3);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(large.data()) % (std::uintptr_t{2} << 20), 0U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(small.data()) % 64, 0U);
}

}  // namespace
}  // namespace tsugi::base
