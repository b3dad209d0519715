// A running server as the command line's `--server HOST:PORT` asks it: one call after the other,
// plain errors.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_CLIENT_CLIENT_H_
#define TSUGI_SERVICE_CLIENT_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace tsugi::v1 {
class GetSuggestionsRequest;
class GetSuggestionsResponse;
class ListRenewalSuggestionsRequest;
class ListRenewalSuggestionsResponse;
}  // namespace tsugi::v1

namespace tsugi {

struct ClientOptions {
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration call_timeout = absl::Seconds(30);
};

class Client {
 public:
  // Connects at the first call; `address` is HOST:PORT.
  static std::unique_ptr<Client> Create(const std::string& address, ClientOptions options = {});
  virtual ~Client() = default;

  // Errors: the server's own; UNAVAILABLE naming the address where nothing listens there.
  virtual absl::Status GetSuggestions(const v1::GetSuggestionsRequest& request,
                                      v1::GetSuggestionsResponse* response) = 0;
  virtual absl::Status ListRenewalSuggestions(const v1::ListRenewalSuggestionsRequest& request,
                                              v1::ListRenewalSuggestionsResponse* response) = 0;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CLIENT_CLIENT_H_
