// What was shown, on its way to the store: answers do not wait for the disk. One thread writes what
// has gathered every kExposureDelay, in batches of at most kExposureBatch.
//
// A crash loses the exposures of the last kExposureDelay and of the batch being written; orderly
// stops lose nothing. Reactions to an answer wait for its exposures (Flush). While the store cannot
// be written they gather up to kMaxQueuedExposures; beyond, answers that would be recorded are
// refused rather than given and forgotten.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_RECOMMENDATION_EXPOSURE_LOG_H_
#define TSUGI_SERVICE_RECOMMENDATION_EXPOSURE_LOG_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "engine/store/store.h"
#include "service/limits.h"

namespace tsugi {

struct ExposureLogOptions {
  std::size_t max_queued = limits::kMaxQueuedExposures;
  absl::Duration delay = limits::kExposureDelay;
};

class ExposureLog {
 public:
  // `store` and `clock` must outlive it.
  ExposureLog(Store* store, const base::Clock* clock, ExposureLogOptions options = {});
  ~ExposureLog();  // writes what is queued
  ExposureLog(const ExposureLog&) = delete;
  ExposureLog& operator=(const ExposureLog&) = delete;

  // RESOURCE_EXHAUSTED, and nothing queued, where the queue is full.
  absl::Status Add(std::vector<Exposure> exposures);

  // Returns once everything queued before is in the store. Errors: the store's.
  absl::Status Flush();

  std::uint64_t queued() const;
  std::uint64_t lost() const;  // refused by the store for what they are

 private:
  std::uint64_t ended() const;
  void Run();
  // Writes one batch; what the store cannot take just now stays in the queue.
  absl::Status WriteBatch();
  void WriteOneByOne(const std::vector<Fact>& batch);
  std::vector<Fact> NextBatch() const;
  void Written(std::size_t count, std::uint64_t lost, const absl::Status& status);

  Store* const store_;
  const base::Clock* const clock_;
  const ExposureLogOptions options_;
  base::Mutex writer_;  // one batch at a time
  mutable base::Mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Exposure> queue_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t ended_ ABSL_GUARDED_BY(mutex_) = 0;  // left the queue, ever
  std::uint64_t lost_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_RECOMMENDATION_EXPOSURE_LOG_H_
