#include "service/server/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

TEST(AddressTest, HostsPortsAndBracketsAreRead) {
  ASSERT_OK_AND_ASSIGN(const Address v4, ParseAddress("listen", "127.0.0.1:7431"));
  EXPECT_TRUE(v4.loopback());
  EXPECT_EQ(v4.ToString(), "127.0.0.1:7431");
  ASSERT_OK_AND_ASSIGN(const Address v6, ParseAddress("listen", "[::1]:0"));
  EXPECT_TRUE(v6.loopback());
  EXPECT_EQ(v6.ToString(), "[::1]:0");
  ASSERT_OK_AND_ASSIGN(const Address open, ParseAddress("listen", "0.0.0.0:80"));
  EXPECT_FALSE(open.loopback());
}

TEST(AddressTest, WhatIsNoAddressIsRefusedByName) {
  for (const char* bad :
       {"", "7431", ":7431", "host:", "host:x", "host:65536", "host:-1", "::1:80", "[]:1"}) {
    EXPECT_THAT(ParseAddress("listen", bad),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("listen: ")))
        << bad;
  }
}

}  // namespace
}  // namespace tsugi
