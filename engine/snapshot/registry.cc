#include "engine/snapshot/registry.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

// A version is a name, never a way out of the directory.
bool IsVersionName(const std::string& name) {
  if (name.empty() || name[0] == '.') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  if (error == std::errc::no_such_file_or_directory) return names;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (error) {
    return absl::UnavailableError(absl::StrCat(directory, ": cannot list: ", error.message()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::set<std::string> ListedNames(const SnapshotManifest& manifest) {
  std::set<std::string> names = {"manifest.json", "manifest.checksum", "times.json"};
  for (const SnapshotFile& file : manifest.files) names.insert(file.name);
  return names;
}

void ForgetInHistory(const std::string& version, Labels& labels) {
  for (auto& [name, label] : labels) std::erase(label.history, version);
}

}  // namespace

std::string Registry::VersionsDirectory() const { return absl::StrCat(directory_, "/versions"); }

absl::StatusOr<std::string> Registry::PathOf(const std::string& version) const {
  const std::string path = absl::StrCat(VersionsDirectory(), "/", version);
  std::error_code ignored;
  if (IsVersionName(version) && std::filesystem::is_directory(path, ignored)) return path;
  return absl::NotFoundError(absl::StrCat("version: \"", version, "\" is not in ", directory_,
                                          "; `tsugi models list` names those that are"));
}

absl::StatusOr<FileLock> Registry::Lock() const {
  TSUGI_RETURN_IF_ERROR(MakeDirectory(VersionsDirectory()));
  return FileLock::Acquire(absl::StrCat(directory_, "/.lock"));
}

absl::Status Registry::RemoveLeftovers() const {
  // Whoever writes holds the lock, and we do: what is unfinished belongs to nobody.
  TSUGI_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(VersionsDirectory()));
  for (const std::string& name : names) {
    if (!absl::StartsWith(name, kUnfinishedPrefix)) continue;
    TSUGI_RETURN_IF_ERROR(RemoveTree(absl::StrCat(VersionsDirectory(), "/", name)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Registry::Publish(const SnapshotContent& content) {
  TSUGI_ASSIGN_OR_RETURN(const FileLock lock, Lock());
  TSUGI_RETURN_IF_ERROR(RemoveLeftovers());
  TSUGI_ASSIGN_OR_RETURN(std::string version, WriteSnapshot(VersionsDirectory(), content));
  TSUGI_RETURN_IF_ERROR(SyncDirectory(directory_));
  return version;
}

absl::StatusOr<std::vector<std::string>> Registry::Versions() const {
  TSUGI_ASSIGN_OR_RETURN(std::vector<std::string> names, NamesIn(VersionsDirectory()));
  std::erase_if(names, [](const std::string& name) { return !IsVersionName(name); });
  return names;
}

ModelInfo Registry::InfoOf(const std::string& version, const Labels& labels) const {
  ModelInfo info;
  info.version = version;
  for (const auto& [name, label] : labels) {
    if (label.version == version) info.labels.push_back(name);
    info.can_roll_back_to |= std::count(label.history.begin(), label.history.end(), version) > 0;
  }
  const std::string path = absl::StrCat(VersionsDirectory(), "/", version);
  absl::StatusOr<SnapshotManifest> manifest = OpenManifest(path);
  info.status = manifest.status();
  if (manifest.ok()) info.manifest = *std::move(manifest);
  info.times = OpenTimes(path);
  return info;
}

absl::StatusOr<std::vector<ModelInfo>> Registry::List() const {
  TSUGI_ASSIGN_OR_RETURN(const Labels labels, ReadLabelsFile());
  TSUGI_ASSIGN_OR_RETURN(const std::vector<std::string> versions, Versions());
  std::vector<ModelInfo> models;
  models.reserve(versions.size());
  for (const std::string& version : versions) models.push_back(InfoOf(version, labels));
  std::sort(models.begin(), models.end(), [](const ModelInfo& a, const ModelInfo& b) {
    if (a.times.created_at != b.times.created_at) return a.times.created_at > b.times.created_at;
    return a.version > b.version;
  });
  return models;
}

absl::StatusOr<ModelInfo> Registry::Show(const std::string& version) const {
  TSUGI_RETURN_IF_ERROR(PathOf(version).status());
  TSUGI_ASSIGN_OR_RETURN(const Labels labels, ReadLabelsFile());
  return InfoOf(version, labels);
}

absl::Status Registry::Verify(const std::string& version) const {
  TSUGI_ASSIGN_OR_RETURN(const std::string path, PathOf(version));
  TSUGI_ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> snapshot, Open(version));
  const std::set<std::string> listed = ListedNames(snapshot->manifest());
  TSUGI_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(path));
  for (const std::string& name : names) {
    if (listed.contains(name)) continue;
    return absl::DataLossError(
        absl::StrCat(path, "/", name, ": is under no checksum of the manifest; remove it"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Labels> Registry::ReadLabelsFile() const {
  const absl::StatusOr<std::string> text = ReadWholeFile(absl::StrCat(directory_, "/labels.json"));
  if (absl::IsNotFound(text.status())) return Labels();
  TSUGI_RETURN_IF_ERROR(text.status());
  return ReadLabels(*text);
}

absl::Status Registry::WriteLabelsFile(const Labels& labels) const {
  return ReplaceFileSynced(absl::StrCat(directory_, "/labels.json"), WriteLabels(labels));
}

absl::StatusOr<std::string> Registry::Resolve(const std::string& label) const {
  TSUGI_RETURN_IF_ERROR(CheckLabel(label));
  TSUGI_ASSIGN_OR_RETURN(const Labels labels, ReadLabelsFile());
  const auto found = labels.find(label);
  if (found != labels.end()) return found->second.version;
  return absl::NotFoundError(absl::StrCat("no model in ", directory_, " is labelled ", label,
                                          "; run `tsugi train` or `tsugi models promote`"));
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Registry::Open(const std::string& version,
                                                               VerifySnapshot verify) const {
  TSUGI_ASSIGN_OR_RETURN(const std::string path, PathOf(version));
  TSUGI_ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> snapshot, Snapshot::Open(path, verify));
  if (snapshot->version() == version) return snapshot;
  return absl::DataLossError(absl::StrCat(path, ": checksum: the directory holds version ",
                                          snapshot->version(),
                                          "; give it that name, or train again"));
}

absl::Status Registry::Promote(const std::string& version, const std::string& label) {
  TSUGI_RETURN_IF_ERROR(CheckLabel(label));
  TSUGI_RETURN_IF_ERROR(PathOf(version).status());
  TSUGI_ASSIGN_OR_RETURN(const FileLock lock, Lock());
  TSUGI_RETURN_IF_ERROR(Open(version).status());
  TSUGI_ASSIGN_OR_RETURN(Labels labels, ReadLabelsFile());
  PointTo(version, labels[label]);
  return WriteLabelsFile(labels);
}

absl::StatusOr<std::string> Registry::Rollback(const std::string& label) {
  TSUGI_RETURN_IF_ERROR(CheckLabel(label));
  TSUGI_RETURN_IF_ERROR(Resolve(label).status());
  TSUGI_ASSIGN_OR_RETURN(const FileLock lock, Lock());
  TSUGI_ASSIGN_OR_RETURN(Labels labels, ReadLabelsFile());
  Label& moved = labels[label];
  TSUGI_RETURN_IF_ERROR(StepBack(label, moved));
  TSUGI_RETURN_IF_ERROR(Open(moved.version).status());
  TSUGI_RETURN_IF_ERROR(WriteLabelsFile(labels));
  return moved.version;
}

absl::Status Registry::RemoveLabel(const std::string& label) {
  TSUGI_RETURN_IF_ERROR(CheckLabel(label));
  if (label == kStable) {
    return absl::FailedPreconditionError(
        "label: stable cannot be taken away; point it to another version");
  }
  TSUGI_ASSIGN_OR_RETURN(const FileLock lock, Lock());
  TSUGI_ASSIGN_OR_RETURN(Labels labels, ReadLabelsFile());
  if (labels.erase(label) == 0) return absl::OkStatus();
  return WriteLabelsFile(labels);
}

absl::StatusOr<std::vector<std::string>> Registry::Prune(int keep, bool rollback_targets_too) {
  if (keep < 0) {
    return absl::InvalidArgumentError(absl::StrCat("keep: ", keep, " must be 0 or more"));
  }
  TSUGI_ASSIGN_OR_RETURN(const FileLock lock, Lock());
  TSUGI_RETURN_IF_ERROR(RemoveLeftovers());
  TSUGI_ASSIGN_OR_RETURN(Labels labels, ReadLabelsFile());
  TSUGI_ASSIGN_OR_RETURN(const std::vector<ModelInfo> models, List());
  std::vector<std::string> removed;
  for (std::size_t i = static_cast<std::size_t>(keep); i < models.size(); ++i) {
    const ModelInfo& model = models[i];
    if (!model.labels.empty() || (model.can_roll_back_to && !rollback_targets_too)) continue;
    ForgetInHistory(model.version, labels);
    removed.push_back(model.version);
  }
  if (rollback_targets_too && !removed.empty()) TSUGI_RETURN_IF_ERROR(WriteLabelsFile(labels));
  for (const std::string& version : removed) {
    // Renamed first: a half-removed directory never stands under a version's name.
    const std::string place = absl::StrCat(VersionsDirectory(), "/", version);
    const std::string aside = absl::StrCat(VersionsDirectory(), "/", kUnfinishedPrefix, version);
    TSUGI_RETURN_IF_ERROR(Rename(place, aside));
    TSUGI_RETURN_IF_ERROR(RemoveTree(aside));
  }
  return removed;
}

}  // namespace tsugi
