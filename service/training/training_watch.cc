#include "service/training/training_watch.h"

#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "proto/tsugi/v1/training_service.pb.h"
#include "service/converters/path.h"
#include "service/converters/values.h"
#include "service/status/status.h"
#include "service/training/training_messages.h"

namespace tsugi {
namespace {

class TrainingWatch final : public grpc::ServerWriteReactor<v1::WatchTrainingResponse> {
 public:
  TrainingWatch(Calls* calls, TrainingRunner* runner, const std::string& training_id)
      : calls_(calls), runner_(runner), timer_(&calls->metrics(), Method::kWatchTraining) {
    if (const absl::Status status = Begin(training_id); !status.ok()) End(status);
  }

  void OnWriteDone(bool ok) override {
    std::optional<TrainingRecord> next;
    bool last = false;
    {
      base::MutexLock lock(&mutex_);
      writing_ = false;
      if (ended_) return;
      last = last_sent_;
      next.swap(waiting_);
      if (ok && !last && !stopping_ && next.has_value()) {
        Send(*next);
        return;
      }
      if (ok && !last && !stopping_) return;
    }
    if (!ok) return End(absl::CancelledError("the watcher has gone"));
    End(last ? absl::OkStatus() : calls_->CheckServing());
  }

  void OnCancel() override {
    {
      base::MutexLock lock(&mutex_);
      if (writing_) return;  // the write ends first
    }
    End(absl::CancelledError("the watcher has gone"));
  }

  void OnDone() override {
    runner_->Unwatch(this);
    calls_->watchers().Leave(this);
    timer_.Done(code_);
    delete this;
  }

 private:
  absl::Status Begin(const std::string& asked) {
    std::string id;
    TSUGI_RETURN_IF_ERROR(ReadId(Path("training_id"), asked, Presence::kRequired, &id));
    TSUGI_RETURN_IF_ERROR(calls_->watchers().Enter(this, [this] { Stop(); }));
    return runner_->Watch(id, this, [this](const TrainingRecord& record) { Tell(record); });
  }

  void Tell(const TrainingRecord& record) {
    base::MutexLock lock(&mutex_);
    if (ended_) return;
    if (writing_) {
      waiting_ = record;
    } else {
      Send(record);
    }
  }

  void Send(const TrainingRecord& record) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    writing_ = true;
    last_sent_ = record.ended();
    response_.Clear();
    FillProgress(record, calls_->Now(), &response_);
    StartWrite(&response_);
  }

  void End(const absl::Status& status) {
    {
      base::MutexLock lock(&mutex_);
      if (ended_) return;
      ended_ = true;
      code_ = status.code();
    }
    Finish(ToGrpcStatus(status));
  }

  void Stop() {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    if (ended_ || writing_) return;
    ended_ = true;
    code_ = absl::StatusCode::kUnavailable;
    Finish(ToGrpcStatus(calls_->CheckServing()));
  }

  Calls* const calls_;
  TrainingRunner* const runner_;
  CallTimer timer_;
  v1::WatchTrainingResponse response_;
  base::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool last_sent_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<TrainingRecord> waiting_ ABSL_GUARDED_BY(mutex_);
  absl::StatusCode code_ = absl::StatusCode::kOk;  // before ended_, read after the end
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchTrainingResponse>* NewTrainingWatch(
    Calls* calls, TrainingRunner* runner, const std::string& training_id) {
  return new TrainingWatch(calls, runner, training_id);
}

}  // namespace tsugi
