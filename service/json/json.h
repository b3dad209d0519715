// Requests and answers as lines of proto JSON, for `tsugi suggest --requests`.
//
// In: the JSON mapping of protocol buffers, field names in lowerCamelCase or as in the .proto file,
// enumeration values by their full names (or numbers); unknown fields are refused by name. Out: the
// standard mapping: lowerCamelCase, fields at their default left out, 64-bit integers as text.
#ifndef TSUGI_SERVICE_JSON_JSON_H_
#define TSUGI_SERVICE_JSON_JSON_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace tsugi {

// Errors: INVALID_ARGUMENT with the parser's words.
absl::Status ParseJson(const std::string& text, google::protobuf::Message* message);

// One line without its end. With `all_fields` those at their default are printed, too.
std::string ToJson(const google::protobuf::Message& message, bool all_fields = false);

// `{"error":{"code":3,"message":"..."}}`, the code being that of google.rpc.Code.
std::string ErrorJson(const absl::Status& status);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_JSON_JSON_H_
