// The models directory: published snapshots and the labels that point to them.
//
//   models/versions/20110930-1a2b3c4d/   a snapshot (docs/snapshot_format.md)
//   models/labels.json                   stable -> version, canary -> version, with their history
//   models/.lock                         held by whoever writes
//
// Writers (Publish, Promote, Rollback, RemoveLabel, Prune) of all processes wait for one another;
// readers wait for nobody. Labels change by replacing one file, so a reader sees the old or the
// new.
//
// Thread safety: safe for concurrent use by any number of threads and processes.
#ifndef TSUGI_ENGINE_SNAPSHOT_REGISTRY_H_
#define TSUGI_ENGINE_SNAPSHOT_REGISTRY_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/snapshot/file_io.h"
#include "engine/snapshot/labels.h"
#include "engine/snapshot/snapshot.h"

namespace tsugi {

struct ModelInfo {
  std::string version;
  std::vector<std::string> labels;  // that point to it, sorted
  bool can_roll_back_to = false;    // it stands in the history of a label
  absl::Status status;              // of its manifest; arrays are read by Verify only
  SnapshotManifest manifest;        // where `status` is OK
  SnapshotTimes times;
};

class Registry {
 public:
  // The directory is made by the first Publish.
  explicit Registry(std::string directory) : directory_(std::move(directory)) {}

  const std::string& directory() const { return directory_; }

  // Writes a snapshot and returns its version; no label moves. Removes what crashed writers left.
  absl::StatusOr<std::string> Publish(const SnapshotContent& content);

  // Newest first by creation, equal times by version.
  absl::StatusOr<std::vector<ModelInfo>> List() const;
  absl::StatusOr<ModelInfo> Show(const std::string& version) const;
  // Everything: manifest, all checksums, bounds, no file that is not listed.
  absl::Status Verify(const std::string& version) const;

  absl::StatusOr<Labels> ReadLabelsFile() const;  // empty where nothing was ever labelled
  // The version of a label. Errors: NOT_FOUND with what to do.
  absl::StatusOr<std::string> Resolve(const std::string& label) const;
  absl::StatusOr<std::shared_ptr<const Snapshot>> Open(
      const std::string& version, VerifySnapshot verify = VerifySnapshot::kYes) const;

  // The version is verified first; a damaged one is refused and the label stays.
  absl::Status Promote(const std::string& version, const std::string& label);
  // Returns the version the label points to now.
  absl::StatusOr<std::string> Rollback(const std::string& label);
  // Takes `canary` away; a no-op where it points nowhere. `stable` stays: FAILED_PRECONDITION.
  absl::Status RemoveLabel(const std::string& label);

  // Keeps the newest `keep`, and all that a label points to; those a label can be rolled back to as
  // well, unless `rollback_targets_too`: they then leave the history. Returns the removed ones.
  absl::StatusOr<std::vector<std::string>> Prune(int keep, bool rollback_targets_too = false);

 private:
  std::string VersionsDirectory() const;
  absl::StatusOr<std::string> PathOf(const std::string& version) const;
  absl::StatusOr<FileLock> Lock() const;
  absl::Status WriteLabelsFile(const Labels& labels) const;
  absl::StatusOr<std::vector<std::string>> Versions() const;
  ModelInfo InfoOf(const std::string& version, const Labels& labels) const;
  absl::Status RemoveLeftovers() const;

  const std::string directory_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SNAPSHOT_REGISTRY_H_
