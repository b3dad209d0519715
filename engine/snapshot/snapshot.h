// A snapshot: everything training learned, as an immutable directory of memory-mapped arrays with a
// manifest (docs/snapshot_format.md). Nothing in it is about one customer.
//
//   TSUGI_ASSIGN_OR_RETURN(const std::string version, WriteSnapshot("models/versions", content));
//   TSUGI_ASSIGN_OR_RETURN(auto snapshot, Snapshot::Open("models/versions/" + version));
//   snapshot->models().popularity ...
//
// Thread safety: Snapshot is immutable. Its files must not be changed while it is open (replacing
// or removing the directory is fine).
#ifndef TSUGI_ENGINE_SNAPSHOT_SNAPSHOT_H_
#define TSUGI_ENGINE_SNAPSHOT_SNAPSHOT_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/snapshot/file_io.h"
#include "engine/snapshot/manifest.h"
#include "engine/snapshot/model_set.h"

namespace tsugi {

struct SnapshotContent {
  ModelSet models;  // views of arrays that outlive the call
  SnapshotInfo info;
  SnapshotTimes times;
};

// Writes a directory beside its final place, `parent`/VERSION, syncs all of it and renames it. A
// version that is there already and whole is left alone (equal content has an equal version); a
// damaged one is replaced. Returns the version. A crash leaves at most a directory whose name
// starts with kUnfinishedPrefix.
// Errors: INVALID_ARGUMENT for models that would not be read back, UNAVAILABLE for a full disk.
absl::StatusOr<std::string> WriteSnapshot(const std::string& parent,
                                          const SnapshotContent& content);
inline constexpr char kUnfinishedPrefix[] = ".unfinished-";

enum class VerifySnapshot { kNo, kYes };

class Snapshot {
 public:
  // Bounds are always checked, checksums of the arrays where `verify` says so; that of the
  // manifest always.
  // Errors: NOT_FOUND; DATA_LOSS for files that are missing, cut, too long or changed (the message
  // has the word checksum); FAILED_PRECONDITION for a newer format.
  static absl::StatusOr<std::shared_ptr<const Snapshot>> Open(
      const std::string& directory, VerifySnapshot verify = VerifySnapshot::kYes);

  const std::string& version() const { return manifest_.version; }
  const SnapshotManifest& manifest() const { return manifest_; }
  const ModelSet& models() const { return models_; }

 private:
  Snapshot() = default;

  SnapshotManifest manifest_;
  std::vector<MappedFile> files_;
  ModelSet models_;
};

// The manifest alone, its checksum verified.
absl::StatusOr<SnapshotManifest> OpenManifest(const std::string& directory);
// What times.json says; nothing where it is missing.
SnapshotTimes OpenTimes(const std::string& directory);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SNAPSHOT_SNAPSHOT_H_
