#include "service/converters/path.h"

#include <cstddef>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/limits.h"

namespace tsugi {
namespace {

constexpr char kFieldUrl[] = "tsugi/field";
constexpr char kValueUrl[] = "tsugi/value";

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Control characters would break a log line, a half character the message.
std::string Shown(const std::string& value) {
  std::size_t end = value.size();
  if (end > limits::kMaxShownValueBytes) {
    end = limits::kMaxShownValueBytes;
    while (end > 0 && IsContinuation(value[end])) --end;
  }
  std::string shown = value.substr(0, end);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  if (end < value.size()) shown += "…";
  return shown;
}

std::string Payload(const absl::Status& status, const char* url) {
  const auto payload = status.GetPayload(url);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace

std::string Path::ToString() const {
  std::string text = parent_ == nullptr ? std::string() : parent_->ToString();
  if (name_ == nullptr) {
    if (parent_ != nullptr) absl::StrAppend(&text, "[", index_, "]");
    return text;
  }
  if (!text.empty()) text += '.';
  return text + name_;
}

absl::Status BadField(const Path& path, const std::string& value, const std::string& reason) {
  const std::string field = path.ToString();
  const std::string shown = Shown(value);
  absl::Status status = absl::InvalidArgumentError(
      absl::StrCat(field, ": ", shown, shown.empty() ? "" : " ", reason));
  status.SetPayload(kFieldUrl, absl::Cord(field));
  status.SetPayload(kValueUrl, absl::Cord(shown));
  return status;
}

FieldMistake MistakeOf(const absl::Status& status) {
  FieldMistake mistake{Payload(status, kFieldUrl), Payload(status, kValueUrl), ""};
  mistake.reason = std::string(status.message());
  if (mistake.field.empty()) return mistake;
  const std::string prefix =
      absl::StrCat(mistake.field, ": ", mistake.value, mistake.value.empty() ? "" : " ");
  mistake.reason = std::string(absl::StripPrefix(mistake.reason, prefix));
  return mistake;
}

}  // namespace tsugi
