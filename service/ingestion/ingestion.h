// Writing to the store on behalf of callers. A write returns once it is durable and the server's
// own answers know of it.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_INGESTION_INGESTION_H_
#define TSUGI_SERVICE_INGESTION_INGESTION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "engine/state/follower.h"
#include "engine/store/store.h"
#include "service/limits.h"

namespace tsugi::v1 {
class DeleteCustomerRequest;
class DeleteCustomerResponse;
class ImportEventsRequest;
class ImportEventsResponse;
class WriteEventsRequest;
class WriteEventsResponse;
}  // namespace tsugi::v1

namespace tsugi {

// An import under way. Not thread-safe. Dropped before Commit, it leaves the store as it was.
class EventImport {
 public:
  // Events that cannot be used are set aside. Errors end the import.
  absl::Status Add(const v1::ImportEventsRequest& request);
  // INVALID_ARGUMENT, and nothing written, where too many were set aside.
  absl::Status Commit(absl::Time now, v1::ImportEventsResponse* response);

  ~EventImport();

 private:
  friend class Ingestion;
  EventImport(std::unique_ptr<Staging> staging, std::string currency);

  const std::unique_ptr<Staging> staging_;
  const std::string currency_;
  std::unique_ptr<v1::ImportEventsResponse> counts_;  // rejects and what was read
  std::int64_t position_ = 0;
  double max_rejected_percent_ = limits::kDefaultMaxRejectedPercent;
};

class Ingestion {
 public:
  // All must outlive it. `forget` is told of every erased customer before the erasure, to drop
  // what else is held about it.
  Ingestion(Store* store, Follower* follower, const base::Clock* clock, std::string currency,
            std::function<absl::Status(const std::string&)> forget);

  absl::Status Write(const v1::WriteEventsRequest& request, v1::WriteEventsResponse* response);
  absl::Status Delete(const v1::DeleteCustomerRequest& request,
                      v1::DeleteCustomerResponse* response);

  absl::StatusOr<std::unique_ptr<EventImport>> Begin();
  absl::Status Commit(EventImport* import, v1::ImportEventsResponse* response);

 private:
  Store* const store_;
  Follower* const follower_;
  const base::Clock* const clock_;
  const std::string currency_;
  const std::function<absl::Status(const std::string&)> forget_;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_INGESTION_INGESTION_H_
