// A server on a loopback socket over a small shop in memory, for tests that talk gRPC to it.
#ifndef TSUGI_TESTS_SERVICE_SERVER_LIVE_SERVER_H_
#define TSUGI_TESTS_SERVICE_SERVER_LIVE_SERVER_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <condition_variable>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "service/server/server.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/temp_dir.h"

namespace tsugi::testing {

// A store whose writes can be held up.
class GatedStore : public MemoryStore {
 public:
  absl::StatusOr<WriteResult> Write(std::span<const Fact> facts, absl::Time now) override;

  void Close();              // writes wait from now on
  void Open();               // until now
  void AwaitWaiting(int n);  // returns when so many wait

 private:
  base::Mutex gate_mutex_;
  std::condition_variable_any changed_;
  bool closed_ ABSL_GUARDED_BY(gate_mutex_) = false;
  int waiting_ ABSL_GUARDED_BY(gate_mutex_) = 0;
};

// Pairs P0-P1, P2-P3, ... are bought together (tests/engine/training/sample_store.h); each costs
// 10. Customer C0 has the plan `basic` that renews in ten days, above which there is `pro`.
std::vector<Fact> LiveShop();

// Two models of LiveShop, trained once a test program. Each call copies the registry to `directory`
// and labels the first as stable.
struct TrainedVersions {
  std::string first;
  std::string second;
};
TrainedVersions CopyModels(const std::string& directory);

struct LiveOptions {
  bool with_model = true;
  std::string policy = "open";
  ServerOptions server;
  LiveOptions() {
    server.listen = "127.0.0.1:0";
    server.metrics = "127.0.0.1:0";
    server.poll = absl::Milliseconds(10);
    // However busy the machine is: tests of overload hold up the store instead.
    server.calls.admission.max_queue_delay = absl::InfiniteDuration();
  }
};

class LiveServer {
 public:
  explicit LiveServer(const LiveOptions& options = {});

  Server& server() { return *server_; }
  GatedStore& store() { return *store_; }
  const TrainedVersions& versions() const { return versions_; }
  TempDir& temp() { return temp_; }
  std::shared_ptr<grpc::Channel> channel() { return channel_; }

 private:
  TempDir temp_;
  TrainedVersions versions_;
  GatedStore* store_ = nullptr;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

std::shared_ptr<grpc::Channel> NewChannel(const std::string& address);

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_SERVICE_SERVER_LIVE_SERVER_H_
