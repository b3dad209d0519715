#include "service/status/status.h"

#include <cstddef>
#include <string>

#include "service/limits.h"

namespace tsugi {
namespace {

constexpr std::size_t kEllipsisBytes = 9;  // percent-encoded

// gRPC percent-encodes all but printable ASCII: three bytes for one.
std::size_t EncodedBytes(char c) { return c >= ' ' && c <= '~' && c != '%' ? 1 : 3; }

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::string Cut(const std::string& message) {
  const auto limit = static_cast<std::size_t>(limits::kMaxStatusMessageBytes);
  std::size_t encoded = 0;
  std::size_t fits = 0;  // with the ellipsis after it
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (encoded + kEllipsisBytes <= limit && !IsContinuation(message[i])) fits = i;
    encoded += EncodedBytes(message[i]);
    if (encoded > limit) return message.substr(0, fits) + "…";
  }
  return message;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.code()), Cut(std::string(status.message()))};
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

}  // namespace tsugi
