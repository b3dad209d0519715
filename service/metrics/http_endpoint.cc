#include "service/metrics/http_endpoint.h"

#include <httplib.h>

#include <chrono>
#include <cstddef>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tsugi {
namespace {

constexpr char kText[] = "text/plain; charset=utf-8";
constexpr char kPrometheusText[] = "text/plain; version=0.0.4; charset=utf-8";
constexpr int kThreads = 2;
constexpr int kSeconds = 2;  // a caller that says nothing for so long is let go
constexpr std::size_t kMaxBody = 1024;

class HttplibEndpoint : public HttpEndpoint {
 public:
  explicit HttplibEndpoint(HttpPages pages) : pages_(std::move(pages)) {
    server_.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server_.set_keep_alive_timeout(kSeconds);
    server_.set_read_timeout(kSeconds);
    server_.set_write_timeout(kSeconds);
    server_.set_payload_max_length(kMaxBody);
    // Not the library's default of SO_REUSEPORT, which lets two servers share a port unnoticed.
    server_.set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    });
    server_.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
      response.set_content(pages_.metrics(), kPrometheusText);
    });
    server_.Get("/ready", [this](const httplib::Request&, httplib::Response& response) {
      const absl::Status ready = pages_.ready();
      response.status = ready.ok() ? 200 : 503;
      response.set_content(absl::StrCat(ready.ok() ? "ready" : ready.message(), "\n"), kText);
    });
    server_.Get("/live", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("live\n", kText);
    });
  }

  ~HttplibEndpoint() override {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Listen(const std::string& host, int port) {
    const bool any = port == 0;
    port_ = any ? server_.bind_to_any_port(host) : port;
    const bool bound = any ? port_ > 0 : server_.bind_to_port(host, port);
    if (!bound) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on ", host, ":", port, " for metrics; is the port in use?"));
    }
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // stop() has no effect before the loop runs; connections are accepted from bind on.
    while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return absl::OkStatus();
  }

  int port() const override { return port_; }

 private:
  const HttpPages pages_;
  httplib::Server server_;
  std::thread thread_;
  int port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpEndpoint>> HttpEndpoint::Start(const std::string& host, int port,
                                                                  HttpPages pages) {
  auto endpoint = std::make_unique<HttplibEndpoint>(std::move(pages));
  if (absl::Status status = endpoint->Listen(host, port); !status.ok()) return status;
  return endpoint;
}

}  // namespace tsugi
