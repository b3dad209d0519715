// Options and figures that several commands have in common.
#ifndef TSUGI_SERVICE_CLI_SHARED_OPTIONS_H_
#define TSUGI_SERVICE_CLI_SHARED_OPTIONS_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/training/config.h"
#include "service/cli/invocation.h"

namespace tsugi::cli {

// `--config FILE`: how to train, as YAML; without it the defaults.
void AddTrainConfigOption(CLI::App& command, std::string& file);
// Errors: NOT_FOUND or what reading gave; INVALID_ARGUMENT with the line for a mistake in the file.
absl::StatusOr<TrainConfig> ReadTrainConfig(const std::string& file);

// `--test-from` (required) and `--test-until`: train on what came before, test on [from, until).
struct TestPeriod {
  std::optional<absl::Time> from;
  std::optional<absl::Time> until;  // none: to the end
};
void AddTestPeriodOptions(CLI::App& command, TestPeriod& period);

// A mean and its interval, whoever measured it.
nlohmann::ordered_json IntervalJson(double mean, double low, double high);
template <typename Interval>
auto IntervalJson(const Interval& interval) {
  return IntervalJson(interval.mean, interval.low, interval.high);
}

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_SHARED_OPTIONS_H_
