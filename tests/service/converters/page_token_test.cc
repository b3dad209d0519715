#include "service/converters/page_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::IsOkAndHolds;
using ::tsugi::testing::StatusIs;

TEST(PageTokenTest, GivesBackWhatWentIn) {
  EXPECT_THAT(ReadPageToken(WritePageToken({"a", "", "日本"}), 3),
              IsOkAndHolds(ElementsAre("a", "", "日本")));
}

TEST(PageTokenTest, EveryChangedCharacterIsFound) {
  const std::string token = WritePageToken({"version", "20"});
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string damaged = token;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(ReadPageToken(damaged, 2),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("page_token: ")))
        << i;
  }
}

TEST(PageTokenTest, OtherListsTokensAreRefused) {
  EXPECT_THAT(ReadPageToken(WritePageToken({"a", "b"}), 3),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadPageToken("no token", 1), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(PageAfterTest, PagesCoverTheListOnceThoughItGrowsAtTheFront) {
  std::vector<std::string> list = {"e", "d", "c", "b", "a"};
  const auto id = [&](std::size_t i) { return list[i]; };
  ASSERT_OK_AND_ASSIGN(const Page first, PageAfter("", 2, list.size(), id));
  EXPECT_EQ(first.end, 2U);
  list.insert(list.begin(), "f");
  ASSERT_OK_AND_ASSIGN(const Page second, PageAfter(first.next_token, 2, list.size(), id));
  EXPECT_EQ(list[second.begin], "c");
  ASSERT_OK_AND_ASSIGN(const Page third, PageAfter(second.next_token, 2, list.size(), id));
  EXPECT_EQ(list[third.begin], "a");
  EXPECT_EQ(third.next_token, "");
}

}  // namespace
}  // namespace tsugi
