#include "engine/training/progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace tsugi {

absl::Status StepTimer::Report() {
  if (cancelled()) return absl::CancelledError(absl::StrCat("training cancelled at ", step_));
  if (progress_) {
    progress_({.step = step_, .fraction = std::min(1.0, done_ + share_ * part_)});
  }
  return absl::OkStatus();
}

absl::Status StepTimer::Begin(const std::string& step, double share) {
  End();
  step_ = step;
  share_ = share;
  part_ = 0;
  began_ = std::chrono::steady_clock::now();
  return Report();
}

absl::Status StepTimer::Advance(double part) {
  part_ = std::clamp(part, part_, 1.0);
  return Report();
}

void StepTimer::End() {
  if (step_.empty()) return;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  const auto same = std::find_if(seconds_.begin(), seconds_.end(),
                                 [this](const auto& entry) { return entry.first == step_; });
  if (same == seconds_.end()) {
    seconds_.emplace_back(step_, seconds);
  } else {
    same->second += seconds;
  }
  done_ += share_;
  step_.clear();
}

}  // namespace tsugi
