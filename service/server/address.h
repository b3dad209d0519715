// HOST:PORT of a listening socket.
#ifndef TSUGI_SERVICE_SERVER_ADDRESS_H_
#define TSUGI_SERVICE_SERVER_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"

namespace tsugi {

struct Address {
  std::string host;  // without the brackets of IPv6
  int port = 0;

  bool loopback() const;  // only this machine can reach it
  std::string ToString() const;
};

// `127.0.0.1:7431`, `localhost:0`, `[::1]:7431`. Errors: INVALID_ARGUMENT naming `option`.
absl::StatusOr<Address> ParseAddress(const std::string& option, const std::string& text);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_SERVER_ADDRESS_H_
