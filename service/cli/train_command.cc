#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/snapshot/registry.h"
#include "engine/training/config.h"
#include "engine/training/train.h"
#include "service/cli/commands.h"
#include "service/cli/progress.h"
#include "service/cli/shared_options.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

struct TrainArguments {
  std::optional<absl::Time> until;
  std::string config_file;
  std::uint64_t seed = 1;
  std::size_t threads = 0;
  std::string label = "stable";
  bool force = false;
};

void PrintJson(const Invocation& invocation, const TrainResult& result) {
  using Json = nlohmann::ordered_json;
  Json json = {{"version", result.version},
               {"label", result.label},
               {"orders", result.info.orders},
               {"lines", result.info.lines},
               {"customers", result.info.customers},
               {"products", result.products},
               {"gate",
                {{"passed", result.gate.passed},
                 {"forced", result.gate.forced},
                 {"why", result.gate.why},
                 {"orders", result.gate.orders}}},
               {"seconds", Json::object()},
               {"configuration", Json::parse(result.info.configuration, nullptr, false)},
               {"report", Json::parse(result.info.report, nullptr, false)}};
  for (const auto& [step, seconds] : result.times.seconds) json["seconds"][step] = seconds;
  *invocation.out << json.dump() << "\n";
}

void PrintText(const Invocation& invocation, const TrainResult& result) {
  std::ostream& out = *invocation.out;
  out << "model " << result.version << ": " << Grouped(result.info.orders) << " orders, "
      << Grouped(result.info.lines) << " lines, " << Grouped(result.info.customers)
      << " customers, " << Grouped(result.products) << " products\n";
  out << "  label: " << (result.label.empty() ? "none" : result.label) << "\n";
  double total = 0;
  Table steps({"  step", ">seconds"});
  for (const auto& [step, seconds] : result.times.seconds) {
    steps.Add({"  " + step, absl::StrFormat("%.2f", seconds)});
    total += seconds;
  }
  steps.Add({"  total", absl::StrFormat("%.2f", total)});
  steps.Print(out);
  const RankerReport& ranker = result.ranker;
  if (!result.gate.why.empty()) {
    out << "  gate: " << (result.gate.forced ? "not passed, forced: " : "") << result.gate.why
        << "\n";
  }
  out << "  ranker: " << ranker.why << "\n";
  if (!ranker.fitted) return;
  out << absl::StrFormat(
      "  on the newest %d orders: log loss %.5f (one probability for all: %.5f), calibration slope "
      "%.2f\n",
      ranker.test_orders, ranker.log_loss, ranker.base_log_loss, ranker.calibration_slope);
  out << "  a hidden product is among the ten best:";
  for (const auto& [source, rate] : ranker.hit_rate_at_10) {
    out << absl::StrFormat(" %s %.3f", source, rate);
  }
  out << "\n";
}

absl::Status RunTraining(const Invocation& invocation, const TrainArguments& arguments) {
  TrainOptions options;
  options.until = arguments.until.has_value() ? arguments.until : invocation.at;
  options.seed = arguments.seed;
  options.threads = arguments.threads;
  options.label = arguments.label == "none" ? "" : arguments.label;
  options.force = arguments.force;
  options.now = invocation.clock->Now();
  options.cancelled = invocation.interrupted;
  TSUGI_ASSIGN_OR_RETURN(options.config, ReadTrainConfig(arguments.config_file));
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForReading(invocation));
  Registry registry(invocation.models);
  Progress progress(invocation);
  options.progress = [&progress](const TrainProgress& now) {
    progress.Show(now.step, now.fraction);
  };
  TSUGI_ASSIGN_OR_RETURN(const TrainResult result, Train(*store, registry, options));
  progress.Clear();
  (invocation.json ? PrintJson : PrintText)(invocation, result);
  return absl::OkStatus();
}

}  // namespace

void AddTrainCommand(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<TrainArguments>();
  CLI::App* train = app.add_subcommand("train", "Learn from the store and publish a model");
  AddTimeOption(*train, "--until", arguments->until, "learn from what was before this time");
  AddTrainConfigOption(*train, arguments->config_file);
  train->add_option("--seed", arguments->seed, "equal seeds give equal models")
      ->capture_default_str();
  train->add_option("--threads", arguments->threads, "0: one a processor")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  train->add_option("--label", arguments->label, "the label that will point to the model")
      ->check(CLI::IsMember({"stable", "canary", "none"}))
      ->capture_default_str();
  train->add_flag("--force", arguments->force, "label it even where it fails the checks");
  SetExample(*train, "tsugi train --until 2011-09-01 --label canary");
  train->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return RunTraining(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
