#include "base/checksum.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tsugi::base {
namespace {

using ::testing::MatchesRegex;

// XXH3's value for no bytes, from its reference implementation (xxHash 0.8).
TEST(ChecksumTest, OfNothingIsThePublishedValue) {
  EXPECT_EQ(Checksum(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(Fingerprint(""), 0x2d06800538d394c2U);
}

TEST(ChecksumTest, IsThirtyTwoLowerCaseHexadecimalDigits) {
  for (const char* text : {"", "a", "the quick brown fox"}) {
    EXPECT_THAT(Checksum(text), MatchesRegex("[0-9a-f]{32}"));
  }
}

TEST(ChecksumTest, ChangesWithEveryFlippedBitAndEveryLostByte) {
  const std::string bytes(300, 'x');
  const std::string checksum = Checksum(bytes);
  EXPECT_EQ(Checksum(std::string(300, 'x')), checksum);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(static_cast<unsigned char>(damaged[i]) ^ (1U << bit));
      ASSERT_NE(Checksum(damaged), checksum) << "byte " << i << " bit " << bit;
    }
    ASSERT_NE(Checksum(bytes.substr(0, i)), checksum);
  }
}

TEST(FingerprintTest, DependsOnTextAndSeed) {
  EXPECT_EQ(Fingerprint("customer", 1), Fingerprint("customer", 1));
  EXPECT_NE(Fingerprint("customer", 1), Fingerprint("customer", 2));
  EXPECT_NE(Fingerprint("customer", 1), Fingerprint("customes", 1));
}

}  // namespace
}  // namespace tsugi::base
