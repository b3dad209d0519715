// What all handlers share: each call is counted, refused while the server stops or is overloaded,
// and ended with a status of the one kind.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_CALL_CALLS_H_
#define TSUGI_SERVICE_CALL_CALLS_H_

#include <atomic>
#include <functional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "service/call/admission.h"
#include "service/call/stream_gate.h"
#include "service/call/workers.h"
#include "service/metrics/metrics.h"

namespace grpc {
class CallbackServerContext;
class ServerUnaryReactor;
}  // namespace grpc

namespace tsugi {

struct CallOptions {
  AdmissionOptions admission;
  int blocking_threads = limits::kBlockingThreads;
  std::size_t max_queued_calls = limits::kMaxQueuedCalls;
  std::size_t max_streams = limits::kMaxStreams;
};

class Calls {
 public:
  Calls(const CallOptions& options, const base::Clock* clock, Metrics* metrics);

  // Runs `body` on this thread, a suggestion's way: admission control applies.
  grpc::ServerUnaryReactor* Inline(Method method, grpc::CallbackServerContext* context,
                                   absl::FunctionRef<absl::Status()> body);

  // Runs `body` on this thread: for what neither waits nor counts as load.
  grpc::ServerUnaryReactor* Now(Method method, grpc::CallbackServerContext* context,
                                absl::FunctionRef<absl::Status()> body);

  // Runs `body` on a worker; request and response stay valid until then. RESOURCE_EXHAUSTED where
  // too many wait already; a call that was cancelled while it waited is not begun.
  grpc::ServerUnaryReactor* Blocking(Method method, grpc::CallbackServerContext* context,
                                     std::function<absl::Status()> body);

  // UNAVAILABLE once the server stops.
  absl::Status CheckServing() const;
  // New calls are refused from now on, open streams asked to end.
  void Stop();

  // What a call's context says of its deadline.
  absl::Duration Remaining(const grpc::CallbackServerContext& context) const;

  absl::Time Now() const { return clock_->Now(); }
  Admission& admission() { return admission_; }
  StreamGate& streams() { return streams_; }
  StreamGate& watchers() { return watchers_; }
  Workers& workers() { return workers_; }
  Metrics& metrics() { return *metrics_; }

 private:
  const base::Clock* const clock_;
  Metrics* const metrics_;
  std::atomic<bool> stopping_{false};
  Admission admission_;
  StreamGate streams_;
  StreamGate watchers_;  // apart: a watcher costs next to nothing
  Workers workers_;      // last: its threads end before the rest goes
};

// Counts one call or stream from its beginning to Done.
class CallTimer {
 public:
  CallTimer(Metrics* metrics, Method method);
  // The time since the beginning, in which the call is now counted.
  absl::Duration Done(absl::StatusCode code);

 private:
  Metrics* const metrics_;
  const Method method_;
  const absl::Time began_;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CALL_CALLS_H_
