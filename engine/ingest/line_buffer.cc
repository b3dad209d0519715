#include "engine/ingest/line_buffer.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/status_macros.h"
#include "engine/ingest/limits.h"

namespace tsugi::ingest {
namespace {
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
}

absl::StatusOr<bool> LineBuffer::Fill() {
  if (at_end_) return false;
  if (begin_ > 0) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (bytes_.size() < end_ + kReadBytes) bytes_.resize(end_ + kReadBytes);
  TSUGI_ASSIGN_OR_RETURN(const std::size_t got, input_.Read(std::span(bytes_).subspan(end_)));
  end_ += got;
  at_end_ = got == 0;
  if (!started_ && (at_end_ || end_ >= kByteOrderMark.size())) {
    started_ = true;
    if (Data().substr(0, kByteOrderMark.size()) == kByteOrderMark) begin_ = kByteOrderMark.size();
  }
  return !at_end_;
}

void LineBuffer::Consume(std::size_t count) {
  const char* from = bytes_.data() + begin_;
  line_ += std::count(from, from + count, '\n');
  begin_ += count;
}

absl::StatusOr<LineBuffer::Line> LineBuffer::FindLine(std::size_t& length, std::size_t& with_end) {
  std::size_t searched = 0;
  while (true) {
    const std::string_view data = Data();
    const std::size_t end = started_ ? data.find('\n', searched) : std::string_view::npos;
    if (end != std::string_view::npos && end > kMaxRecordBytes) {
      Consume(end + 1);
      return Line::kTooLong;
    }
    if (end != std::string_view::npos) {
      length = end;
      with_end = end + 1;
      return Line::kWhole;
    }
    searched = data.size();
    if (searched > kMaxRecordBytes) {
      TSUGI_RETURN_IF_ERROR(SkipLine());
      return Line::kTooLong;
    }
    TSUGI_ASSIGN_OR_RETURN(const bool more, Fill());
    if (more) continue;
    length = with_end = Data().size();
    return length == 0 ? Line::kEnd : Line::kWhole;
  }
}

absl::Status LineBuffer::SkipLine() {
  while (true) {
    const std::size_t end = Data().find('\n');
    if (end != std::string_view::npos) {
      Consume(end + 1);
      return absl::OkStatus();
    }
    Consume(Data().size());
    TSUGI_ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) return absl::OkStatus();
  }
}

}  // namespace tsugi::ingest
