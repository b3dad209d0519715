#include "engine/store/line_log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

constexpr std::size_t kWriteBuffer = std::size_t{1} << 20;
constexpr std::size_t kReadWindow = std::size_t{1} << 18;
constexpr std::size_t kHeader = sizeof(ChunkPlace) + sizeof(std::uint32_t);

template <typename T>
void Put(const T& value, std::string& out) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void PutText(std::string_view text, std::string& out) {
  Put(static_cast<std::uint32_t>(text.size()), out);
  out.append(text);
}

template <typename T>
T Take(std::string_view& bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  bytes.remove_prefix(sizeof(value));
  return value;
}

void TakeText(std::string_view& bytes, std::string& text) {
  const auto size = Take<std::uint32_t>(bytes);
  text.assign(bytes.substr(0, size));
  bytes.remove_prefix(size);
}

void TakeLine(std::string_view& bytes, OrderLine& line) {
  TakeText(bytes, line.product_id);
  line.quantity = Take<std::int64_t>(bytes);
  line.unit_price.reset();
  if (Take<bool>(bytes)) line.unit_price = base::Decimal::FromMicros(Take<std::int64_t>(bytes));
  line.discount_percent = Take<double>(bytes);
  TakeText(bytes, line.recommendation_id);
  TakeText(bytes, line.product_name);
}

absl::Status Failed(const char* what) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", what,
                                                 " a temporary file; give TMPDIR a folder with "
                                                 "space"));
}

}  // namespace

void AppendLine(const OrderLine& line, std::string& chunk) {
  PutText(line.product_id, chunk);
  Put(line.quantity, chunk);
  Put(line.unit_price.has_value(), chunk);
  if (line.unit_price.has_value()) Put(line.unit_price->micros(), chunk);
  Put(line.discount_percent, chunk);
  PutText(line.recommendation_id, chunk);
  PutText(line.product_name, chunk);
}

LineLog::~LineLog() {
  if (file_ >= 0) close(file_);
}

LineLog& LineLog::operator=(LineLog&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(unwritten_, other.unwritten_);
  std::swap(written_, other.written_);
  std::swap(window_, other.window_);
  std::swap(window_at_, other.window_at_);
  return *this;
}

// /var/tmp rather than /tmp, which may lie in memory.
absl::Status LineLog::Open() {
  const char* const chosen = getenv("TMPDIR");
  for (const char* folder : std::array<const char*, 3>{chosen, "/var/tmp", "/tmp"}) {
    if (folder == nullptr) continue;
    std::string path = absl::StrCat(folder, "/tsugi-import-XXXXXX");
    file_ = mkostemp(path.data(), O_CLOEXEC);
    if (file_ < 0) continue;
    unlink(path.c_str());
    return absl::OkStatus();
  }
  return Failed("make");
}

absl::Status LineLog::Flush() {
  if (file_ < 0 && !unwritten_.empty()) TSUGI_RETURN_IF_ERROR(Open());
  std::string_view left = unwritten_;
  while (!left.empty()) {
    const ssize_t done = pwrite(file_, left.data(), left.size(), written_);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return Failed("write");
    written_ += done;
    left.remove_prefix(static_cast<std::size_t>(done));
  }
  unwritten_.clear();
  return absl::OkStatus();
}

absl::StatusOr<ChunkPlace> LineLog::Append(std::string_view lines) {
  if (unwritten_.size() >= kWriteBuffer) TSUGI_RETURN_IF_ERROR(Flush());
  const ChunkPlace place = written_ + static_cast<std::int64_t>(unwritten_.size());
  Put(kNoChunk, unwritten_);
  PutText(lines, unwritten_);
  return place;
}

absl::Status LineLog::Link(ChunkPlace chunk, ChunkPlace next) {
  if (chunk >= written_) {
    std::memcpy(unwritten_.data() + (chunk - written_), &next, sizeof(next));
    return absl::OkStatus();
  }
  if (pwrite(file_, &next, sizeof(next), chunk) != sizeof(next)) return Failed("write");
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> LineLog::Bytes(std::int64_t place, std::size_t count) {
  const std::int64_t at = place - window_at_;
  if (at >= 0 && static_cast<std::size_t>(at) + count <= window_.size()) {
    return std::string_view(window_).substr(static_cast<std::size_t>(at), count);
  }
  window_.resize(std::max(count, kReadWindow));
  window_at_ = place;
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = pread(file_, window_.data() + filled, window_.size() - filled,
                              place + static_cast<std::int64_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Failed("read");
    filled += static_cast<std::size_t>(got);
  }
  window_.resize(filled);
  return std::string_view(window_).substr(0, count);
}

absl::Status LineLog::Read(ChunkPlace chunk, std::vector<OrderLine>& lines) {
  TSUGI_RETURN_IF_ERROR(Flush());
  std::size_t count = 0;
  while (chunk != kNoChunk) {
    TSUGI_ASSIGN_OR_RETURN(std::string_view header, Bytes(chunk, kHeader));
    const auto next = Take<ChunkPlace>(header);
    const auto size = Take<std::uint32_t>(header);
    TSUGI_ASSIGN_OR_RETURN(std::string_view bytes,
                           Bytes(chunk + static_cast<std::int64_t>(kHeader), size));
    while (!bytes.empty()) {
      if (lines.size() == count) lines.emplace_back();
      TakeLine(bytes, lines[count++]);
    }
    chunk = next;
  }
  lines.resize(count);
  return absl::OkStatus();
}

}  // namespace tsugi
