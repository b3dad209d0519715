#include "service/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "service/cli/commands.h"

namespace tsugi::cli {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set by a signal handler");

// The first Ctrl-C asks the command to end, the second ends it.
void OnInterrupt(int signal) {
  interrupted.store(true);
  std::signal(signal, SIG_DFL);
}

void AddSharedOptions(CLI::App& app, Invocation& invocation) {
  app.add_option("--store", invocation.store, "the store: a path or postgresql://...")
      ->capture_default_str();
  app.add_option("--models", invocation.models, "directory of trained models")
      ->capture_default_str();
  AddTimeOption(app, "--at", invocation.at,
                "decide as of this time instead of now; implies a dry run");
  app.add_flag("--json", invocation.json, "print one JSON object; progress goes to standard error");
  app.add_flag("--quiet", invocation.quiet, "no progress");
}

void AddCommands(CLI::App& app, Invocation& invocation) {
  AddStoreCommand(app, invocation);
  AddImportCommand(app, invocation);
  AddTrainCommand(app, invocation);
  AddModelsCommand(app, invocation);
  AddEvaluateCommand(app, invocation);
  AddSuggestCommand(app, invocation);
  AddRenewalsCommand(app, invocation);
  AddReportCommand(app, invocation);
  AddPolicyCommand(app, invocation);
  AddServeCommand(app, invocation);
  AddGenerateCommand(app, invocation);
  AddSimulateCommand(app, invocation);
  AddRecordCommand(app, invocation);
  AddDeleteCustomerCommand(app, invocation);
}

}  // namespace

int RunCommandLine(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  CLI::App app{"Tsugi: the next best offer, at the right moment, with its reason."};
  app.name("tsugi");
  app.require_subcommand(1);
  app.fallthrough();  // the shared options may stand after the command as well
  Invocation invocation;
  invocation.out = &out;
  invocation.err = &err;
  invocation.interrupted = &interrupted;
  AddSharedOptions(app, invocation);
  AddCommands(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    // CLI11 asks for a subcommand before it looks at what stands in its place.
    const std::vector<std::string> unknown = app.remaining();
    if (!unknown.empty()) err << "tsugi: \"" << unknown.front() << "\" is no command\n";
    app.exit(error, out, err);
    return kExitUsage;
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, err) == 0 ? kExitDone : kExitUsage;
  }
  std::signal(SIGINT, OnInterrupt);
  std::signal(SIGTERM, OnInterrupt);
  const absl::Status status = invocation.action();
  if (status.ok()) return kExitDone;
  if (!status.message().empty()) err << "tsugi: " << std::string(status.message()) << "\n";
  return kExitFailed;
}

}  // namespace tsugi::cli
