// Files that survive a power cut, and files read through memory mapping. Errors name the path.
#ifndef TSUGI_ENGINE_SNAPSHOT_FILE_IO_H_
#define TSUGI_ENGINE_SNAPSHOT_FILE_IO_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tsugi {

// A whole file mapped for reading; the bytes start on a page boundary. Movable.
class MappedFile {
 public:
  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  // Errors: NOT_FOUND for a missing file, UNAVAILABLE where it cannot be read.
  static absl::StatusOr<MappedFile> Open(const std::string& path);

  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

absl::StatusOr<std::string> ReadWholeFile(const std::string& path);

// Written and synced; the entry in its directory is not, see SyncDirectory.
absl::Status WriteFileSynced(const std::string& path, std::string_view bytes);

// Makes the names in a directory durable.
absl::Status SyncDirectory(const std::string& path);

// As WriteFileSynced, but readers see the old content or the new one, never a part.
absl::Status ReplaceFileSynced(const std::string& path, std::string_view bytes);

absl::Status MakeDirectory(const std::string& path);  // parents too; an existing one is fine
absl::Status Rename(const std::string& from, const std::string& to);
absl::Status RemoveTree(const std::string& path);  // a missing one is fine

// An exclusive lock between processes and threads, held while the object lives.
class FileLock {
 public:
  FileLock() = default;
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  // Waits up to `seconds`. Errors: UNAVAILABLE where another holds on for longer.
  static absl::StatusOr<FileLock> Acquire(const std::string& path, int seconds = 60);

 private:
  int descriptor_ = -1;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SNAPSHOT_FILE_IO_H_
