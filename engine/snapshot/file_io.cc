#include "engine/snapshot/file_io.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

absl::Status ErrnoError(const std::string& path, const std::string& doing) {
  const int code = errno;
  const std::string text =
      absl::StrCat(path, ": cannot ", doing, ": ", std::generic_category().message(code));
  return code == ENOENT ? absl::NotFoundError(text) : absl::UnavailableError(text);
}

// Closes on the way out of a scope.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value() const { return value_; }

 private:
  int value_;
};

}  // namespace

MappedFile::~MappedFile() {
  if (data_ != nullptr) munmap(data_, size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

absl::StatusOr<MappedFile> MappedFile::Open(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value() < 0) return ErrnoError(path, "open");
  struct stat info = {};
  if (fstat(file.value(), &info) != 0) return ErrnoError(path, "read its size");
  if (!S_ISREG(info.st_mode)) return absl::UnavailableError(absl::StrCat(path, ": is no file"));
  MappedFile mapped;
  mapped.size_ = static_cast<std::size_t>(info.st_size);
  if (mapped.size_ == 0) return mapped;  // there is no mapping of no bytes
  void* data = mmap(nullptr, mapped.size_, PROT_READ, MAP_SHARED, file.value(), 0);
  if (data == MAP_FAILED) {
    mapped.size_ = 0;
    return ErrnoError(path, "map");
  }
  mapped.data_ = data;
  return mapped;
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  TSUGI_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open(path));
  return std::string(file.bytes());
}

absl::Status WriteFileSynced(const std::string& path, std::string_view bytes) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.value() < 0) return ErrnoError(path, "create");
  while (!bytes.empty()) {
    const ssize_t written = write(file.value(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoError(path, "write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fsync(file.value()) != 0) return ErrnoError(path, "sync");
  return absl::OkStatus();
}

absl::Status SyncDirectory(const std::string& path) {
  const Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.value() < 0) return ErrnoError(path, "open");
  if (fsync(directory.value()) != 0) return ErrnoError(path, "sync");
  return absl::OkStatus();
}

absl::Status ReplaceFileSynced(const std::string& path, std::string_view bytes) {
  const std::string beside = path + ".new";
  TSUGI_RETURN_IF_ERROR(WriteFileSynced(beside, bytes));
  TSUGI_RETURN_IF_ERROR(Rename(beside, path));
  return SyncDirectory(std::filesystem::path(path).parent_path().string());
}

absl::Status MakeDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat(path, ": cannot make this directory: ", error.message()));
}

absl::Status Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0)
    return ErrnoError(from, absl::StrCat("rename to ", to));
  return absl::OkStatus();
}

absl::Status RemoveTree(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(path, ": cannot remove: ", error.message()));
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

absl::StatusOr<FileLock> FileLock::Acquire(const std::string& path, int seconds) {
  constexpr int kTriesASecond = 50;
  FileLock lock;
  lock.descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock.descriptor_ < 0) return ErrnoError(path, "open");
  for (int tries = seconds * kTriesASecond; tries >= 0; --tries) {
    if (flock(lock.descriptor_, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK && errno != EINTR) return ErrnoError(path, "lock");
    std::this_thread::sleep_for(std::chrono::milliseconds(1000 / kTriesASecond));
  }
  return absl::UnavailableError(absl::StrCat(path, ": another process has held this lock for ",
                                             seconds,
                                             " s; wait for its training or promotion to end"));
}

}  // namespace tsugi
