#include "service/call/admission.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace tsugi {

absl::Status Admission::Enter(absl::Duration remaining) {
  if (remaining <= absl::ZeroDuration()) {
    return absl::DeadlineExceededError("the deadline passed before the request was looked at");
  }
  if (const absl::Duration delay = queue_delay(); delay > options_.max_queue_delay) {
    return absl::ResourceExhaustedError(
        absl::StrCat("requests wait ", absl::FormatDuration(delay), ", longer than ",
                     absl::FormatDuration(options_.max_queue_delay), "; retry with backoff"));
  }
  const absl::Duration usual = absl::Nanoseconds(usual_ns_.load(std::memory_order_relaxed));
  if (remaining < usual) {
    Average(0);  // else one slow spell would refuse short deadlines for ever
    return absl::ResourceExhaustedError(
        absl::StrCat("an answer takes ", absl::FormatDuration(usual), " just now and only ",
                     absl::FormatDuration(remaining), " are left; retry with backoff"));
  }
  if (in_flight_.fetch_add(1, std::memory_order_relaxed) >= options_.max_in_flight) {
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", options_.max_in_flight,
                     " suggestions are being answered; retry with backoff"));
  }
  return absl::OkStatus();
}

void Admission::Leave(absl::Duration elapsed) {
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  Average(absl::ToInt64Nanoseconds(elapsed));
}

// Lost updates of concurrent calls do not matter to an average.
void Admission::Average(std::int64_t elapsed_ns) {
  constexpr std::int64_t kWeight = 16;
  const std::int64_t usual = usual_ns_.load(std::memory_order_relaxed);
  usual_ns_.store(usual + (elapsed_ns - usual) / kWeight, std::memory_order_relaxed);
}

void Admission::ReportQueueDelay(absl::Duration delay) {
  delays_[next_delay_++ % kWindow] = delay;
  const absl::Duration least = *std::min_element(delays_.begin(), delays_.end());
  queue_delay_ns_.store(absl::ToInt64Nanoseconds(least), std::memory_order_relaxed);
}

}  // namespace tsugi
