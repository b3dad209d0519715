#include "base/parallel_status.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tsugi::base {
namespace {

using ::testing::Each;

TEST(ParallelForStatusTest, VisitsEveryIndexAndIsOkWhereNoChunkFails) {
  for (const std::size_t grain : {0U, 1U, 3U, 100U}) {
    std::vector<int> visits(10, 0);
    const absl::Status status = ParallelForStatus(visits.size(), grain, [&](Chunk chunk) {
      for (std::size_t i = chunk.begin; i < chunk.end; ++i) ++visits[i];
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_THAT(visits, Each(1)) << "grain " << grain;
  }
}

TEST(ParallelForStatusTest, ReturnsTheFirstErrorOfTheRangeOnAnyNumberOfThreads) {
  for (const std::size_t threads : {1U, 4U}) {
    WithThreads(threads, [] {
      const absl::Status status = ParallelForStatus(100, 7, [](Chunk chunk) {
        return chunk.index < 3 ? absl::OkStatus()
                               : absl::InternalError(absl::StrCat("chunk ", chunk.index));
      });
      EXPECT_EQ(status, absl::InternalError("chunk 3"));
    });
  }
}

TEST(ParallelForStatusTest, RunsTheOtherChunksAllTheSame) {
  std::vector<int> visits(10, 0);
  const absl::Status status = ParallelForStatus(visits.size(), 1, [&](Chunk chunk) {
    ++visits[chunk.begin];
    return absl::CancelledError("");
  });
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(visits, Each(1));
}

TEST(ParallelForStatusTest, AnEmptyRangeIsOk) {
  EXPECT_TRUE(ParallelForStatus(0, 8, [](Chunk) { return absl::InternalError("ran"); }).ok());
}

}  // namespace
}  // namespace tsugi::base
