#include "service/call/stream_gate.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace tsugi {

absl::Status StreamGate::Enter(const void* stream, std::function<void()> stop) {
  base::MutexLock lock(&mutex_);
  if (stopped_) {
    return absl::UnavailableError("the server is stopping; ask another one or retry");
  }
  if (open_.size() >= max_streams_) {
    return absl::ResourceExhaustedError(
        absl::StrCat(max_streams_, " streams are open already; retry when one of them has ended"));
  }
  open_[stream] = std::move(stop);
  return absl::OkStatus();
}

void StreamGate::Leave(const void* stream) {
  base::MutexLock lock(&mutex_);
  open_.erase(stream);
}

void StreamGate::Stop() {
  base::MutexLock lock(&mutex_);
  stopped_ = true;
  for (const auto& [stream, stop] : open_) stop();
}

}  // namespace tsugi
