#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "engine/evaluation/uplift.h"
#include "service/cli/evaluate_commands.h"
#include "service/cli/page.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct UpliftArguments {
  std::string file;
  UpliftOptions options;
  std::string report;
};

Json Finite(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json EffectJson(const models::Effect& effect) {
  return {{"value", effect.value},
          {"standard_error", Finite(effect.standard_error)},
          {"low", Finite(effect.interval.low)},
          {"high", Finite(effect.interval.high)},
          {"clear", effect.Clear()}};
}

Json ToJson(const UpliftReport& report, const UpliftOptions& options) {
  Json rows = Json::array();
  for (const ArmOutcome& row : report.outcomes) {
    rows.push_back({{"model", row.arm},
                    {"outcome", row.outcome},
                    {"customers", row.customers},
                    {"mean", row.mean},
                    {"low", Finite(row.interval.low)},
                    {"high", Finite(row.interval.high)}});
  }
  Json effects = Json::array();
  for (const ArmEffect& row : report.effects) {
    Json json = {{"arm", row.arm}, {"outcome", row.outcome}};
    json.update(EffectJson(row.effect));
    if (row.bootstrap.has_value()) json["bootstrap"] = EffectJson(*row.bootstrap);
    json["more_customers"] = row.more_customers.has_value() ? Json(*row.more_customers) : Json();
    json["verdict"] = row.verdict;
    effects.push_back(std::move(json));
  }
  return {{"protocol",
           absl::StrFormat("arms of column %s against \"%s\", level %g, power %g", options.arm,
                           options.control, options.power.level, options.power.power)},
          {"cases", report.customers},
          {"rows", std::move(rows)},
          {"effects", std::move(effects)}};
}

// Rates in per cent, means as they are.
std::string Amount(double value, bool rate) {
  return rate ? absl::StrFormat("%.2f %%", 100 * value) : absl::StrFormat("%.4f", value);
}

std::string Between(const models::ConfidenceInterval& interval, bool rate) {
  return Amount(interval.low, rate) + " to " + Amount(interval.high, rate);
}

Page MakePage(const UpliftReport& report) {
  Page page("Uplift");
  page.Heading("what each arm did");
  Table means({"outcome", "arm", ">customers", ">mean", ">interval"});
  for (const ArmOutcome& row : report.outcomes) {
    means.Add({row.outcome, row.arm, Grouped(row.customers), Amount(row.mean, row.rate),
               Between(row.interval, row.rate)});
  }
  page.Add(std::move(means));
  page.Heading("what each arm added");
  Table effects({"outcome", "arm", ">uplift", ">interval", ">bootstrap", "verdict"});
  for (const ArmEffect& row : report.effects) {
    effects.Add({row.outcome, row.arm, Amount(row.effect.value, row.rate),
                 Between(row.effect.interval, row.rate),
                 row.bootstrap.has_value() ? Between(row.bootstrap->interval, row.rate) : "-",
                 row.verdict});
  }
  page.Add(std::move(effects));
  return page;
}

absl::Status Run(const Invocation& invocation, const UpliftArguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const UpliftReport report,
                         EvaluateUplift(arguments.file, arguments.options));
  return Show(invocation, MakePage(report), ToJson(report, arguments.options).dump(),
              arguments.report);
}

}  // namespace

void AddEvaluateUplift(CLI::App& evaluate, Invocation& invocation) {
  const auto arguments = std::make_shared<UpliftArguments>();
  UpliftOptions& options = arguments->options;
  CLI::App* command = evaluate.add_subcommand(
      "uplift", "A randomised trial: each arm against the customers who were left alone");
  command->add_option("--file", arguments->file, "one row a customer: CSV, .zst, .gz or -")
      ->required();
  command->add_option("--arm", options.arm, "column of the customer's arm")->capture_default_str();
  command->add_option("--control", options.control, "the arm that was left alone")
      ->capture_default_str();
  command->add_option("--outcomes", options.outcomes, "columns of numbers, 0 or 1 for rates")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--level", options.power.level, "of the intervals")
      ->capture_default_str()
      ->check(CLI::Range(0.5, 0.9999));
  command->add_option("--power", options.power.power, "of the trial that would be large enough")
      ->capture_default_str()
      ->check(CLI::Range(0.5, 0.9999));
  command->add_option("--resamples", options.resamples, "of the bootstrap")
      ->capture_default_str()
      ->check(CLI::Range(100, 1'000'000));
  command->add_option("--seed", options.seed, "of the bootstrap")->capture_default_str();
  AddReportOption(*command, arguments->report);
  SetExample(*command,
             "tsugi evaluate uplift --file trial.csv --arm group --control none --outcomes bought");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Run(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
