// The protocols of `tsugi evaluate`, one function and file a protocol.
#ifndef TSUGI_SERVICE_CLI_EVALUATE_COMMANDS_H_
#define TSUGI_SERVICE_CLI_EVALUATE_COMMANDS_H_

#include "service/cli/invocation.h"

namespace tsugi::cli {

void AddEvaluateCartCompletion(CLI::App& evaluate, Invocation& invocation);
void AddEvaluateInteractions(CLI::App& evaluate, Invocation& invocation);
void AddEvaluateLifetimeValue(CLI::App& evaluate, Invocation& invocation);
void AddEvaluateNextBasket(CLI::App& evaluate, Invocation& invocation);
void AddEvaluateProbability(CLI::App& evaluate, Invocation& invocation);
void AddEvaluateUplift(CLI::App& evaluate, Invocation& invocation);
void AddEvaluateOffPolicy(CLI::App& evaluate, Invocation& invocation);
void AddEvaluatePropensity(CLI::App& evaluate, Invocation& invocation);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_EVALUATE_COMMANDS_H_
