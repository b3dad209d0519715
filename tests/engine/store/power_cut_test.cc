// The store on a disk that loses what was not synced and fails syncs.
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "engine/store/sqlite_store.h"
#include "tests/engine/store/facts_for_tests.h"
#include "tests/testing/faulty_vfs.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::Not;
using ::tsugi::testing::FaultyDisk;
using ::tsugi::testing::IsOk;

constexpr int kBatch = 12;

absl::StatusOr<std::unique_ptr<Store>> Open() {
  SqliteOptions sqlite;
  sqlite.vfs = "faulty";
  sqlite.busy_timeout = absl::ZeroDuration();
  return OpenSqliteStore("shop.db", {.create = true}, sqlite);
}

// A batch of signals whose ids begin with its name, with texts that fill pages.
std::vector<Fact> Batch(const std::string& name) {
  std::vector<Fact> facts;
  for (int i = 0; i < kBatch; ++i) {
    Signal signal = MakeSignal(absl::StrCat(name, "/", i), "C1");
    signal.subject = std::string(300, 'x');
    facts.emplace_back(std::move(signal));
  }
  return facts;
}

// How many facts of each batch the store holds.
std::map<std::string, int> BatchesIn(const Store& store) {
  std::map<std::string, int> batches;
  const absl::StatusOr<Seq> read = store.ReadChanges(0, [&batches](const Change& change) {
    const std::string& id = std::get<Signal>(std::get<Stored>(change.what).fact).event_id;
    ++batches[id.substr(0, id.find('/'))];
    return absl::OkStatus();
  });
  EXPECT_THAT(read, IsOk());
  return batches;
}

void ExpectWhole(const Store& store, const std::set<std::string>& acknowledged) {
  const std::map<std::string, int> batches = BatchesIn(store);
  for (const auto& [name, count] : batches) EXPECT_EQ(count, kBatch) << name << " is half there";
  for (const std::string& name : acknowledged) {
    EXPECT_TRUE(batches.contains(name)) << name << " was acknowledged and is lost";
  }
}

// Writes until the power goes or the batches run out; returns how many were refused meanwhile.
int WriteBatches(Store& store, const std::string& prefix, int count,
                 std::set<std::string>& acknowledged) {
  int refused = 0;
  for (int i = 0; i < count; ++i) {
    const std::string name = absl::StrCat(prefix, ".", i);
    if (store.Write(Batch(name), Day(1)).ok()) {
      acknowledged.insert(name);
    } else {
      ++refused;
    }
  }
  return refused;
}

TEST(PowerCutTest, AcknowledgedWritesSurviveAndOthersAreThereWhollyOrNotAtAll) {
  FaultyDisk disk("faulty", 1);
  base::Random random(2);
  std::set<std::string> acknowledged;
  int cut_while_writing = 0;
  for (int round = 0; round < 150; ++round) {
    disk.CutPowerAtSync(1 + static_cast<int>(random.Below(25)));
    if (const auto store = Open(); store.ok()) {
      // A reader that holds the log: checkpoints then stop half way.
      const bool with_reader = random.Chance(0.3);
      const auto write = [&] {
        cut_while_writing += WriteBatches(**store, absl::StrCat("b", round), 8, acknowledged) > 0;
      };
      bool written = false;
      if (with_reader) {
        (void)(*store)->ReadChanges(0, [&](const Change&) {
          if (!written) write();
          written = true;
          return absl::OkStatus();
        });
      }
      if (!written) write();
    }
    disk.PowerOn();
    ASSERT_OK_AND_ASSIGN(const auto store, Open());
    if (round % 10 == 9) {
      ASSERT_THAT(store->Check(), IsOk()) << "round " << round;
    }
    ExpectWhole(*store, acknowledged);
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
  EXPECT_GT(acknowledged.size(), 300U);
  EXPECT_GT(cut_while_writing, 30);
}

TEST(PowerCutTest, AFailedSyncIsAnErrorToTheWriterAndLosesNothingAcknowledged) {
  std::set<std::string> acknowledged;
  FaultyDisk disk("faulty", 3);
  base::Random random(4);
  int refused = 0;
  for (int round = 0; round < 120; ++round) {
    {
      ASSERT_OK_AND_ASSIGN(auto store, Open());
      disk.FailSync(1 + static_cast<int>(random.Below(8)));
      refused += WriteBatches(*store, absl::StrCat("a", round), 4, acknowledged);
      ExpectWhole(*store, acknowledged);
      if (random.Chance(0.7)) disk.KillProcess();
    }
    // After a mere end of the process the next one finds what the system's cache shows: perhaps a
    // write in the log that the disk never got.
    if (const auto again = Open(); again.ok()) {
      WriteBatches(**again, absl::StrCat("c", round), 3, acknowledged);
      if (random.Chance(0.7)) disk.PowerOn();
    }
    disk.PowerOn();
    ASSERT_OK_AND_ASSIGN(const auto store, Open());
    ExpectWhole(*store, acknowledged);
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
  EXPECT_GT(refused, 20);
  ASSERT_OK_AND_ASSIGN(const auto store, Open());
  EXPECT_THAT(store->Check(), IsOk());
}

TEST(PowerCutTest, TheSyncOfAWriteThatFailsIsReported) {
  FaultyDisk disk("faulty", 5);
  ASSERT_OK_AND_ASSIGN(const auto store, Open());
  ASSERT_OK(store->Write(Batch("first"), Day(1)));
  disk.FailSync(1);
  EXPECT_THAT(store->Write(Batch("second"), Day(1)), Not(IsOk()));
  EXPECT_EQ(BatchesIn(*store).size(), 1U);
  EXPECT_THAT(store->Write(Batch("second"), Day(1)), IsOk());
  EXPECT_EQ(BatchesIn(*store).size(), 2U);
}

}  // namespace
}  // namespace tsugi
