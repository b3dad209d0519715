// Order lines of an import, kept aside in a temporary file: appended in chunks, read back by order.
//
// A chunk holds lines of one order and may name the next chunk of the same order, so lines that are
// scattered over a file come together again without sorting. The file is already deleted when it is
// first written to; memory is two buffers of fixed size. Bytes of a chunk: place of the next chunk
// (8, -1: none), length of the rest (4), then the lines, in this machine's byte order.
#ifndef TSUGI_ENGINE_STORE_LINE_LOG_H_
#define TSUGI_ENGINE_STORE_LINE_LOG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/facts/facts.h"

namespace tsugi {

// A chunk's place in the log.
using ChunkPlace = std::int64_t;
inline constexpr ChunkPlace kNoChunk = -1;

// The form in which a line stands in a chunk.
void AppendLine(const OrderLine& line, std::string& chunk);

// Thread safety: one thread at a time.
class LineLog {
 public:
  LineLog() = default;
  ~LineLog();
  LineLog(LineLog&& other) noexcept { *this = std::move(other); }
  LineLog& operator=(LineLog&& other) noexcept;
  LineLog(const LineLog&) = delete;
  LineLog& operator=(const LineLog&) = delete;

  // `lines` as made by AppendLine.
  absl::StatusOr<ChunkPlace> Append(std::string_view lines);
  // Makes `next` follow `chunk`.
  absl::Status Link(ChunkPlace chunk, ChunkPlace next);
  // Reads the lines of `chunk` and of those that follow it into `lines`, which keeps its memory.
  absl::Status Read(ChunkPlace chunk, std::vector<OrderLine>& lines);

 private:
  absl::Status Open();
  absl::Status Flush();
  // `count` bytes at `place`, valid until the next call.
  absl::StatusOr<std::string_view> Bytes(std::int64_t place, std::size_t count);

  int file_ = -1;
  std::string unwritten_;  // the end of the log
  std::int64_t written_ = 0;
  std::string window_;  // a part of the file, for reading
  std::int64_t window_at_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_LINE_LOG_H_
