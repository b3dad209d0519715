// The reports of `tsugi report`, one function and file a report.
#ifndef TSUGI_SERVICE_CLI_REPORT_COMMANDS_H_
#define TSUGI_SERVICE_CLI_REPORT_COMMANDS_H_

#include "service/cli/invocation.h"

namespace tsugi::cli {

// Each adds a subcommand to `report`; report_command.cc lists them.
void AddReportBundles(CLI::App& report, Invocation& invocation);
void AddReportOutcomes(CLI::App& report, Invocation& invocation);
void AddReportDecisions(CLI::App& report, Invocation& invocation);
void AddReportStages(CLI::App& report, Invocation& invocation);
void AddReportLifetimeValue(CLI::App& report, Invocation& invocation);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_REPORT_COMMANDS_H_
