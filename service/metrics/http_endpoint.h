// The second port, plain HTTP: GET /metrics (Prometheus' text format), GET /ready (200 while the
// server answers suggestions, else 503 and why not) and GET /live (200).
#ifndef TSUGI_SERVICE_METRICS_HTTP_ENDPOINT_H_
#define TSUGI_SERVICE_METRICS_HTTP_ENDPOINT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tsugi {

struct HttpPages {
  std::function<std::string()> metrics;
  std::function<absl::Status()> ready;
};

// Thread safety: safe for concurrent use.
class HttpEndpoint {
 public:
  // Port 0 picks one. The pages are asked from other threads until the object is gone.
  // Errors: UNAVAILABLE where nothing can listen there.
  static absl::StatusOr<std::unique_ptr<HttpEndpoint>> Start(const std::string& host, int port,
                                                             HttpPages pages);
  virtual ~HttpEndpoint() = default;
  virtual int port() const = 0;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_METRICS_HTTP_ENDPOINT_H_
