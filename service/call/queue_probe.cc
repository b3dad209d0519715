#include "service/call/queue_probe.h"

#include <grpcpp/alarm.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <utility>

#include "base/mutex.h"

namespace tsugi {
namespace {

using SteadyClock = std::chrono::steady_clock;

class AlarmProbe : public QueueProbe {
 public:
  AlarmProbe(absl::Duration period, std::function<void(absl::Duration)> report)
      : period_(period), report_(std::move(report)) {
    Arm();
  }

  ~AlarmProbe() override {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    alarm_.Cancel();
    while (armed_) ended_.wait(mutex_);
  }

 private:
  void Arm() {
    base::MutexLock lock(&mutex_);
    armed_ = !stopping_;
    if (stopping_) {
      ended_.notify_all();
      return;
    }
    due_ = SteadyClock::now() + absl::ToChronoMicroseconds(period_);
    alarm_.Set(std::chrono::system_clock::now() + absl::ToChronoMicroseconds(period_),
               [this](bool /*fired*/) { OnFired(); });
  }

  void OnFired() {
    const auto late = SteadyClock::now() - due_;
    report_(std::max(absl::FromChrono(late), absl::ZeroDuration()));
    Arm();
  }

  const absl::Duration period_;
  const std::function<void(absl::Duration)> report_;
  base::Mutex mutex_;
  std::condition_variable_any ended_;
  bool stopping_ = false;
  bool armed_ = false;
  SteadyClock::time_point due_;
  grpc::Alarm alarm_;
};

}  // namespace

std::unique_ptr<QueueProbe> QueueProbe::Start(absl::Duration period,
                                              std::function<void(absl::Duration)> report) {
  return std::make_unique<AlarmProbe>(period, std::move(report));
}

}  // namespace tsugi
