// `tsugi COMMAND ...`: parses, runs, and answers with the process's exit code.
#ifndef TSUGI_SERVICE_CLI_COMMAND_LINE_H_
#define TSUGI_SERVICE_CLI_COMMAND_LINE_H_

#include <ostream>

namespace tsugi::cli {

// Results go to `out`, progress, logs and errors to `err`.
int RunCommandLine(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_COMMAND_LINE_H_
