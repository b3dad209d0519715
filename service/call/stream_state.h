// How a stream that reads comes to exactly one end: by itself, or because the server stops while it
// waits for the next message. gRPC lets a stream finish while a read is under way, but wants
// neither a read after the end nor two ends.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_CALL_STREAM_STATE_H_
#define TSUGI_SERVICE_CALL_STREAM_STATE_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "base/mutex.h"

namespace tsugi {

class StreamState {
 public:
  // Starts the next read. False, and nothing started, where the stream has ended or shall end.
  bool Read(absl::FunctionRef<void()> start) {
    base::MutexLock lock(&mutex_);
    if (ended_ || stopping_) return false;
    reading_ = true;
    start();
    return true;
  }

  // The read has ended. False where the stream has, too.
  bool ReadDone() {
    base::MutexLock lock(&mutex_);
    reading_ = false;
    return !ended_;
  }

  // True for the one who ends the stream. He finishes it after this returns, and touches it no
  // more.
  bool End(absl::StatusCode code) {
    base::MutexLock lock(&mutex_);
    if (ended_) return false;
    ended_ = true;
    code_ = code;
    return true;
  }

  // The server stops: a stream that waits for a message ends now, another after what it is at.
  // REQUIRES: the stream cannot be deleted meanwhile (StreamGate).
  void Stop(absl::FunctionRef<void()> finish) {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    if (ended_ || !reading_) return;
    ended_ = true;
    code_ = absl::StatusCode::kUnavailable;
    finish();
  }

  absl::StatusCode code() const {
    base::MutexLock lock(&mutex_);
    return code_;
  }

 private:
  mutable base::Mutex mutex_;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::StatusCode code_ ABSL_GUARDED_BY(mutex_) = absl::StatusCode::kOk;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CALL_STREAM_STATE_H_
