#include <pthread.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <memory>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "service/cli/commands.h"
#include "service/cli/text_file.h"
#include "service/server/application.h"
#include "service/server/server.h"

namespace tsugi::cli {
namespace {

struct ServeArguments {
  ServerOptions server;
  std::string policy = "default";
  std::string training_config_file;
};

// Signals the server is controlled by; blocked in all threads, taken by sigwait.
sigset_t ControlSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  return signals;
}

// Returns at SIGINT or SIGTERM; SIGHUP has the policy file read again.
void WaitForStop(const sigset_t& signals, Server& server) {
  for (;;) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) return;
    server.RequestReload();
  }
}

absl::Status Serve(const Invocation& invocation, const ServeArguments& arguments) {
  const sigset_t signals = ControlSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread is started
  ServerOptions options = arguments.server;
  if (!arguments.training_config_file.empty()) {
    TSUGI_ASSIGN_OR_RETURN(options.training_config, ReadTextFile(arguments.training_config_file));
  }
  ApplicationOptions application;
  application.store = invocation.store;
  application.create_store = true;
  application.models = invocation.models;
  application.policy = arguments.policy;
  application.clock = invocation.clock;
  TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<Application> opened, Application::Open(application));
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server,
                         Server::Start(std::move(opened), options));
  *invocation.out << "listening on " << server->address() << std::endl;
  if (!server->metrics_address().empty()) {
    *invocation.out << "metrics on " << server->metrics_address() << std::endl;
  }
  WaitForStop(signals, *server);
  server->Stop();
  return absl::OkStatus();
}

}  // namespace

void AddServeCommand(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<ServeArguments>();
  CLI::App* serve = app.add_subcommand("serve", "Answer over gRPC until told to stop");
  serve->add_option("--listen", arguments->server.listen, "HOST:PORT; port 0 picks one")
      ->capture_default_str();
  serve
      ->add_option("--metrics", arguments->server.metrics,
                   "HOST:PORT for /metrics and /ready; empty: none")
      ->capture_default_str();
  serve->add_option("--policy", arguments->policy, "default, open or a file that is followed")
      ->capture_default_str();
  serve->add_option("--config", arguments->training_config_file,
                    "YAML file for trainings started over gRPC");
  serve->add_flag("--insecure-listen", arguments->server.insecure_listen,
                  "allow addresses that others than this machine can reach, without encryption");
  SetExample(*serve, "tsugi serve --listen 127.0.0.1:7431 --policy my_policy.yaml");
  serve->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Serve(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
