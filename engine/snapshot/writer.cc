#include <unistd.h>

#include <atomic>
#include <bit>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/checksum.h"
#include "base/status_macros.h"
#include "engine/snapshot/arrays.h"
#include "engine/snapshot/snapshot.h"

namespace tsugi {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie");

// Writes arrays into a directory and notes their checksums; stops at the first error.
class ArrayWriter {
 public:
  explicit ArrayWriter(std::string directory) : directory_(std::move(directory)) {}

  template <typename T>
  void Write(const std::string& name, std::span<const T> values) {
    if (!status_.ok()) return;
    const std::string_view bytes(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    const std::string file = ArrayFileName<T>(name);
    status_ = WriteFileSynced(absl::StrCat(directory_, "/", file), bytes);
    files_.push_back({.name = file,
                      .type = ArrayType<T>(),
                      .count = values.size(),
                      .checksum = base::Checksum(bytes)});
  }

  void WriteTexts(const std::string& name, const std::vector<std::string>& texts) {
    const TextArrays arrays = PackTexts(texts);
    Write(name + ".offsets", std::span<const std::uint64_t>(arrays.offsets));
    Write(name + ".text", std::span<const char>(arrays.bytes));
  }

  absl::StatusOr<std::vector<SnapshotFile>> Finish() && {
    TSUGI_RETURN_IF_ERROR(status_);
    return std::move(files_);
  }

 private:
  const std::string directory_;
  absl::Status status_;
  std::vector<SnapshotFile> files_;
};

absl::StatusOr<std::string> WriteFiles(const std::string& directory,
                                       const SnapshotContent& content) {
  ArrayWriter writer(directory);
  writer.WriteTexts("products", content.models.product_ids);
  writer.WriteTexts("segments", content.models.segments);
  VisitArrays(content.models, [&writer](const char* name, const auto& values) {
    writer.Write(std::string(name), values);
  });
  TSUGI_ASSIGN_OR_RETURN(std::vector<SnapshotFile> files, std::move(writer).Finish());
  TSUGI_ASSIGN_OR_RETURN(const WrittenManifest manifest,
                         WriteManifest(content.info, content.models, std::move(files)));
  TSUGI_RETURN_IF_ERROR(
      WriteFileSynced(absl::StrCat(directory, "/times.json"), WriteTimes(content.times)));
  TSUGI_RETURN_IF_ERROR(WriteFileSynced(absl::StrCat(directory, "/manifest.json"), manifest.text));
  TSUGI_RETURN_IF_ERROR(WriteFileSynced(absl::StrCat(directory, "/manifest.checksum"),
                                        absl::StrCat(base::Checksum(manifest.text), "\n")));
  TSUGI_RETURN_IF_ERROR(SyncDirectory(directory));
  return manifest.version;
}

// Puts the finished directory in its place. A whole one of the same version is the same content.
absl::Status MoveIntoPlace(const std::string& unfinished, const std::string& parent,
                           const std::string& version) {
  const std::string place = absl::StrCat(parent, "/", version);
  std::error_code ignored;
  if (std::filesystem::exists(place, ignored)) {
    if (Snapshot::Open(place).ok()) return RemoveTree(unfinished);
    const std::string aside = absl::StrCat(unfinished, "-damaged");
    TSUGI_RETURN_IF_ERROR(Rename(place, aside));
    TSUGI_RETURN_IF_ERROR(Rename(unfinished, place));
    TSUGI_RETURN_IF_ERROR(SyncDirectory(parent));
    return RemoveTree(aside);
  }
  TSUGI_RETURN_IF_ERROR(Rename(unfinished, place));
  return SyncDirectory(parent);
}

}  // namespace

absl::StatusOr<std::string> WriteSnapshot(const std::string& parent,
                                          const SnapshotContent& content) {
  if (const absl::Status valid = ValidateModels(content.models); !valid.ok()) {
    return absl::InvalidArgumentError(std::string(valid.message()));
  }
  static std::atomic<std::uint64_t> counter{0};
  const std::string unfinished =
      absl::StrCat(parent, "/", kUnfinishedPrefix, getpid(), "-", counter.fetch_add(1));
  TSUGI_RETURN_IF_ERROR(RemoveTree(unfinished));  // of an earlier process with our number
  TSUGI_RETURN_IF_ERROR(MakeDirectory(unfinished));
  absl::StatusOr<std::string> version = WriteFiles(unfinished, content);
  absl::Status status = version.status();
  if (status.ok()) status = MoveIntoPlace(unfinished, parent, *version);
  if (!status.ok()) {
    RemoveTree(unfinished).IgnoreError();  // the first error is the one to tell
    return status;
  }
  return version;
}

}  // namespace tsugi
