#include "service/call/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

namespace tsugi {
namespace {

TEST(WorkersTest, RefuseBeyondTheQueueAndRunWhatWasLetIn) {
  std::promise<void> open;
  std::shared_future<void> gate = open.get_future().share();
  std::promise<void> begun;
  std::atomic<int> done{0};
  {
    Workers workers(1, 2);
    ASSERT_TRUE(workers.Submit([&] {
      begun.set_value();
      gate.wait();
      ++done;
    }));
    begun.get_future().wait();  // the one thread is busy, the queue empty
    EXPECT_TRUE(workers.Submit([&] { ++done; }));
    EXPECT_TRUE(workers.Submit([&] { ++done; }));
    EXPECT_FALSE(workers.Submit([&] { done += 100; }));
    workers.Continue([&] { ++done; });  // let in before: never refused
    EXPECT_EQ(workers.queued(), 3);
    open.set_value();
  }
  EXPECT_EQ(done.load(), 4);
}

}  // namespace
}  // namespace tsugi
