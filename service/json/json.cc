#include "service/json/json.h"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "proto/tsugi/v1/common.pb.h"

namespace tsugi {

absl::Status ParseJson(const std::string& text, google::protobuf::Message* message) {
  const auto status = google::protobuf::util::JsonStringToMessage(text, message);
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "not a ", message->GetDescriptor()->name(),
      " in proto JSON: ", std::string(status.message().data(), status.message().size())));
}

std::string ToJson(const google::protobuf::Message& message, bool all_fields) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = all_fields;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  if (status.ok()) return text;
  return ErrorJson(absl::InternalError("the answer has no JSON form"));
}

std::string ErrorJson(const absl::Status& status) {
  v1::Error error;
  error.set_code(static_cast<int>(status.code()));
  error.set_message(std::string(status.message()));
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(error, &text).ok()) {  // no valid UTF-8
    text = absl::StrCat("{\"code\":", error.code(), "}");
  }
  return absl::StrCat("{\"error\":", text, "}");
}

}  // namespace tsugi
