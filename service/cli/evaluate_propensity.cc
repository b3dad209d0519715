#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/evaluation/propensity.h"
#include "engine/training/train.h"
#include "service/cli/evaluate_commands.h"
#include "service/cli/shared_options.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct PropensityArguments {
  TestPeriod period;
  PropensityOptions options;
};

Json RowJson(const PropensityResult& row) {
  Json json = {{"model", row.transition},
               {"train_rows", row.train_rows},
               {"train_events", row.train_events},
               {"test_rows", row.test_rows},
               {"test_events", row.test_events}};
  if (!row.why.empty()) {
    json["not_measured"] = row.why;
    return json;
  }
  json["log_loss"] = row.model.log_loss;
  json["constant_log_loss"] = row.constant_log_loss;
  json["prior_log_loss"] = row.prior_log_loss;
  json["lead"] = {{"value", row.lead.mean}, {"low", row.lead.low}, {"high", row.lead.high}};
  json["auc"] = row.auc;
  json["calibration"] = {{"slope", row.model.slope},
                         {"intercept", row.model.intercept},
                         {"expected_error", row.model.expected_error}};
  json["bins"] = Json::array();
  for (const models::ReliabilityBin& bin : row.model.bins) {
    json["bins"].push_back(
        {{"rows", bin.weight}, {"predicted", bin.predicted}, {"observed", bin.observed}});
  }
  for (const auto& [name, value] : row.coefficients) json["coefficients"][name] = value;
  return json;
}

// What the figures say, in a sentence.
std::string Verdict(const PropensityResult& row) {
  if (row.lead.low > 0) return "better than the constant";
  if (row.lead.high < 0) return "worse than the constant";
  return "not told apart from the constant";
}

void Print(std::ostream& out, const std::vector<PropensityResult>& rows) {
  Table counts({"transition", ">train periods", ">events", ">test periods", ">events", ">rate"});
  for (const PropensityResult& row : rows) {
    const double rate = row.test_rows == 0 ? 0
                                           : static_cast<double>(row.test_events) /
                                                 static_cast<double>(row.test_rows);
    counts.Add({row.transition, Grouped(row.train_rows), Grouped(row.train_events),
                Grouped(row.test_rows), Grouped(row.test_events),
                absl::StrFormat("%.2f %%", 100 * rate)});
  }
  counts.Print(out);
  out << "\n";
  Table table({"transition", ">log loss", ">constant", ">prior", ">lead on the constant", ">AUC",
               ">slope", ">error", "verdict"});
  for (const PropensityResult& row : rows) {
    if (!row.why.empty()) {
      table.Add({row.transition, "-", "-", "-", "-", "-", "-", "-", row.why});
      continue;
    }
    table.Add(
        {row.transition, absl::StrFormat("%.5f", row.model.log_loss),
         absl::StrFormat("%.5f", row.constant_log_loss),
         absl::StrFormat("%.5f", row.prior_log_loss),
         absl::StrFormat("%+.5f (%+.5f to %+.5f)", row.lead.mean, row.lead.low, row.lead.high),
         absl::StrFormat("%.3f", row.auc), absl::StrFormat("%.2f", row.model.slope),
         absl::StrFormat("%.4f", row.model.expected_error), Verdict(row)});
  }
  table.Print(out);
  for (const PropensityResult& row : rows) {
    if (row.coefficients.empty()) continue;
    out << "\n" << row.transition << ": a standard deviation shifts the prior's logit by";
    for (std::size_t i = 0; i < 5 && i < row.coefficients.size(); ++i) {
      out << absl::StrFormat("%s %s %+.2f", i == 0 ? "" : ",", row.coefficients[i].first,
                             row.coefficients[i].second);
    }
  }
  out << "\n";
}

absl::Status Run(const Invocation& invocation, PropensityArguments& arguments) {
  PropensityOptions& options = arguments.options;
  options.test_from = *arguments.period.from;
  options.test_until = arguments.period.until;
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForReading(invocation));
  TSUGI_ASSIGN_OR_RETURN(const ScannedStore scanned, ScanStore(*store));
  TSUGI_ASSIGN_OR_RETURN(const std::vector<PropensityResult> rows,
                         EvaluatePropensity(*scanned.index, options));
  if (!invocation.json) {
    Print(*invocation.out, rows);
    return absl::OkStatus();
  }
  Json json = {{"protocol", absl::StrCat("billing periods that began from ",
                                         base::FormatTime(options.test_from), " on")},
               {"cases", 0},
               {"rows", Json::array()}};
  std::size_t cases = 0;
  for (const PropensityResult& row : rows) {
    cases += row.test_rows;
    json["rows"].push_back(RowJson(row));
  }
  json["cases"] = cases;
  *invocation.out << json.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddEvaluatePropensity(CLI::App& evaluate, Invocation& invocation) {
  const auto arguments = std::make_shared<PropensityArguments>();
  CLI::App* command = evaluate.add_subcommand(
      "propensity", "Upgrades, losses and conversions of trials, learned before and tested after");
  AddTestPeriodOptions(*command, arguments->period);
  command->add_option("--seed", arguments->options.seed, "of the bootstrap")->capture_default_str();
  SetExample(*command, "tsugi evaluate propensity --test-from 2024-07-01");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Run(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
