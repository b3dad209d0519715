#include "service/recommendation/exposure_log.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "service/log/log.h"

namespace tsugi {

ExposureLog::ExposureLog(Store* store, const base::Clock* clock, ExposureLogOptions options)
    : store_(store), clock_(clock), options_(options), thread_([this] { Run(); }) {}

ExposureLog::~ExposureLog() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  if (absl::Status status = Flush(); !status.ok()) {
    Log(LogLevel::kError, "exposures_not_written",
        {{"count", absl::StrCat(queued())}, {"reason", std::string(status.message())}});
  }
}

absl::Status ExposureLog::Add(std::vector<Exposure> exposures) {
  if (exposures.empty()) return absl::OkStatus();
  base::MutexLock lock(&mutex_);
  if (queue_.size() + exposures.size() > options_.max_queued) {
    return absl::ResourceExhaustedError(
        absl::StrCat(queue_.size(),
                     " exposures wait for the store, which does not keep up; retry with backoff, "
                     "or ask with dry_run"));
  }
  std::move(exposures.begin(), exposures.end(), std::back_inserter(queue_));
  return absl::OkStatus();
}

absl::Status ExposureLog::Flush() {
  std::uint64_t target = 0;
  {
    base::MutexLock lock(&mutex_);
    target = ended_ + queue_.size();
  }
  while (ended() < target) TSUGI_RETURN_IF_ERROR(WriteBatch());
  return absl::OkStatus();
}

std::uint64_t ExposureLog::ended() const {
  base::MutexLock lock(&mutex_);
  return ended_;
}

std::uint64_t ExposureLog::queued() const {
  base::MutexLock lock(&mutex_);
  return queue_.size();
}

std::uint64_t ExposureLog::lost() const {
  base::MutexLock lock(&mutex_);
  return lost_;
}

std::vector<Fact> ExposureLog::NextBatch() const {
  base::MutexLock lock(&mutex_);
  const std::size_t count = std::min(queue_.size(), limits::kExposureBatch);
  return {queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count)};
}

absl::Status ExposureLog::WriteBatch() {
  base::MutexLock one_at_a_time(&writer_);
  const std::vector<Fact> batch = NextBatch();
  if (batch.empty()) return absl::OkStatus();
  absl::Status status = store_->Write(batch, clock_->Now()).status();
  if (absl::IsInvalidArgument(status)) {
    WriteOneByOne(batch);
    return absl::OkStatus();
  }
  if (status.ok()) Written(batch.size(), 0, status);
  return status;
}

void ExposureLog::WriteOneByOne(const std::vector<Fact>& batch) {
  std::uint64_t refused = 0;
  absl::Status why;
  for (const Fact& fact : batch) {
    const absl::Status status = store_->Write({&fact, 1}, clock_->Now()).status();
    if (!status.ok()) why = status;
    refused += status.ok() ? 0 : 1;
  }
  Written(batch.size(), refused, why);
}

void ExposureLog::Written(std::size_t count, std::uint64_t lost, const absl::Status& status) {
  {
    base::MutexLock lock(&mutex_);
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    ended_ += count;
    lost_ += lost;
  }
  if (lost > 0) {
    Log(LogLevel::kError, "exposures_lost",
        {{"count", absl::StrCat(lost)}, {"reason", std::string(status.message())}});
  }
}

void ExposureLog::Run() {
  bool failing = false;
  while (true) {
    {
      base::MutexLock lock(&mutex_);
      if (stopping_) return;
      wake_.wait_for(mutex_, absl::ToChronoMilliseconds(options_.delay));
      if (stopping_) return;
      if (queue_.empty()) continue;
    }
    absl::Status status = WriteBatch();
    while (status.ok() && queued() >= limits::kExposureBatch) status = WriteBatch();
    if (!status.ok() && !failing) {
      Log(LogLevel::kWarning, "exposures_wait", {{"reason", std::string(status.message())}});
    }
    failing = !status.ok();
  }
}

}  // namespace tsugi
