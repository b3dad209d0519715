#include "service/cli/text_file.h"

#include <memory>
#include <span>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/ingest/input_stream.h"

namespace tsugi::cli {

absl::StatusOr<std::string> ReadTextFile(const std::string& path, std::size_t max_bytes) {
  constexpr std::size_t kStep = std::size_t{1} << 18;
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::InputStream> input, ingest::OpenInput(path));
  std::string text;
  for (;;) {
    const std::size_t size = text.size();
    text.resize(size + kStep);
    TSUGI_ASSIGN_OR_RETURN(const std::size_t read, input->Read(std::span(text).subspan(size)));
    text.resize(size + read);
    if (read == 0) return text;
    if (text.size() > max_bytes) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": more than ", max_bytes, " bytes; that is no file of this kind"));
    }
  }
}

}  // namespace tsugi::cli
