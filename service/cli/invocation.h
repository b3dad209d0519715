// What every command of the command line shares: the options that stand everywhere, where output
// goes, and how a command is added.
//
// A command's file has one function that adds it to the CLI11 application:
//
//   void AddStoreCommand(CLI::App& app, Invocation& invocation);
//
// Parsing only fills options and sets `invocation.action`; the action runs afterwards. Its error is
// printed as one sentence and becomes exit code 1; a command line that does not parse is 2.
#ifndef TSUGI_SERVICE_CLI_INVOCATION_H_
#define TSUGI_SERVICE_CLI_INVOCATION_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "engine/store/store.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace tsugi::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

struct Invocation {
  std::string store = "tsugi.db";
  std::string models = "models";
  std::optional<absl::Time> at;  // given: a dry run at that time
  bool json = false;             // one JSON object on `out`; everything else on `err`
  bool quiet = false;            // no progress

  const base::Clock* clock = &base::SystemClock();
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  const std::atomic<bool>* interrupted = nullptr;  // set by Ctrl-C

  std::function<absl::Status()> action;

  absl::Time Now() const { return at.value_or(clock->Now()); }
};

// Options with Tsugi's own value syntax; a value that does not parse is wrong usage.
CLI::Option* AddTimeOption(CLI::App& app, const std::string& name, std::optional<absl::Time>& time,
                           const std::string& help);
CLI::Option* AddDurationOption(CLI::App& app, const std::string& name, absl::Duration& duration,
                               const std::string& help);

// Shows `example` under the command's help.
void SetExample(CLI::App& app, const std::string& example);

// The invocation's store. Commands that write create a missing one.
absl::StatusOr<std::unique_ptr<Store>> OpenForReading(const Invocation& invocation);
absl::StatusOr<std::unique_ptr<Store>> OpenForWriting(const Invocation& invocation);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_INVOCATION_H_
