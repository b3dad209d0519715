// Answers by request_id, so that a retry gets the same answer and counts once.
//
// Kept in memory for `lifetime` and up to `max_bytes`, the oldest going first; a restart forgets
// them. The same id with a different request is an error.
//
// Thread safety: safe for concurrent use; two calls with one id at a time wait for one another.
#ifndef TSUGI_SERVICE_RECOMMENDATION_REPLAY_CACHE_H_
#define TSUGI_SERVICE_RECOMMENDATION_REPLAY_CACHE_H_

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "service/limits.h"

namespace tsugi {

struct ReplayOptions {
  absl::Duration lifetime = limits::kReplayLifetime;
  std::size_t max_bytes = limits::kReplayBytes;
};

class ReplayCache {
 public:
  explicit ReplayCache(ReplayOptions options = {}) : options_(options) {}

  // The answer given before to `request` (its bytes) under `id`, else that of `make`, which is kept
  // unless it is an error. FAILED_PRECONDITION where `id` was used for other bytes.
  absl::StatusOr<std::string> Once(const std::string& id, const std::string& request,
                                   absl::Time now,
                                   absl::FunctionRef<absl::StatusOr<std::string>()> make);

 private:
  static constexpr std::size_t kShards = 16;
  struct Entry {
    std::string checksum;  // of the request
    std::string answer;
    absl::Time made;
  };
  struct Shard {
    base::Mutex mutex;
    absl::flat_hash_map<std::string, Entry> entries ABSL_GUARDED_BY(mutex);
    std::deque<std::string> oldest_first ABSL_GUARDED_BY(mutex);
    std::size_t bytes ABSL_GUARDED_BY(mutex) = 0;
  };

  static std::size_t BytesOf(const std::string& id, const Entry& entry);
  void Forget(Shard* shard, absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard->mutex);

  const ReplayOptions options_;
  std::array<Shard, kShards> shards_;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_RECOMMENDATION_REPLAY_CACHE_H_
