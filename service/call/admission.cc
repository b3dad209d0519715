#include "service/call/admission.h"

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
  // Lost updates of concurrent calls do not matter to an average.
  const std::int64_t usual = usual_ns_.load(std::memory_order_relaxed);
  usual_ns_.store(usual + (absl::ToInt64Nanoseconds(elapsed) - usual) / 16,
                  std::memory_order_relaxed);
}

void Admission::ReportQueueDelay(absl::Duration delay) {
  queue_delay_ns_.store(absl::ToInt64Nanoseconds(delay), std::memory_order_relaxed);
}

}  // namespace tsugi
