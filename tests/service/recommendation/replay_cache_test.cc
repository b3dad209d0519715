#include "service/recommendation/replay_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::IsOkAndHolds;
using ::tsugi::testing::StatusIs;

const absl::Time kNow = absl::FromUnixSeconds(1'000'000);

class ReplayCacheTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Ask(ReplayCache* cache, const std::string& id,
                                  const std::string& request, absl::Time now = kNow) {
    return cache->Once(id, request, now, [&]() -> absl::StatusOr<std::string> {
      return absl::StrCat("answer ", ++made_);
    });
  }
  int made_ = 0;
};

TEST_F(ReplayCacheTest, ARetryGetsTheSameAnswer) {
  ReplayCache cache;
  EXPECT_THAT(Ask(&cache, "a", "x"), IsOkAndHolds("answer 1"));
  EXPECT_THAT(Ask(&cache, "b", "x"), IsOkAndHolds("answer 2"));
  EXPECT_THAT(Ask(&cache, "a", "x"), IsOkAndHolds("answer 1"));
  EXPECT_EQ(made_, 2);
}

TEST_F(ReplayCacheTest, TheSameIdForAnotherRequestIsAMistake) {
  ReplayCache cache;
  ASSERT_OK(Ask(&cache, "a", "x"));
  EXPECT_THAT(Ask(&cache, "a", "y"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("request_id: a")));
}

TEST_F(ReplayCacheTest, ErrorsAreNotKept) {
  ReplayCache cache;
  const auto fail = [] { return absl::UnavailableError("no model"); };
  EXPECT_THAT(cache.Once("a", "x", kNow, fail), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Ask(&cache, "a", "x"), IsOkAndHolds("answer 1"));
}

TEST_F(ReplayCacheTest, AnswersAreForgottenAfterTheirLifetime) {
  ReplayCache cache({.lifetime = absl::Hours(24), .max_bytes = 1 << 20});
  ASSERT_OK(Ask(&cache, "a", "x"));
  EXPECT_THAT(Ask(&cache, "a", "x", kNow + absl::Hours(24) - absl::Seconds(1)),
              IsOkAndHolds("answer 1"));
  EXPECT_THAT(Ask(&cache, "a", "x", kNow + absl::Hours(24)), IsOkAndHolds("answer 2"));
}

TEST_F(ReplayCacheTest, TheOldestGoFirstWhenMemoryIsFull) {
  ReplayCache cache({.lifetime = absl::Hours(24), .max_bytes = 48'000});  // about 10 a shard
  for (int i = 0; i < 1000; ++i) ASSERT_OK(Ask(&cache, absl::StrCat("id", i), "x"));
  EXPECT_THAT(Ask(&cache, "id999", "x"), IsOkAndHolds("answer 1000"));
  EXPECT_THAT(Ask(&cache, "id0", "x"), IsOkAndHolds("answer 1001"));  // made again
}

}  // namespace
}  // namespace tsugi
