#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "engine/evaluation/probability.h"
#include "service/cli/evaluate_commands.h"
#include "service/cli/page.h"
#include "service/cli/plots.h"
#include "service/cli/progress.h"
#include "service/cli/shared_options.h"
#include "service/cli/table.h"
#include "service/cli/text_file.h"

namespace tsugi::cli {
namespace {

struct Arguments {
  TestPeriod period;
  ProbabilityOptions options;
  std::string config_file;
  std::string report;
};

std::string Percent(double value) { return absl::StrFormat("%.4f %%", 100 * value); }

Table GroupTable(const ProbabilityTable& table) {
  Table text({"moment and placement", ">orders", ">candidates", ">base rate", ">mean P", ">slope",
              ">bin error / base rate", ">log loss", ">of the base rate",
              ">gain and its interval"});
  for (const ProbabilityRow& row : table.rows) {
    text.Add({row.group, Grouped(row.orders), Grouped(row.candidates), Percent(row.base_rate),
              Percent(row.mean_probability), absl::StrFormat("%.3f", row.calibration.slope),
              absl::StrFormat("%.1f %%", 100 * row.error_to_base),
              absl::StrFormat("%.6f", row.calibration.log_loss),
              absl::StrFormat("%.6f", row.base_log_loss),
              absl::StrFormat("%.6f [%.6f, %.6f]", row.gain.mean, row.gain.low, row.gain.high)});
  }
  return text;
}

Table BinTable(const ProbabilityRow& all) {
  Table text({">bin", ">candidates", ">predicted", ">observed"});
  for (std::size_t b = 0; b < all.calibration.bins.size(); ++b) {
    const models::ReliabilityBin& bin = all.calibration.bins[b];
    text.Add({absl::StrCat(b + 1), Grouped(static_cast<std::uint64_t>(bin.weight)),
              Percent(bin.predicted), Percent(bin.observed)});
  }
  return text;
}

Page MakePage(const ProbabilityTable& table) {
  Page page("Probability of purchase");
  const ProbabilityRow& all = table.rows.front();
  page.Say(absl::StrCat(
      "probability of purchase (that a product is the next one bought), not of acceptance: ",
      Grouped(table.orders), " later orders replayed, ", Grouped(all.candidates), " candidates"));
  page.Say(absl::StrCat("ranker: ", table.ranker));
  page.Add(GroupTable(table));
  page.Heading("ten groups of equal size, by what was predicted");
  page.Add(BinTable(all));
  page.Plot(ReliabilityPlot(all.calibration.bins),
            "A dot a group: what was predicted across, what happened up. On the dashed line both "
            "are equal.");
  page.Say(
      "slope: of what happened on the logit of P, 1 is right; base rate: the test period's own; "
      "gain: log loss of the base rate less that of P, interval 95 % by bootstrap over orders");
  return page;
}

std::string ToJson(const ProbabilityTable& table) {
  using Json = nlohmann::ordered_json;
  Json json = {{"protocol", "probability"},
               {"meaning", "purchase"},
               {"cases", table.orders},
               {"ranker", table.ranker},
               {"rows", Json::array()}};
  for (const ProbabilityRow& row : table.rows) {
    Json bins = Json::array();
    for (const models::ReliabilityBin& bin : row.calibration.bins) {
      bins.push_back(
          {{"candidates", bin.weight}, {"predicted", bin.predicted}, {"observed", bin.observed}});
    }
    json["rows"].push_back({{"model", "combined"},
                            {"group", row.group},
                            {"orders", row.orders},
                            {"candidates", row.candidates},
                            {"base_rate", row.base_rate},
                            {"mean_probability", row.mean_probability},
                            {"slope", row.calibration.slope},
                            {"intercept", row.calibration.intercept},
                            {"bin_error", row.calibration.expected_error},
                            {"bin_error_to_base_rate", row.error_to_base},
                            {"log_loss", row.calibration.log_loss},
                            {"base_log_loss", row.base_log_loss},
                            {"gain", IntervalJson(row.gain)},
                            {"bins", std::move(bins)}});
  }
  return json.dump();
}

absl::Status Evaluate(const Invocation& invocation, const Arguments& arguments) {
  ProbabilityOptions options = arguments.options;
  options.test_from = *arguments.period.from;
  if (arguments.period.until.has_value()) options.test_until = *arguments.period.until;
  options.cancelled = invocation.interrupted;
  TSUGI_ASSIGN_OR_RETURN(options.config, ReadTrainConfig(arguments.config_file));
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForReading(invocation));
  Progress progress(invocation);
  options.progress = [&progress](double fraction) {
    progress.Show("training and asking", fraction);
  };
  TSUGI_ASSIGN_OR_RETURN(const ProbabilityTable table, EvaluateProbability(*store, options));
  progress.Clear();
  return Show(invocation, MakePage(table), ToJson(table), arguments.report);
}

}  // namespace

void AddEvaluateProbability(CLI::App& evaluate, Invocation& invocation) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      evaluate.add_subcommand("probability", "Whether P is true, on orders of a later period");
  AddTestPeriodOptions(*command, arguments->period);
  command->add_option("--bins", arguments->options.bins, "groups of equal size by P")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  command->add_option("--seed", arguments->options.seed, "of models, carts and intervals")
      ->capture_default_str();
  AddTrainConfigOption(*command, arguments->config_file);
  AddReportOption(*command, arguments->report);
  SetExample(*command,
             "tsugi evaluate probability --test-from 2011-09-01 --report probability.html");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Evaluate(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
