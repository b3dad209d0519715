#include "base/mutex.h"

#include <condition_variable>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace tsugi::base {
namespace {

TEST(MutexTest, CountsExactlyUnderContention) {
  Mutex mutex;
  int count = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        const MutexLock lock(&mutex);
        ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 4000);
}

TEST(MutexTest, WorksWithAConditionVariable) {
  Mutex mutex;
  std::condition_variable_any changed;
  bool ready = false;
  std::thread waker([&] {
    {
      const MutexLock lock(&mutex);
      ready = true;
    }
    changed.notify_one();
  });
  {
    const MutexLock lock(&mutex);
    changed.wait(mutex, [&] { return ready; });
    EXPECT_TRUE(ready);
  }
  waker.join();
}

TEST(SharedMutexTest, TwoReadersHoldItAtTheSameTime) {
  SharedMutex mutex;
  const ReaderLock first(&mutex);
  // A reader that had to wait for the first would never come back from join().
  std::thread second([&] { const ReaderLock lock(&mutex); });
  second.join();
}

TEST(SharedMutexTest, WritersCountExactlyAndReadersSeeWholeWrites) {
  SharedMutex mutex;
  int left = 0;
  int right = 0;
  bool torn = false;
  std::thread writer([&] {
    for (int i = 0; i < 2000; ++i) {
      const WriterLock lock(&mutex);
      ++left;
      ++right;
    }
  });
  for (int i = 0; i < 2000; ++i) {
    const ReaderLock lock(&mutex);
    torn = torn || left != right;
  }
  writer.join();
  EXPECT_FALSE(torn);
  EXPECT_EQ(left, 2000);
}

}  // namespace
}  // namespace tsugi::base
