#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace tsugi::base {
namespace {

TEST(Utf8Test, OnlyWellFormedTextIsUtf8) {
  for (const char* good : {"", "plain", "caf\xC3\xA9", "\xE7\xB4\x85\xE8\x8C\xB6",
                           "\xF0\x9F\x8D\xB5", "\xF4\x8F\xBF\xBF", "\xEF\xBF\xBF"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
    EXPECT_TRUE(IsUtf8(std::string("eight ch") + good)) << good;
  }
  for (const char* bad :
       {"\xFF", "\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE7\xB4", "a\xC3(", "\xC1\xBF"}) {
    EXPECT_FALSE(IsUtf8(bad));
    EXPECT_FALSE(IsUtf8(std::string("eight ch") + bad));
  }
}

}  // namespace
}  // namespace tsugi::base
