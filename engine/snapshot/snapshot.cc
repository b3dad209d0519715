#include "engine/snapshot/snapshot.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/checksum.h"
#include "base/status_macros.h"
#include "engine/snapshot/arrays.h"

namespace tsugi {
namespace {

absl::Status ChecksumError(const std::string& path, const std::string& what) {
  return absl::DataLossError(
      absl::StrCat(path, ": checksum: ", what, "; restore the file, roll back, or train again"));
}

// A missing file of a directory that is there is damage, not absence.
absl::StatusOr<MappedFile> OpenPart(const std::string& path) {
  absl::StatusOr<MappedFile> file = MappedFile::Open(path);
  if (absl::IsNotFound(file.status())) return ChecksumError(path, "the file is missing");
  return file;
}

absl::StatusOr<std::string> ReadCheckedManifest(const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/manifest.json");
  std::error_code ignored;
  if (!std::filesystem::is_directory(directory, ignored)) {
    return absl::NotFoundError(absl::StrCat(directory, ": there is no such snapshot"));
  }
  TSUGI_ASSIGN_OR_RETURN(const MappedFile text, OpenPart(path));
  TSUGI_ASSIGN_OR_RETURN(const MappedFile wanted,
                         OpenPart(absl::StrCat(directory, "/manifest.checksum")));
  if (wanted.bytes() != absl::StrCat(base::Checksum(text.bytes()), "\n")) {
    return ChecksumError(path, "the content is not the one that was written");
  }
  return std::string(text.bytes());
}

// Maps the arrays that the manifest lists; stops at the first error.
class ArrayReader {
 public:
  ArrayReader(std::string directory, const SnapshotManifest& manifest, VerifySnapshot verify)
      : directory_(std::move(directory)), verify_(verify) {
    for (const SnapshotFile& file : manifest.files) listed_.emplace(file.name, &file);
  }

  template <typename T>
  void Read(const std::string& name, std::span<const T>& values) {
    if (!status_.ok()) return;
    const absl::StatusOr<std::string_view> bytes = Map(ArrayFileName<T>(name), sizeof(T));
    status_ = bytes.status();
    if (!status_.ok()) return;
    values = {reinterpret_cast<const T*>(bytes->data()), bytes->size() / sizeof(T)};
  }

  void ReadTexts(const std::string& name, std::vector<std::string>& texts) {
    std::span<const std::uint64_t> offsets;
    std::span<const char> bytes;
    Read(name + ".offsets", offsets);
    Read(name + ".text", bytes);
    if (!status_.ok()) return;
    absl::StatusOr<std::vector<std::string>> unpacked =
        UnpackTexts(name, offsets, {bytes.data(), bytes.size()});
    status_ = unpacked.status();
    if (status_.ok()) texts = *std::move(unpacked);
  }

  absl::StatusOr<std::vector<MappedFile>> Finish() && {
    TSUGI_RETURN_IF_ERROR(status_);
    return std::move(files_);
  }

 private:
  absl::StatusOr<std::string_view> Map(const std::string& name, std::size_t element) {
    const std::string path = absl::StrCat(directory_, "/", name);
    const auto listed = listed_.find(name);
    if (listed == listed_.end()) return ChecksumError(path, "the manifest does not list this file");
    TSUGI_ASSIGN_OR_RETURN(MappedFile file, OpenPart(path));
    const std::string_view bytes = file.bytes();
    const std::uint64_t count = listed->second->count;
    if (bytes.size() % element != 0 || bytes.size() / element != count) {
      return ChecksumError(path, absl::StrCat("the file has ", bytes.size(), " bytes instead of ",
                                              count, " times ", element));
    }
    if (verify_ == VerifySnapshot::kYes && base::Checksum(bytes) != listed->second->checksum) {
      return ChecksumError(path, "the content is not the one that was written");
    }
    files_.push_back(std::move(file));
    return bytes;
  }

  const std::string directory_;
  const VerifySnapshot verify_;
  absl::flat_hash_map<std::string, const SnapshotFile*> listed_;
  absl::Status status_;
  std::vector<MappedFile> files_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const Snapshot>> Snapshot::Open(const std::string& directory,
                                                               VerifySnapshot verify) {
  TSUGI_ASSIGN_OR_RETURN(const std::string text, ReadCheckedManifest(directory));
  const std::shared_ptr<Snapshot> snapshot(new Snapshot());
  ModelSet& models = snapshot->models_;
  TSUGI_ASSIGN_OR_RETURN(snapshot->manifest_, ReadManifest(text, models));
  ArrayReader reader(directory, snapshot->manifest_, verify);
  reader.ReadTexts("products", models.product_ids);
  reader.ReadTexts("segments", models.segments);
  VisitArrays(models, [&reader](const char* name, auto& values) {
    reader.Read(std::string(name), values);
  });
  TSUGI_ASSIGN_OR_RETURN(snapshot->files_, std::move(reader).Finish());
  TSUGI_RETURN_IF_ERROR(ValidateModels(models));
  models.item_of.reserve(models.product_ids.size());
  for (std::uint32_t item = 0; item < models.product_ids.size(); ++item) {
    models.item_of.emplace(models.product_ids[item], item);
  }
  return snapshot;
}

absl::StatusOr<SnapshotManifest> OpenManifest(const std::string& directory) {
  TSUGI_ASSIGN_OR_RETURN(const std::string text, ReadCheckedManifest(directory));
  ModelSet ignored;
  return ReadManifest(text, ignored);
}

SnapshotTimes OpenTimes(const std::string& directory) {
  const absl::StatusOr<std::string> text = ReadWholeFile(absl::StrCat(directory, "/times.json"));
  return text.ok() ? ReadTimes(*text) : SnapshotTimes();
}

}  // namespace tsugi
