#include "service/call/calls.h"

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "service/status/status.h"

namespace tsugi {
namespace {

// Deadlines of decades from now overflow what absl::Time counts in; nobody waits so long.
constexpr auto kFarDeadline = std::chrono::hours(24 * 365);

}  // namespace

CallTimer::CallTimer(Metrics* metrics, Method method)
    : metrics_(metrics), method_(method), began_(absl::Now()) {}

absl::Duration CallTimer::Done(absl::StatusCode code) {
  const absl::Duration elapsed = absl::Now() - began_;
  metrics_->CountCall(method_, code, elapsed);
  return elapsed;
}

Calls::Calls(const CallOptions& options, const base::Clock* clock, Metrics* metrics)
    : clock_(clock),
      metrics_(metrics),
      admission_(options.admission),
      streams_(options.max_streams),
      watchers_(limits::kMaxWatchers),
      workers_(options.blocking_threads, options.max_queued_calls) {}

void Calls::Stop() {
  stopping_.store(true, std::memory_order_release);
  streams_.Stop();
  watchers_.Stop();
}

absl::Status Calls::CheckServing() const {
  if (!stopping_.load(std::memory_order_acquire)) return absl::OkStatus();
  return absl::UnavailableError("the server is stopping; ask another one or retry");
}

absl::Duration Calls::Remaining(const grpc::CallbackServerContext& context) const {
  const auto now = std::chrono::system_clock::now();
  const auto deadline = context.deadline();
  if (deadline > now + kFarDeadline) return absl::InfiniteDuration();
  return absl::FromChrono(deadline - now);
}

grpc::ServerUnaryReactor* Calls::Inline(Method method, grpc::CallbackServerContext* context,
                                        absl::FunctionRef<absl::Status()> body) {
  CallTimer timer(metrics_, method);
  absl::Status status = CheckServing();
  if (status.ok()) status = admission_.Enter(Remaining(*context));
  const bool entered = status.ok();
  if (entered) status = body();
  const absl::Duration elapsed = timer.Done(status.code());
  if (entered) admission_.Leave(elapsed);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

grpc::ServerUnaryReactor* Calls::Now(Method method, grpc::CallbackServerContext* context,
                                     absl::FunctionRef<absl::Status()> body) {
  CallTimer timer(metrics_, method);
  absl::Status status = CheckServing();
  if (status.ok()) status = body();
  timer.Done(status.code());
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

grpc::ServerUnaryReactor* Calls::Blocking(Method method, grpc::CallbackServerContext* context,
                                          std::function<absl::Status()> body) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto timer = std::make_shared<CallTimer>(metrics_, method);
  const auto finish = [reactor, timer](const absl::Status& status) {
    timer->Done(status.code());
    reactor->Finish(ToGrpcStatus(status));
  };
  if (absl::Status status = CheckServing(); !status.ok()) {
    finish(status);
    return reactor;
  }
  const bool queued = workers_.Submit([this, context, finish, body = std::move(body)] {
    if (context->IsCancelled() || Remaining(*context) <= absl::ZeroDuration()) {
      return finish(absl::CancelledError("cancelled, or past its deadline, before it was begun"));
    }
    finish(body());
  });
  if (!queued) {
    finish(absl::ResourceExhaustedError(
        "too many calls wait for the store; retry with backoff, or send fewer and larger ones"));
  }
  return reactor;
}

}  // namespace tsugi
