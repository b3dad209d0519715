#include "engine/snapshot/snapshot_source.h"

#include <utility>

#include "base/status_macros.h"

namespace tsugi {

std::shared_ptr<const Snapshot> SnapshotSource::Current(const std::string& label) const {
  const base::MutexLock lock(&mutex_);
  if (label.empty() || label == kStable) return stable_;
  if (label == kCanary) return canary_;
  return nullptr;
}

void SnapshotSource::Set(const std::string& label, std::shared_ptr<const Snapshot> snapshot) {
  const base::MutexLock lock(&mutex_);
  (label == kCanary ? canary_ : stable_).swap(snapshot);
  // The old one is freed with the argument, after the lock.
}

absl::Status SnapshotSource::RefreshLabel(const std::string& label, const std::string& version) {
  const std::shared_ptr<const Snapshot> held = Current(label);
  if (held != nullptr && held->version() == version) return absl::OkStatus();
  for (const char* other : {kStable, kCanary}) {  // a promoted canary is open already
    std::shared_ptr<const Snapshot> open = Current(other);
    if (open != nullptr && open->version() == version) {
      Set(label, std::move(open));
      return absl::OkStatus();
    }
  }
  TSUGI_ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> snapshot, registry_->Open(version));
  Set(label, std::move(snapshot));
  return absl::OkStatus();
}

absl::Status SnapshotSource::Refresh() {
  if (registry_ == nullptr) return absl::OkStatus();
  const base::MutexLock lock(&refresh_mutex_);
  TSUGI_ASSIGN_OR_RETURN(const Labels labels, registry_->ReadLabelsFile());
  absl::Status first;
  for (const auto& [name, label] : labels) {
    if (!CheckLabel(name).ok()) continue;  // of a newer build
    first.Update(RefreshLabel(name, label.version));
  }
  return first;
}

}  // namespace tsugi
