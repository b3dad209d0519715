#include "service/recommendation/exposure_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <vector>

#include "tests/testing/memory_store.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::SizeIs;
using ::tsugi::testing::IsOkAndHolds;
using ::tsugi::testing::MemoryStore;
using ::tsugi::testing::StatusIs;

std::vector<Exposure> Shown(const std::string& recommendation_id, int count) {
  std::vector<Exposure> shown(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    shown[static_cast<std::size_t>(i)].recommendation_id = recommendation_id;
    shown[static_cast<std::size_t>(i)].product_id = "P" + std::to_string(i);
    shown[static_cast<std::size_t>(i)].at = absl::FromUnixSeconds(1);
  }
  return shown;
}

// A store that can be told to refuse.
class StubbornStore : public MemoryStore {
 public:
  absl::StatusOr<WriteResult> Write(std::span<const Fact> facts, absl::Time now) override {
    if (busy) return absl::UnavailableError("another writer holds on");
    for (const Fact& fact : facts) {
      if (std::get<Exposure>(fact).product_id == "P1" && refuse_p1) {
        return absl::InvalidArgumentError("P1");
      }
    }
    return MemoryStore::Write(facts, now);
  }
  std::atomic<bool> busy{false};
  std::atomic<bool> refuse_p1{false};
};

// So long that only Flush and the end write.
constexpr ExposureLogOptions kSlow{.max_queued = 10, .delay = absl::Hours(1)};

TEST(ExposureLogTest, FlushWritesWhatIsQueued) {
  MemoryStore store;
  ExposureLog log(&store, &base::SystemClock(), kSlow);
  ASSERT_OK(log.Add(Shown("R", 3)));
  EXPECT_EQ(log.queued(), 3U);
  ASSERT_OK(log.Flush());
  EXPECT_EQ(log.queued(), 0U);
  EXPECT_THAT(store.ExposuresOf("R"), IsOkAndHolds(SizeIs(3)));
}

TEST(ExposureLogTest, AnOrderlyEndLosesNothing) {
  MemoryStore store;
  {
    ExposureLog log(&store, &base::SystemClock(), kSlow);
    ASSERT_OK(log.Add(Shown("R", 2)));
  }
  EXPECT_THAT(store.ExposuresOf("R"), IsOkAndHolds(SizeIs(2)));
}

TEST(ExposureLogTest, AFullQueueRefusesRatherThanForgets) {
  MemoryStore store;
  ExposureLog log(&store, &base::SystemClock(), kSlow);
  ASSERT_OK(log.Add(Shown("R", 9)));
  EXPECT_THAT(log.Add(Shown("S", 2)), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_OK(log.Add(Shown("T", 1)));
  ASSERT_OK(log.Flush());
  EXPECT_THAT(store.ExposuresOf("S"), IsOkAndHolds(SizeIs(0)));
}

TEST(ExposureLogTest, ABusyStoreGetsThemLater) {
  StubbornStore store;
  ExposureLog log(&store, &base::SystemClock(), kSlow);
  store.busy = true;
  ASSERT_OK(log.Add(Shown("R", 3)));
  EXPECT_THAT(log.Flush(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(log.queued(), 3U);
  store.busy = false;
  ASSERT_OK(log.Flush());
  EXPECT_THAT(store.ExposuresOf("R"), IsOkAndHolds(SizeIs(3)));
}

TEST(ExposureLogTest, OneThatCannotBeStoredDoesNotHoldUpTheOthers) {
  StubbornStore store;
  ExposureLog log(&store, &base::SystemClock(), kSlow);
  store.refuse_p1 = true;
  ASSERT_OK(log.Add(Shown("R", 3)));
  ASSERT_OK(log.Flush());
  EXPECT_THAT(store.ExposuresOf("R"), IsOkAndHolds(SizeIs(2)));
  EXPECT_EQ(log.lost(), 1U);
}

TEST(ExposureLogTest, AKilledProcessLosesWhatWaitedAndNothingThatWasWritten) {
  const testing::TempDir dir;
  const std::string path = dir.File("shop.db");
  ASSERT_OK(OpenStore(path, {.create = true}));
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto store = OpenStore(path, {});
    if (!store.ok()) _exit(1);
    ExposureLog log(store->get(), &base::SystemClock(), kSlow);
    const bool written = log.Add(Shown("written", 5)).ok() && log.Flush().ok();
    const bool waits = log.Add(Shown("waits", 5)).ok();
    const char done = written && waits ? 1 : 0;
    if (write(ends[1], &done, 1) != 1) _exit(1);
    pause();
  }
  close(ends[1]);
  char done = 0;
  EXPECT_EQ(read(ends[0], &done, 1), 1);
  EXPECT_EQ(done, 1);
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  close(ends[0]);
  ASSERT_OK_AND_ASSIGN(const auto store, OpenStore(path, {}));
  EXPECT_THAT(store->ExposuresOf("written"), IsOkAndHolds(SizeIs(5)));
  EXPECT_THAT(store->ExposuresOf("waits"), IsOkAndHolds(SizeIs(0)));
}

}  // namespace
}  // namespace tsugi
