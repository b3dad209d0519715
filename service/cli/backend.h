// Where `suggest` and `renewals` get their answers: a running server (`--server HOST:PORT`), or
// this process on the store and the models themselves. Both answer the same.
#ifndef TSUGI_SERVICE_CLI_BACKEND_H_
#define TSUGI_SERVICE_CLI_BACKEND_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/cli/invocation.h"

namespace tsugi::v1 {
class GetSuggestionsRequest;
class GetSuggestionsResponse;
class ListRenewalSuggestionsRequest;
class ListRenewalSuggestionsResponse;
}  // namespace tsugi::v1

namespace tsugi::cli {

struct BackendOptions {
  std::string server;              // HOST:PORT; empty: this process
  std::string policy = "default";  // this process only
  bool dry_run = false;            // nothing will be recorded: the store is opened for reading
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual absl::Status GetSuggestions(const v1::GetSuggestionsRequest& request,
                                      v1::GetSuggestionsResponse* response) = 0;
  virtual absl::Status ListRenewalSuggestions(const v1::ListRenewalSuggestionsRequest& request,
                                              v1::ListRenewalSuggestionsResponse* response) = 0;
};

absl::StatusOr<std::unique_ptr<Backend>> MakeBackend(const Invocation& invocation,
                                                     const BackendOptions& options);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_BACKEND_H_
