#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/store/sqlite_store.h"
#include "tests/engine/store/facts_for_tests.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::StatusIs;

constexpr int kWrites = 60;

bool WriteMany(const std::string& path, const std::string& who) {
  const auto store = OpenStore(path, {});
  if (!store.ok()) return false;
  for (int i = 0; i < kWrites; ++i) {
    const std::vector<Fact> facts = {
        MakeOrder(absl::StrCat(who, i), who, Day(i), {{"P1", 1}, {"P2", 2}}),
        MakeSignal(absl::StrCat(who, i), who)};
    if (!(*store)->Write(facts, Day(i)).ok()) return false;
  }
  return true;
}

TEST(ConcurrencyTest, AFollowerMissesNothingAndSeesNothingTwiceWhileOthersWrite) {
  const testing::TempDir dir;
  const std::string path = dir.File("shop.db");
  ASSERT_OK(OpenStore(path, {.create = true}));
  const pid_t child = fork();  // before any thread
  if (child == 0) _exit(WriteMany(path, "process") ? 0 : 1);
  std::atomic<int> failed = 0;
  std::vector<std::thread> writers;
  for (const char* who : {"one", "two"}) {
    writers.emplace_back([&, who] { failed += WriteMany(path, who) ? 0 : 1; });
  }
  ASSERT_OK_AND_ASSIGN(const auto store, OpenStore(path, {.read_only = true}));
  constexpr Seq kAll = Seq{3} * kWrites * 2;
  Seq seen = 0;
  int reads = 0;
  while (seen < kAll && failed == 0 && reads < 100'000) {
    ++reads;
    const Seq before = seen;
    ASSERT_OK_AND_ASSIGN(const Seq until, store->ReadChanges(seen, [&](const Change& change) {
      EXPECT_EQ(change.seq, ++seen);
      return absl::OkStatus();
    }));
    EXPECT_EQ(until, seen);
    EXPECT_EQ((seen - before) % 2, 0U) << "half of a write was seen";
    if (seen == before) absl::SleepFor(absl::Milliseconds(1));  // leave the writers the processor
  }
  for (std::thread& writer : writers) writer.join();
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(seen, kAll);
  EXPECT_THAT(store->Check(), IsOk());
}

class LongWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, OpenSqliteStore(dir_.File("shop.db"), {.create = true},
                                                 {.busy_timeout = absl::Milliseconds(5)}));
    const std::vector<Fact> facts = {MakeSignal("E1", "C1")};
    ASSERT_OK(store_->Write(facts, Day(1)));
    ASSERT_EQ(sqlite3_open(dir_.File("shop.db").c_str(), &other_), SQLITE_OK);
  }
  void TearDown() override { sqlite3_close(other_); }
  void Other(const char* sql) {
    ASSERT_EQ(sqlite3_exec(other_, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(other_);
  }

  testing::TempDir dir_;
  std::unique_ptr<Store> store_;
  sqlite3* other_ = nullptr;
};

TEST_F(LongWriterTest, ReadersNeverWaitForAWriterAndWritersGiveUpInTime) {
  Other("BEGIN IMMEDIATE; INSERT INTO tombstones VALUES (2, 'order', 'O1')");
  EXPECT_THAT(Describe(*store_, 0), ElementsAre("1 signal E1"));
  EXPECT_THAT(store_->Info(), IsOk());
  EXPECT_THAT(store_->Check(), IsOk());
  const std::vector<Fact> facts = {MakeSignal("E2", "C1")};
  EXPECT_THAT(store_->Write(facts, Day(1)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("try again")));
  Other("ROLLBACK");
  EXPECT_THAT(store_->Write(facts, Day(1)), IsOk());
}

TEST_F(LongWriterTest, AnImportUnderWayHoldsUpNobodyAndIsSeenOnlyAtItsEnd) {
  ASSERT_OK_AND_ASSIGN(const auto staging, store_->BeginImport());
  ASSERT_OK(staging->Add(MakeSignal("E5", "C1")));
  Other("BEGIN IMMEDIATE");
  ASSERT_OK(staging->Add(MakeSignal("E6", "C1")));
  Other("ROLLBACK");
  const std::vector<Fact> facts = {MakeSignal("E2", "C1")};
  ASSERT_OK(store_->Write(facts, Day(1)));
  EXPECT_THAT(Describe(*store_, 1), ElementsAre("2 signal E2"));
  ASSERT_OK(staging->Commit(Day(1), {}));
  EXPECT_THAT(Describe(*store_, 1), ElementsAre("2 signal E2", "3 signal E5", "4 signal E6"));
  EXPECT_THAT(staging->Commit(Day(1), {}), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(LongWriterTest, AnImportThatIsDroppedLeavesNothing) {
  {
    ASSERT_OK_AND_ASSIGN(const auto staging, store_->BeginImport());
    ASSERT_OK(staging->Add(MakeSignal("E5", "C1")));
  }
  EXPECT_THAT(Describe(*store_, 0), ElementsAre("1 signal E1"));
}

}  // namespace
}  // namespace tsugi
