// One training at a time, in a thread of its own beside the serving ones; what became of the others
// stays known (limits::kKeptTrainings).
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_TRAINING_TRAINING_RUNNER_H_
#define TSUGI_SERVICE_TRAINING_TRAINING_RUNNER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace tsugi {

struct TrainingOrder {
  std::string request_id;           // empty: not repeatable
  std::optional<absl::Time> until;  // none: all there is
  std::string config;               // YAML; empty: the server's own
  std::uint64_t seed = 1;
  int threads = 0;               // 0: one a processor
  std::string label = "stable";  // or canary, or none
  bool force = false;
};

enum class TrainingState : std::uint8_t { kRunning, kSucceeded, kFailed, kCancelled };

struct TrainingRecord {
  std::string id;
  TrainingOrder order;
  TrainingState state = TrainingState::kRunning;
  absl::Time started_at;
  std::optional<absl::Time> ended_at;
  std::string stage;    // at work; empty before the first and after the end
  double fraction = 0;  // of the whole, never falls
  std::vector<std::pair<std::string, absl::Duration>> steps;  // in the order begun
  std::string version;                                        // where it succeeded
  absl::Status error;                                         // where it failed

  bool ended() const { return state != TrainingState::kRunning; }
};

// Trains, publishes and labels; returns the version. `progress` takes the step and the fraction of
// the whole that is done. CANCELLED once `cancelled` is set.
using TrainFunction = std::function<absl::StatusOr<std::string>(
    const TrainingOrder& order,
    const std::function<void(const std::string& step, double fraction)>& progress,
    const std::atomic<bool>& cancelled)>;

class TrainingRunner {
 public:
  using Watcher = std::function<void(const TrainingRecord&)>;

  TrainingRunner(TrainFunction train, const base::Clock* clock);
  ~TrainingRunner();  // stops a running training and waits for it
  TrainingRunner(const TrainingRunner&) = delete;
  TrainingRunner& operator=(const TrainingRunner&) = delete;

  // A known request_id returns the training it started. Errors: FAILED_PRECONDITION naming the
  // training that runs, or for a request_id used for another order.
  absl::StatusOr<TrainingRecord> Start(const TrainingOrder& order);

  absl::StatusOr<TrainingRecord> Find(const std::string& id) const;  // NOT_FOUND
  std::vector<TrainingRecord> List() const;                          // newest first
  bool running() const;

  // Asks it to stop; `ended` is called once it has, at once where it has already.
  absl::Status Cancel(const std::string& id, Watcher ended);
  void CancelAll();

  // `watcher` is told of the training as it is, then of every new step and of its end, and of its
  // progress by Tick. It is called from other threads, one at a time, and must not call back.
  absl::Status Watch(const std::string& id, const void* key, Watcher watcher);
  void Unwatch(const void* key);
  void Tick();

 private:
  struct WatchEntry {
    std::string id;
    Watcher watcher;
    bool told_end = false;
  };

  // The training a repeated request_id started; none for a new one. Errors: Start's.
  absl::StatusOr<std::optional<TrainingRecord>> FindRepeated(const TrainingOrder& order)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run(const std::string& id, const TrainingOrder& order);
  void OnProgress(const std::string& id, const std::string& step, double fraction);
  void EndStep(TrainingRecord* record, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const std::string& id, const absl::StatusOr<std::string>& version);
  TrainingRecord* FindLocked(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Tells the watchers how it stands now; the end once. Threads that tell at the same time cannot
  // make a watcher see an older state after a newer one.
  void Tell(const std::string& id);

  const TrainFunction train_;
  const base::Clock* const clock_;
  base::Mutex start_mutex_;  // taken before mutex_
  mutable base::Mutex mutex_;
  std::deque<TrainingRecord> records_ ABSL_GUARDED_BY(mutex_);  // oldest first
  std::uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::Time step_began_ ABSL_GUARDED_BY(mutex_);
  std::multimap<std::string, Watcher> when_ended_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> cancelled_{false};
  base::Mutex watch_mutex_;  // taken before mutex_
  std::map<const void*, WatchEntry> watchers_ ABSL_GUARDED_BY(watch_mutex_);
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_TRAINING_TRAINING_RUNNER_H_
