#include "service/training/training_runner.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "service/limits.h"
#include "service/log/log.h"

namespace tsugi {
namespace {

bool SameOrder(const TrainingOrder& a, const TrainingOrder& b) {
  return a.config == b.config && a.seed == b.seed && a.threads == b.threads && a.label == b.label &&
         a.force == b.force;
}

absl::Status NotFound(const std::string& id) {
  return absl::NotFoundError(absl::StrCat("training_id: ", id,
                                          " is not known; ListTrainings lists those of this "
                                          "server since it started"));
}

}  // namespace

TrainingRunner::TrainingRunner(TrainFunction train, const base::Clock* clock)
    : train_(std::move(train)), clock_(clock) {}

TrainingRunner::~TrainingRunner() {
  CancelAll();
  std::thread last;
  {
    base::MutexLock lock(&mutex_);
    last.swap(thread_);
  }
  if (last.joinable()) last.join();
}

TrainingRecord* TrainingRunner::FindLocked(const std::string& id) {
  const auto found = std::find_if(records_.begin(), records_.end(),
                                  [&](const TrainingRecord& record) { return record.id == id; });
  return found == records_.end() ? nullptr : &*found;
}

absl::StatusOr<std::optional<TrainingRecord>> TrainingRunner::FindRepeated(
    const TrainingOrder& order) {
  for (const TrainingRecord& record : records_) {
    if (order.request_id.empty() || record.order.request_id != order.request_id) continue;
    if (SameOrder(record.order, order)) return record;
    return absl::FailedPreconditionError(absl::StrCat(
        "request_id: ", order.request_id, " was used for a different training; use a new one"));
  }
  if (!records_.empty() && !records_.back().ended()) {
    return absl::FailedPreconditionError(
        absl::StrCat("training ", records_.back().id,
                     " is running; wait for its end (WatchTraining) or stop it (CancelTraining)"));
  }
  return std::nullopt;
}

absl::StatusOr<TrainingRecord> TrainingRunner::Start(const TrainingOrder& order) {
  base::MutexLock one_at_a_time(&start_mutex_);
  std::thread last;  // has ended, but for telling so; joined without the lock it may need for that
  {
    base::MutexLock lock(&mutex_);
    TSUGI_ASSIGN_OR_RETURN(const std::optional<TrainingRecord> repeated, FindRepeated(order));
    if (repeated.has_value()) return *repeated;
    last.swap(thread_);
  }
  if (last.joinable()) last.join();
  base::MutexLock lock(&mutex_);
  if (records_.size() >= limits::kKeptTrainings) records_.pop_front();
  TrainingRecord& record = records_.emplace_back();
  record.id = absl::StrFormat("training-%06d", next_id_++);
  record.order = order;
  record.started_at = clock_->Now();
  cancelled_.store(false);
  thread_ = std::thread([this, id = record.id, order] { Run(id, order); });
  Log(LogLevel::kInfo, "training_started", {{"training_id", record.id}, {"label", order.label}});
  return record;
}

void TrainingRunner::Run(const std::string& id, const TrainingOrder& order) {
  const auto progress = [&](const std::string& step, double fraction) {
    OnProgress(id, step, fraction);
  };
  End(id, train_(order, progress, cancelled_));
}

void TrainingRunner::EndStep(TrainingRecord* record, absl::Time now) {
  if (!record->stage.empty()) record->steps.back().second += now - step_began_;
  step_began_ = now;
}

void TrainingRunner::OnProgress(const std::string& id, const std::string& step, double fraction) {
  {
    base::MutexLock lock(&mutex_);
    TrainingRecord* record = FindLocked(id);
    record->fraction = std::clamp(fraction, record->fraction, 1.0);
    EndStep(record, clock_->Now());
    if (record->stage == step) return;
    record->stage = step;
    record->steps.emplace_back(step, absl::ZeroDuration());
  }
  Tell(id);
}

void TrainingRunner::End(const std::string& id, const absl::StatusOr<std::string>& version) {
  TrainingRecord ended;
  std::vector<Watcher> waiting;
  {
    base::MutexLock lock(&mutex_);
    TrainingRecord* record = FindLocked(id);
    EndStep(record, clock_->Now());
    record->stage.clear();
    record->ended_at = clock_->Now();
    if (version.ok()) {
      record->state = TrainingState::kSucceeded;
      record->fraction = 1;
      record->version = *version;
    } else if (absl::IsCancelled(version.status())) {
      record->state = TrainingState::kCancelled;
    } else {
      record->state = TrainingState::kFailed;
      record->error = version.status();
    }
    ended = *record;
    const auto [first, last] = when_ended_.equal_range(id);
    for (auto it = first; it != last; ++it) waiting.push_back(std::move(it->second));
    when_ended_.erase(first, last);
  }
  Log(version.ok() ? LogLevel::kInfo : LogLevel::kWarning, "training_ended",
      {{"training_id", id},
       {"version", ended.version},
       {"reason", std::string(version.status().message())}});
  Tell(id);
  for (const Watcher& watcher : waiting) watcher(ended);
}

absl::StatusOr<TrainingRecord> TrainingRunner::Find(const std::string& id) const {
  base::MutexLock lock(&mutex_);
  for (const TrainingRecord& record : records_) {
    if (record.id == id) return record;
  }
  return NotFound(id);
}

std::vector<TrainingRecord> TrainingRunner::List() const {
  base::MutexLock lock(&mutex_);
  return {records_.rbegin(), records_.rend()};
}

bool TrainingRunner::running() const {
  base::MutexLock lock(&mutex_);
  return !records_.empty() && !records_.back().ended();
}

absl::Status TrainingRunner::Cancel(const std::string& id, Watcher ended) {
  TrainingRecord found;
  {
    base::MutexLock lock(&mutex_);
    const TrainingRecord* record = FindLocked(id);
    if (record == nullptr) return NotFound(id);
    if (!record->ended()) {
      cancelled_.store(true);
      when_ended_.emplace(id, std::move(ended));
      return absl::OkStatus();
    }
    found = *record;
  }
  ended(found);
  return absl::OkStatus();
}

void TrainingRunner::CancelAll() { cancelled_.store(true); }

absl::Status TrainingRunner::Watch(const std::string& id, const void* key, Watcher watcher) {
  base::MutexLock lock(&watch_mutex_);  // nothing is told between the look and the entry
  TSUGI_ASSIGN_OR_RETURN(const TrainingRecord record, Find(id));
  watcher(record);
  watchers_[key] = WatchEntry{id, std::move(watcher), record.ended()};
  return absl::OkStatus();
}

void TrainingRunner::Unwatch(const void* key) {
  base::MutexLock lock(&watch_mutex_);
  watchers_.erase(key);
}

void TrainingRunner::Tell(const std::string& id) {
  base::MutexLock lock(&watch_mutex_);
  const absl::StatusOr<TrainingRecord> record = Find(id);
  if (!record.ok()) return;  // so old that it is not kept
  for (auto& [key, entry] : watchers_) {
    if (entry.id != id || entry.told_end) continue;
    entry.told_end = record->ended();
    entry.watcher(*record);
  }
}

void TrainingRunner::Tick() {
  std::string id;
  {
    base::MutexLock lock(&mutex_);
    if (records_.empty() || records_.back().ended()) return;
    EndStep(&records_.back(), clock_->Now());
    id = records_.back().id;
  }
  Tell(id);
}

}  // namespace tsugi
