// Which suggestions are answered and which are refused at once, because they could not be answered
// in time anyway. A refused caller can go to another replica or retry later; one that is kept
// waiting until its deadline has gained nothing and cost as much as an answer.
//
// A request is refused with RESOURCE_EXHAUSTED where
//   - as many as `max_in_flight` are being answered, or
//   - requests have kept waiting longer than `max_queue_delay` before their handler ran: the least
//     of the last kWindow measurements of QueueProbe is above it (after CoDel, Nichols and Jacobson
//     2012: a burst that drains is no overload, a queue that stands is), or
//   - what is left of its deadline is less than a request has lately taken,
// and with DEADLINE_EXCEEDED where its deadline has passed.
//
// Thread safety: safe for concurrent use, without locks; ReportQueueDelay by one at a time.
#ifndef TSUGI_SERVICE_CALL_ADMISSION_H_
#define TSUGI_SERVICE_CALL_ADMISSION_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "service/limits.h"

namespace tsugi {

struct AdmissionOptions {
  int max_in_flight = limits::kMaxSuggestionsInFlight;
  absl::Duration max_queue_delay = limits::kMaxQueueDelay;
};

class Admission {
 public:
  explicit Admission(AdmissionOptions options) : options_(options) {}

  // OK: the caller has a place and must Leave. `remaining` is what is left of its deadline,
  // absl::InfiniteDuration() where it has none.
  absl::Status Enter(absl::Duration remaining);
  // `elapsed` is the time the answer took.
  void Leave(absl::Duration elapsed);

  static constexpr std::size_t kWindow = 8;
  void ReportQueueDelay(absl::Duration delay);

  int in_flight() const { return in_flight_.load(std::memory_order_relaxed); }
  // The least of the window.
  absl::Duration queue_delay() const {
    return absl::Nanoseconds(queue_delay_ns_.load(std::memory_order_relaxed));
  }

 private:
  void Average(std::int64_t elapsed_ns);

  const AdmissionOptions options_;
  std::array<absl::Duration, kWindow> delays_{};  // of the last measurements, in a ring
  std::size_t next_delay_ = 0;
  std::atomic<int> in_flight_{0};
  std::atomic<std::int64_t> queue_delay_ns_{0};
  std::atomic<std::int64_t> usual_ns_{0};  // moving average over about 16 answers
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CALL_ADMISSION_H_
