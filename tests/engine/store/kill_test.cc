// A writing process that is killed at random instants.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "engine/store/store.h"
#include "tests/engine/store/facts_for_tests.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

constexpr int kKills = 200;
constexpr int kOrdersOfAWrite = 5;

// One write: orders of the same name, all or none.
std::vector<Fact> WriteOf(int round, std::uint32_t number) {
  std::vector<Fact> facts;
  facts.reserve(kOrdersOfAWrite);
  for (int i = 0; i < kOrdersOfAWrite; ++i) {
    facts.emplace_back(MakeOrder(absl::StrCat(round, ".", number, "/", i), "C1", Day(1),
                                 {{"P1", static_cast<int>(number) + 1}, {"P2", 1}}));
  }
  return facts;
}

// The child: writes and says so after each write, until it is killed. Never returns.
[[noreturn]] void WriteForever(const std::string& path, int round, int acknowledgements) {
  const auto store = OpenStore(path, {.create = true});
  for (std::uint32_t number = 0; store.ok(); ++number) {
    if (!(*store)->Write(WriteOf(round, number), Day(1)).ok()) break;
    if (write(acknowledgements, &number, sizeof(number)) != sizeof(number)) break;
  }
  _exit(1);
}

// Starts a writer, kills it after `delay`, and returns the writes it acknowledged.
std::set<std::uint32_t> KillOne(const std::string& path, int round, absl::Duration delay) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    WriteForever(path, round, ends[1]);
  }
  close(ends[1]);
  usleep(static_cast<useconds_t>(absl::ToInt64Microseconds(delay)));
  kill(child, SIGKILL);
  std::set<std::uint32_t> acknowledged;
  std::uint32_t number = 0;
  while (read(ends[0], &number, sizeof(number)) == sizeof(number)) acknowledged.insert(number);
  close(ends[0]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writer gave up by itself";
  return acknowledged;
}

class KillTest : public ::testing::Test {
 protected:
  // Reads what is new and checks the newest round against what was acknowledged.
  void Follow(const Store& store, int round, const std::set<std::uint32_t>& acknowledged) {
    std::map<std::uint32_t, int> orders;
    const absl::StatusOr<Seq> read = store.ReadChanges(seen_, [&](const Change& change) {
      EXPECT_EQ(change.seq, ++seen_);
      const Order& order = std::get<Order>(std::get<Stored>(change.what).fact);
      const std::string prefix = absl::StrCat(round, ".");
      EXPECT_EQ(order.id.substr(0, prefix.size()), prefix);
      EXPECT_EQ(order.lines.size(), 2U);
      EXPECT_TRUE(ids_.insert(order.id).second) << order.id << " is there twice";
      ++orders[static_cast<std::uint32_t>(std::stoul(order.id.substr(prefix.size())))];
      return absl::OkStatus();
    });
    ASSERT_THAT(read, testing::IsOk());
    EXPECT_EQ(*read, seen_);
    for (const auto& [number, count] : orders) EXPECT_EQ(count, kOrdersOfAWrite);
    for (const std::uint32_t number : acknowledged) {
      EXPECT_TRUE(orders.contains(number))
          << "write " << number << " of round " << round << " was acknowledged and is lost";
    }
    // At most the one write that was under way is there without an acknowledgement.
    EXPECT_LE(orders.size(), acknowledged.size() + 1);
  }

  testing::TempDir dir_;
  Seq seen_ = 0;
  std::set<std::string> ids_;
};

TEST_F(KillTest, EveryAcknowledgedWriteIsThereExactlyOnceAfter200Kills) {
  const std::string path = dir_.File("shop.db");
  base::Random random(7);
  std::size_t acknowledged = 0;
  // A busy machine kills many writers before their first write: go on until there is enough to see.
  constexpr std::size_t kEnough = 100;
  for (int round = 0; round < kKills || (acknowledged <= kEnough && round < 10 * kKills); ++round) {
    const auto delay = absl::Microseconds(static_cast<std::int64_t>(random.Below(60'000)));
    const std::set<std::uint32_t> writes = KillOne(path, round, delay);
    acknowledged += writes.size();
    const auto store = OpenStore(path, {.create = true});
    ASSERT_THAT(store, testing::IsOk()) << "round " << round;
    Follow(**store, round, writes);
    if (round % 20 == 19) {
      ASSERT_THAT((*store)->Check(), testing::IsOk());
    }
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
  EXPECT_GT(acknowledged, kEnough) << "too few to mean anything";
}

}  // namespace
}  // namespace tsugi
