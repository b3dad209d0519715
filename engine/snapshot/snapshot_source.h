// The snapshots that are being served, one a label, swapped under readers: a request holds the one
// it started with, and the last to let go of an old one frees it.
//
//   SnapshotSource source(registry);
//   TSUGI_RETURN_IF_ERROR(source.Refresh());           // after a promotion, and now and then
//   const auto snapshot = source.Current();            // null until something is published
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_ENGINE_SNAPSHOT_SNAPSHOT_SOURCE_H_
#define TSUGI_ENGINE_SNAPSHOT_SNAPSHOT_SOURCE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "engine/snapshot/registry.h"

namespace tsugi {

class SnapshotSource {
 public:
  SnapshotSource() = default;  // of what Set gives it
  // `registry` must outlive this.
  explicit SnapshotSource(const Registry* registry) : registry_(registry) {}

  // Null where the label (empty: stable) is unknown or points to nothing yet.
  std::shared_ptr<const Snapshot> Current(const std::string& label = "") const;

  // Opens what the labels point to now. A label whose version cannot be opened keeps the snapshot
  // it has and the error is returned. Nothing is opened again that is open.
  absl::Status Refresh();

  void Set(const std::string& label, std::shared_ptr<const Snapshot> snapshot);

 private:
  absl::Status RefreshLabel(const std::string& label, const std::string& version);

  const Registry* const registry_ = nullptr;
  base::Mutex refresh_mutex_;  // one refresh at a time; never held by readers
  mutable base::Mutex mutex_;  // held for the copy of a pointer
  std::shared_ptr<const Snapshot> stable_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const Snapshot> canary_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SNAPSHOT_SNAPSHOT_SOURCE_H_
