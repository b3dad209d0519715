// How training tells where it stands, and how it is stopped.
//
// Thread safety: Report is called from the thread that trains; `cancelled` may be set by any.
#ifndef TSUGI_ENGINE_TRAINING_PROGRESS_H_
#define TSUGI_ENGINE_TRAINING_PROGRESS_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace tsugi {

struct TrainProgress {
  std::string step;     // scan, replay_models, replay, fit, co_purchase, ..., write
  double fraction = 0;  // of the whole training, an estimate in [0, 1]; never falls
};

// Notes how long each step took and asks, before each, whether to go on. A step is given the share
// of the whole that it takes as a rule.
class StepTimer {
 public:
  using ProgressCallback = std::function<void(const TrainProgress&)>;

  StepTimer() = default;
  StepTimer(ProgressCallback progress, const std::atomic<bool>* cancelled)
      : progress_(std::move(progress)), cancelled_(cancelled) {}

  // Ends the step before. Errors: CANCELLED.
  absl::Status Begin(const std::string& step, double share);
  // Within a step, `part` of it done. Errors: CANCELLED.
  absl::Status Advance(double part);
  void End();

  bool cancelled() const { return cancelled_ != nullptr && cancelled_->load(); }
  // Seconds of each ended step; steps of one name add up.
  const std::vector<std::pair<std::string, double>>& seconds() const { return seconds_; }

 private:
  absl::Status Report();

  const ProgressCallback progress_;
  const std::atomic<bool>* const cancelled_ = nullptr;
  std::vector<std::pair<std::string, double>> seconds_;
  std::string step_;
  double share_ = 0;
  double part_ = 0;
  double done_ = 0;  // shares of ended steps
  std::chrono::steady_clock::time_point began_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_TRAINING_PROGRESS_H_
