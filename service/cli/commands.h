// The commands of `tsugi`, one function a command; see invocation.h.
#ifndef TSUGI_SERVICE_CLI_COMMANDS_H_
#define TSUGI_SERVICE_CLI_COMMANDS_H_

#include "service/cli/invocation.h"

namespace tsugi::cli {

void AddStoreCommand(CLI::App& app, Invocation& invocation);
void AddImportCommand(CLI::App& app, Invocation& invocation);
void AddTrainCommand(CLI::App& app, Invocation& invocation);
void AddModelsCommand(CLI::App& app, Invocation& invocation);
void AddEvaluateCommand(CLI::App& app, Invocation& invocation);
void AddSuggestCommand(CLI::App& app, Invocation& invocation);
void AddReportCommand(CLI::App& app, Invocation& invocation);
void AddRenewalsCommand(CLI::App& app, Invocation& invocation);
void AddPolicyCommand(CLI::App& app, Invocation& invocation);
void AddServeCommand(CLI::App& app, Invocation& invocation);
void AddGenerateCommand(CLI::App& app, Invocation& invocation);
void AddSimulateCommand(CLI::App& app, Invocation& invocation);
void AddRecordCommand(CLI::App& app, Invocation& invocation);
void AddDeleteCustomerCommand(CLI::App& app, Invocation& invocation);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_COMMANDS_H_
