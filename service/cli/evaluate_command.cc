#include <CLI/CLI.hpp>

#include "service/cli/commands.h"
#include "service/cli/evaluate_commands.h"

namespace tsugi::cli {

void AddEvaluateCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* evaluate = app.add_subcommand("evaluate", "Measure models on data they have not seen");
  evaluate->require_subcommand(1);
  SetExample(*evaluate, "tsugi evaluate cart-completion --test-from 2011-09-01");
  AddEvaluateCartCompletion(*evaluate, invocation);
  AddEvaluateInteractions(*evaluate, invocation);
  AddEvaluateLifetimeValue(*evaluate, invocation);
  AddEvaluateNextBasket(*evaluate, invocation);
  AddEvaluateUplift(*evaluate, invocation);
  AddEvaluateProbability(*evaluate, invocation);
  AddEvaluateOffPolicy(*evaluate, invocation);
  AddEvaluatePropensity(*evaluate, invocation);
}

}  // namespace tsugi::cli
