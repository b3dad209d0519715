#include "base/strong_id.h"

#include <type_traits>
#include <unordered_set>

#include "absl/hash/hash.h"
#include "gtest/gtest.h"

namespace tsugi::base {
namespace {

struct ProductTag;
struct CustomerTag;
using ProductIndex = StrongId<ProductTag>;
using CustomerIndex = StrongId<CustomerTag>;

static_assert(!std::is_convertible_v<ProductIndex, CustomerIndex>);
static_assert(!std::is_constructible_v<ProductIndex, CustomerIndex>);
static_assert(!std::is_convertible_v<std::uint32_t, ProductIndex>);
static_assert(sizeof(ProductIndex) == sizeof(std::uint32_t));

TEST(StrongIdTest, IsInvalidUntilGivenAValue) {
  EXPECT_FALSE(ProductIndex().valid());
  EXPECT_EQ(ProductIndex(), ProductIndex::Invalid());
  EXPECT_TRUE(ProductIndex(0U).valid());
}

TEST(StrongIdTest, ComparesByValueWithInvalidLast) {
  EXPECT_EQ(ProductIndex(3U), ProductIndex(std::size_t{3}));
  EXPECT_LT(ProductIndex(3U), ProductIndex(4U));
  EXPECT_LT(ProductIndex(4U), ProductIndex::Invalid());
}

TEST(StrongIdTest, EqualIdsHashAlike) {
  EXPECT_EQ(absl::HashOf(ProductIndex(3U)), absl::HashOf(ProductIndex(3U)));
  const std::unordered_set<ProductIndex> set{ProductIndex(1U), ProductIndex(1U), ProductIndex(2U)};
  EXPECT_EQ(set.size(), 2U);
}

}  // namespace
}  // namespace tsugi::base
