// What the streams that read messages have in common: how they enter, read on and come to their
// end. See stream_state.h. A class that derives from it answers OnReadDone.
//
// Thread safety: gRPC calls a stream's methods one after the other; Read and End may be called from
// any thread.
#ifndef TSUGI_SERVICE_CALL_READING_STREAM_H_
#define TSUGI_SERVICE_CALL_READING_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "service/call/calls.h"
#include "service/call/stream_state.h"
#include "service/status/status.h"

namespace tsugi {

// Lives on the heap and deletes itself when it is done. `calls` must outlive it.
template <typename Reactor, typename Request>
class ReadingStream : public Reactor {
 public:
  void OnDone() final {
    calls_->streams().Leave(this);
    timer_.Done(state_.code());
    delete this;
  }

 protected:
  ReadingStream(Calls* calls, Method method) : calls_(calls), timer_(&calls->metrics(), method) {}
  ~ReadingStream() override = default;

  // The last statement of the constructor that derives: the server may stop from here on.
  void Begin() {
    const absl::Status status = calls_->streams().Enter(this, [this] { Stop(); });
    if (status.ok()) {
      Read();
    } else {
      End(status);
    }
  }

  void Read() {
    if (!state_.Read([this] { this->StartRead(&request_); })) End(calls_->CheckServing());
  }

  // First in OnReadDone. False where the stream has ended.
  bool ReadDone() { return state_.ReadDone(); }

  void End(const absl::Status& status) {
    if (state_.End(status.code())) this->Finish(ToGrpcStatus(status));
  }

  Calls& calls() { return *calls_; }
  const Request& request() const { return request_; }

 private:
  void Stop() {
    state_.Stop([this] { this->Finish(ToGrpcStatus(calls_->CheckServing())); });
  }

  Calls* const calls_;
  CallTimer timer_;
  Request request_;
  StreamState state_;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CALL_READING_STREAM_H_
