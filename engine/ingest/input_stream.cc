#include "engine/ingest/input_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/ingest/limits.h"

namespace tsugi::ingest {
namespace {

class FileStream : public InputStream {
 public:
  FileStream(std::string path, int descriptor, std::uint64_t size)
      : path_(std::move(path)), descriptor_(descriptor), size_(size) {}
  ~FileStream() override {
    if (descriptor_ != STDIN_FILENO) close(descriptor_);
  }
  FileStream(const FileStream&) = delete;
  FileStream& operator=(const FileStream&) = delete;

  absl::StatusOr<std::size_t> Read(std::span<char> out) override {
    while (true) {
      const ssize_t got = read(descriptor_, out.data(), out.size());
      if (got >= 0) {
        read_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      if (errno != EINTR) return absl::ErrnoToStatus(errno, absl::StrCat("read '", path_, "'"));
    }
  }
  std::uint64_t bytes_read() const override { return read_; }
  std::uint64_t bytes_total() const override { return size_; }

 private:
  const std::string path_;
  const int descriptor_;
  const std::uint64_t size_;
  std::uint64_t read_ = 0;
};

// Packed bytes of a file, and what the unpackers share.
class UnpackingStream : public InputStream {
 public:
  UnpackingStream(std::string path, std::unique_ptr<InputStream> file)
      : path_(std::move(path)), file_(std::move(file)), packed_(kReadBytes) {}
  std::uint64_t bytes_read() const override { return file_->bytes_read(); }
  std::uint64_t bytes_total() const override { return file_->bytes_total(); }

 protected:
  // More packed bytes into `packed_`; 0 at the end of the file.
  absl::StatusOr<std::size_t> Refill() { return file_->Read(packed_); }
  absl::Status Damaged(const char* why) const {
    return absl::DataLossError(absl::StrCat("'", path_, "': ", why, "; fetch the file again"));
  }

  const std::string path_;
  const std::unique_ptr<InputStream> file_;
  std::vector<char> packed_;
};

class ZstdStream : public UnpackingStream {
 public:
  using UnpackingStream::UnpackingStream;

  absl::StatusOr<std::size_t> Read(std::span<char> out) override {
    ZSTD_outBuffer unpacked = {out.data(), out.size(), 0};
    while (unpacked.pos == 0) {
      if (input_.pos == input_.size) {
        TSUGI_ASSIGN_OR_RETURN(const std::size_t got, Refill());
        if (got == 0) {
          if (within_frame_) return Damaged("the packed data ends early");
          return 0;
        }
        input_ = {packed_.data(), got, 0};
      }
      const std::size_t left = ZSTD_decompressStream(context_.get(), &unpacked, &input_);
      if (ZSTD_isError(left) != 0) return Damaged(ZSTD_getErrorName(left));
      within_frame_ = left != 0;
    }
    return unpacked.pos;
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_{ZSTD_createDCtx()};
  ZSTD_inBuffer input_ = {nullptr, 0, 0};
  bool within_frame_ = false;
};

class GzipStream : public UnpackingStream {
 public:
  GzipStream(std::string path, std::unique_ptr<InputStream> file)
      : UnpackingStream(std::move(path), std::move(file)) {
    constexpr int kGzipOnly = 16;
    ready_ = inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK;
  }
  ~GzipStream() override { inflateEnd(&stream_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  absl::StatusOr<std::size_t> Read(std::span<char> out) override {
    if (!ready_) return absl::ResourceExhaustedError("no memory to unpack gzip");
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    while (stream_.avail_out == out.size()) {
      if (stream_.avail_in == 0) {
        TSUGI_ASSIGN_OR_RETURN(const std::size_t got, Refill());
        if (got == 0) {
          if (within_member_) return Damaged("the packed data ends early");
          return 0;
        }
        stream_.next_in = reinterpret_cast<Bytef*>(packed_.data());
        stream_.avail_in = static_cast<uInt>(got);
      }
      within_member_ = true;
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code == Z_STREAM_END) {  // another member may follow
        within_member_ = false;
        inflateReset(&stream_);
      } else if (code != Z_OK) {
        return Damaged(stream_.msg == nullptr ? "the packed data is damaged" : stream_.msg);
      }
    }
    return out.size() - stream_.avail_out;
  }

 private:
  z_stream stream_ = {};
  bool ready_ = false;
  bool within_member_ = false;
};

absl::StatusOr<std::unique_ptr<InputStream>> OpenFile(const std::string& path) {
  if (path == "-") return std::make_unique<FileStream>("standard input", STDIN_FILENO, 0);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open '", path, "'"));
  struct stat status = {};
  if (fstat(descriptor, &status) != 0 || S_ISDIR(status.st_mode)) {
    close(descriptor);
    return absl::InvalidArgumentError(absl::StrCat("'", path, "' is a folder; give a file"));
  }
  const std::uint64_t size =
      S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
  return std::make_unique<FileStream>(path, descriptor, size);
}

}  // namespace

absl::StatusOr<std::unique_ptr<InputStream>> OpenInput(const std::string& path) {
  TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<InputStream> file, OpenFile(path));
  if (absl::EndsWith(path, ".zst")) return std::make_unique<ZstdStream>(path, std::move(file));
  if (absl::EndsWith(path, ".gz")) return std::make_unique<GzipStream>(path, std::move(file));
  return file;
}

}  // namespace tsugi::ingest
