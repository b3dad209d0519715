// The open streams: how many there may be, and how they end when the server stops.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_CALL_STREAM_GATE_H_
#define TSUGI_SERVICE_CALL_STREAM_GATE_H_

#include <functional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "base/mutex.h"

namespace tsugi {

class StreamGate {
 public:
  explicit StreamGate(std::size_t max_streams) : max_streams_(max_streams) {}

  // OK: `stream` must Leave before it goes. `stop` is called at most once, from another thread,
  // and must not call back. RESOURCE_EXHAUSTED where there are too many, UNAVAILABLE once stopped.
  absl::Status Enter(const void* stream, std::function<void()> stop);
  void Leave(const void* stream);

  // Asks every open stream to end, and lets no more in.
  void Stop();

 private:
  const std::size_t max_streams_;
  base::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_map<const void*, std::function<void()>> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CALL_STREAM_GATE_H_
