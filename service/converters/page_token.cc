#include "service/converters/page_token.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/checksum.h"
#include "base/status_macros.h"
#include "service/converters/path.h"
#include "service/limits.h"

namespace tsugi {
namespace {

constexpr char kSeparator = '\n';
constexpr std::size_t kChecksumBytes = 32;

absl::Status Damaged(const std::string& token) {
  return BadField(Path("page_token"), token,
                  "is no token of this list; take next_page_token as it comes, or leave it out");
}

}  // namespace

std::string WritePageToken(const std::vector<std::string>& fields) {
  const std::string text = absl::StrJoin(fields, std::string(1, kSeparator));
  return absl::WebSafeBase64Escape(base::Checksum(text) + text);
}

absl::StatusOr<std::vector<std::string>> ReadPageToken(const std::string& token,
                                                       std::size_t count) {
  std::string bytes;
  if (token.size() > limits::kMaxPageTokenBytes || !absl::WebSafeBase64Unescape(token, &bytes) ||
      bytes.size() < kChecksumBytes) {
    return Damaged(token);
  }
  const std::string text = bytes.substr(kChecksumBytes);
  if (base::Checksum(text) != bytes.substr(0, kChecksumBytes)) return Damaged(token);
  std::vector<std::string> fields = absl::StrSplit(text, kSeparator);
  if (fields.size() != count) return Damaged(token);
  return fields;
}

absl::StatusOr<Page> PageAfter(const std::string& token, int page_size, std::size_t size,
                               const std::function<std::string(std::size_t)>& id) {
  Page page;
  if (!token.empty()) {
    TSUGI_ASSIGN_OR_RETURN(const std::vector<std::string> fields, ReadPageToken(token, 1));
    while (page.begin < size && id(page.begin) != fields[0]) ++page.begin;
    if (page.begin == size) return Damaged(token);
    ++page.begin;
  }
  page.end = std::min(size, page.begin + static_cast<std::size_t>(page_size));
  if (page.end < size) page.next_token = WritePageToken({id(page.end - 1)});
  return page;
}

}  // namespace tsugi
