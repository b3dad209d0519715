#include "service/cli/shared_options.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/status_macros.h"
#include "service/cli/text_file.h"

namespace tsugi::cli {

void AddTrainConfigOption(CLI::App& command, std::string& file) {
  command.add_option("--config", file, "how to train, a YAML file; see docs/models.md");
}

absl::StatusOr<TrainConfig> ReadTrainConfig(const std::string& file) {
  if (file.empty()) return TrainConfig();
  TSUGI_ASSIGN_OR_RETURN(const std::string yaml, ReadTextFile(file));
  return ParseTrainConfig(file, yaml);
}

void AddTestPeriodOptions(CLI::App& command, TestPeriod& period) {
  AddTimeOption(command, "--test-from", period.from,
                "train on what came before, test on what came from here on")
      ->required();
  AddTimeOption(command, "--test-until", period.until, "end of the test, not included");
}

nlohmann::ordered_json IntervalJson(double mean, double low, double high) {
  return {{"mean", mean}, {"low", low}, {"high", high}};
}

}  // namespace tsugi::cli
