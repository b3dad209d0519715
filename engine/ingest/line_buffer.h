// A window on a stream of text: holds the bytes not yet used, grows up to a record, counts lines.
#ifndef TSUGI_ENGINE_INGEST_LINE_BUFFER_H_
#define TSUGI_ENGINE_INGEST_LINE_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/ingest/input_stream.h"

namespace tsugi::ingest {

class LineBuffer {
 public:
  explicit LineBuffer(InputStream& input) : input_(input) {}

  // What is read and not yet consumed. A view stays valid until the next Fill.
  std::string_view Data() const { return {bytes_.data() + begin_, end_ - begin_}; }
  // Reads more; false at the end of the stream.
  absl::StatusOr<bool> Fill();
  // Steps over `count` bytes and counts the lines among them.
  void Consume(std::size_t count);

  enum class Line : std::uint8_t { kEnd, kWhole, kTooLong };
  // Makes the next line whole in Data(): `length` is that of its text, `with_end` that with its
  // newline. A line longer than a record may be is skipped.
  absl::StatusOr<Line> FindLine(std::size_t& length, std::size_t& with_end);

  std::int64_t line() const { return line_; }  // of the first byte of Data(); the first line is 1

 private:
  absl::Status SkipLine();

  InputStream& input_;
  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::int64_t line_ = 1;
  bool at_end_ = false;
  bool started_ = false;
};

}  // namespace tsugi::ingest

#endif  // TSUGI_ENGINE_INGEST_LINE_BUFFER_H_
