#include "service/models/model_switch.h"

#include <memory>

#include "base/status_macros.h"
#include "service/log/log.h"

namespace tsugi {

absl::Status ModelSwitch::Follow(const std::string& label, const std::string& version) {
  std::shared_ptr<const Snapshot> snapshot;
  {
    base::MutexLock lock(&mutex_);
    const auto served = served_.find(label);
    if (served != served_.end() && served->second->version() == version) return absl::OkStatus();
    for (const auto& [other, open] : served_) {
      if (open->version() == version) snapshot = open;
    }
  }
  if (snapshot == nullptr) {
    TSUGI_ASSIGN_OR_RETURN(snapshot, registry_->Open(version));
  }
  const std::shared_ptr<const ModelSet> models(snapshot, &snapshot->models());
  TSUGI_RETURN_IF_ERROR(engine_->SetModel(label, version, models));
  Log(LogLevel::kInfo, "model_swapped", {{"label", label}, {"version", version}});
  base::MutexLock lock(&mutex_);
  served_[label].swap(snapshot);
  return absl::OkStatus();
}

absl::Status ModelSwitch::Refresh() {
  base::MutexLock one_at_a_time(&refresh_);
  TSUGI_ASSIGN_OR_RETURN(const Labels labels, registry_->ReadLabelsFile());
  absl::Status first;
  for (const char* label : {kStable, kCanary}) {
    const auto found = labels.find(label);
    if (found == labels.end() || found->second.version.empty()) {
      base::MutexLock lock(&mutex_);
      if (served_.erase(label) > 0) TSUGI_RETURN_IF_ERROR(engine_->ClearModel(label));
      continue;
    }
    const absl::Status status = Follow(label, found->second.version);
    first.Update(status);
    std::string& refused = refused_[label];
    if (!status.ok() && refused != found->second.version) {
      Log(LogLevel::kError, "model_refused",
          {{"label", label},
           {"version", found->second.version},
           {"reason", std::string(status.message())}});
    }
    refused = status.ok() ? "" : found->second.version;
  }
  return first;
}

std::vector<std::pair<std::string, std::string>> ModelSwitch::Served() const {
  base::MutexLock lock(&mutex_);
  std::vector<std::pair<std::string, std::string>> served;
  served.reserve(served_.size());
  for (const auto& [label, snapshot] : served_) served.emplace_back(label, snapshot->version());
  return served;
}

absl::Status ModelSwitch::Ready() const {
  base::MutexLock lock(&mutex_);
  if (served_.contains(kStable)) return absl::OkStatus();
  return absl::UnavailableError("no model has been published yet; run `tsugi train`");
}

}  // namespace tsugi
