#include <CLI/CLI.hpp>

#include "service/cli/commands.h"
#include "service/cli/report_commands.h"

namespace tsugi::cli {

void AddReportCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* report =
      app.add_subcommand("report", "What offers achieved, and how customers move on");
  report->require_subcommand(1);
  SetExample(*report, "tsugi report outcomes --from 2024-01-01 --by rule");
  AddReportOutcomes(*report, invocation);
  AddReportStages(*report, invocation);
  AddReportDecisions(*report, invocation);
  AddReportBundles(*report, invocation);
  AddReportLifetimeValue(*report, invocation);
}

}  // namespace tsugi::cli
