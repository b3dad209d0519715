// The running service: gRPC on one port, metrics and readiness on another.
//
//   TSUGI_ASSIGN_OR_RETURN(auto server, Server::Start(std::move(application), options));
//   std::cout << "listening on " << server->address() << "\n";
//   ... until a signal ...
//   server->Stop();
//
// A stop is graceful: health says NOT_SERVING, new calls get UNAVAILABLE, calls under way end, open
// streams end after the message they are at, a running training is stopped, and what waits for the
// store is written.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_SERVER_SERVER_H_
#define TSUGI_SERVICE_SERVER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/call/calls.h"
#include "service/server/application.h"

namespace tsugi {

struct ServerOptions {
  std::string listen = "127.0.0.1:7431";   // port 0 picks one
  std::string metrics = "127.0.0.1:7432";  // empty: none
  bool insecure_listen = false;            // addresses that others than this machine can reach
  absl::Duration poll = absl::Milliseconds(100);  // writes and labels of other processes
  absl::Duration grace = absl::Seconds(10);       // for calls under way when it stops
  std::string training_config;                    // YAML, for trainings that bring none
  CallOptions calls;
};

class Server {
 public:
  // Returns once it answers. Errors: INVALID_ARGUMENT for an address that is none, or that is open
  // to others without insecure_listen; UNAVAILABLE where nothing can listen there.
  static absl::StatusOr<std::unique_ptr<Server>> Start(std::unique_ptr<Application> application,
                                                       const ServerOptions& options);
  virtual ~Server() = default;  // stops

  virtual std::string address() const = 0;          // HOST:PORT with the port it got
  virtual std::string metrics_address() const = 0;  // empty: none
  virtual Application& application() = 0;

  // Has the policy file read again. Safe in a signal handler.
  virtual void RequestReload() = 0;

  // Returns when everything has ended. A second call waits for the first.
  virtual void Stop() = 0;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_SERVER_SERVER_H_
