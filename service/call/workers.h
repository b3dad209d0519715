// A few threads for calls that touch the disk, so that the threads of gRPC stay free for
// suggestions. The queue before them is bounded.
#ifndef TSUGI_SERVICE_CALL_WORKERS_H_
#define TSUGI_SERVICE_CALL_WORKERS_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace tsugi {

// Thread safety: safe for concurrent use.
class Workers {
 public:
  Workers(int threads, std::size_t max_queued);
  ~Workers();  // runs what is queued, then ends
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // False where the queue is full: `work` will not run.
  bool Submit(std::function<void()> work);

  // For work that was let in before and goes on in parts: always queued.
  void Continue(std::function<void()> work);

  int queued() const;

 private:
  void Run();

  const std::size_t max_queued_;
  mutable base::Mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CALL_WORKERS_H_
