// Bytes of a file, of standard input (`-`), or of what a `.zst` or `.gz` file unpacks to.
#ifndef TSUGI_ENGINE_INGEST_INPUT_STREAM_H_
#define TSUGI_ENGINE_INGEST_INPUT_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"

namespace tsugi::ingest {

// Thread safety: one thread at a time.
class InputStream {
 public:
  virtual ~InputStream() = default;
  // Fills `out` as far as it can; 0 at the end. Errors: DATA_LOSS for packed data that is damaged
  // or ends early, otherwise the system's.
  virtual absl::StatusOr<std::size_t> Read(std::span<char> out) = 0;
  // Of the file as it lies on disk (packed); the size is 0 where it is unknown.
  virtual std::uint64_t bytes_read() const = 0;
  virtual std::uint64_t bytes_total() const = 0;
};

// Errors: NOT_FOUND, PERMISSION_DENIED, ... naming the path.
absl::StatusOr<std::unique_ptr<InputStream>> OpenInput(const std::string& path);

}  // namespace tsugi::ingest

#endif  // TSUGI_ENGINE_INGEST_INPUT_STREAM_H_
