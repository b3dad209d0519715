// The one place where an absl::Status becomes a gRPC status and the other way round. Codes are the
// same numbers in both.
#ifndef TSUGI_SERVICE_STATUS_STATUS_H_
#define TSUGI_SERVICE_STATUS_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace tsugi {

// A message longer than a gRPC trailer carries is cut (limits::kMaxStatusMessageBytes), at a
// character's edge.
grpc::Status ToGrpcStatus(const absl::Status& status);

absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_STATUS_STATUS_H_
