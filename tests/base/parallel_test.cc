#include "base/parallel.h"

#include <atomic>
#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tsugi::base {
namespace {

using ::testing::Each;

TEST(ParallelForTest, VisitsEveryIndexOnceWhateverTheGrainAndThreads) {
  for (const std::size_t threads : {1U, 2U, 7U}) {
    for (const std::size_t grain : {0U, 1U, 3U, 100U, 1000U}) {
      WithThreads(threads, [&] {
        std::vector<int> visits(100, 0);
        ParallelFor(visits.size(), grain, [&](Chunk chunk) {
          for (std::size_t i = chunk.begin; i < chunk.end; ++i) ++visits[i];
        });
        EXPECT_THAT(visits, Each(1)) << "threads " << threads << " grain " << grain;
      });
    }
  }
}

TEST(ParallelForTest, CutsTheSameChunksOnAnyNumberOfThreads) {
  const auto ends = [](std::size_t threads) {
    std::vector<std::size_t> result(4, 0);
    WithThreads(threads, [&] {
      ParallelFor(10, 3, [&](Chunk chunk) { result.at(chunk.index) = chunk.end; });
    });
    return result;
  };
  EXPECT_EQ(ends(1), (std::vector<std::size_t>{3, 6, 9, 10}));
  EXPECT_EQ(ends(5), ends(1));
}

TEST(ParallelForTest, RunsNothingForAnEmptyRange) {
  bool ran = false;
  ParallelFor(0, 8, [&](Chunk) { ran = true; });
  EXPECT_FALSE(ran);
}

TEST(ParallelForTest, OneWorkerTakesChunksInOrder) {
  std::vector<std::size_t> order;
  WithThreads(1, [&] { ParallelFor(50, 10, [&](Chunk chunk) { order.push_back(chunk.index); }); });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

TEST(ParallelForWithWorkerTest, NoTwoBodiesAtOnceShareAWorker) {
  WithThreads(4, [] {
    const std::size_t workers = MaxWorkers();
    const auto busy = std::make_unique<std::atomic<int>[]>(workers);
    std::atomic<bool> shared = false;
    ParallelForWithWorker(2000, 1, [&](Chunk, std::size_t worker) {
      ASSERT_LT(worker, workers);
      if (busy[worker].fetch_add(1) != 0) shared = true;
      busy[worker].fetch_sub(1);
    });
    EXPECT_FALSE(shared);
  });
}

TEST(WithThreadsTest, LimitsTheWorkersInsideAndOnlyThere) {
  const std::size_t before = MaxWorkers();
  std::size_t one = 0;
  std::size_t three = 0;
  WithThreads(1, [&] { one = MaxWorkers(); });
  WithThreads(3, [&] { three = MaxWorkers(); });
  EXPECT_EQ(one, 1U);
  EXPECT_EQ(three, 3U);
  EXPECT_EQ(MaxWorkers(), before);
}

TEST(ParallelForTest, LoopsMayNest) {
  std::vector<int> cells(64, 0);
  ParallelFor(8, 1, [&](Chunk row) {
    ParallelFor(8, 2, [&](Chunk columns) {
      for (std::size_t c = columns.begin; c < columns.end; ++c) ++cells[row.begin * 8 + c];
    });
  });
  EXPECT_THAT(cells, Each(1));
}

}  // namespace
}  // namespace tsugi::base
