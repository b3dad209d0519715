#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "engine/evaluation/off_policy.h"
#include "service/cli/evaluate_commands.h"
#include "service/cli/page.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct OffPolicyArguments {
  std::string file;
  OffPolicyEvaluationOptions options;
  std::string report;
};

Json Finite(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json EstimateJson(const models::Effect& estimate) {
  return {{"value", estimate.value},
          {"low", Finite(estimate.interval.low)},
          {"high", Finite(estimate.interval.high)}};
}

Json PartJson(const OffPolicyPart& part) {
  Json json = {{"position", part.position.empty() ? Json() : Json(part.position)},
               {"rows", part.rows},
               {"rewarded", part.rewarded},
               {"effective_rewards", part.effective_rewards},
               {"actions_seen", part.actions_seen},
               {"support", part.support}};
  if (part.estimates.has_value()) {
    const models::OffPolicyEstimates& estimates = *part.estimates;
    json["effective_size"] = estimates.effective_size;
    json["max_weight"] = estimates.max_weight;
    json["mean_weight"] = EstimateJson(estimates.mean_weight);
    json["logged"] = EstimateJson(estimates.logged);
    json["ips"] = EstimateJson(estimates.ips);
    json["self_normalised"] = EstimateJson(estimates.self_normalised);
    if (estimates.doubly_robust.has_value()) {
      json["doubly_robust"] = EstimateJson(*estimates.doubly_robust);
    }
  } else {
    json["refused"] = part.refused;
  }
  if (part.compare.has_value()) json["compare"] = EstimateJson(*part.compare);
  return json;
}

Json ToJson(const OffPolicyEvaluation& evaluation) {
  const OffPolicyPart& all = evaluation.parts.front();
  Json rows = Json::array();
  const auto add = [&](const char* model, const models::Effect& estimate) {
    Json row = {{"model", model}};
    row.update(EstimateJson(estimate));
    rows.push_back(std::move(row));
  };
  add("logged", all.estimates->logged);
  add("ips", all.estimates->ips);
  add("self_normalised", all.estimates->self_normalised);
  if (all.estimates->doubly_robust.has_value()) {
    add("doubly_robust", *all.estimates->doubly_robust);
  }
  if (all.compare.has_value()) add("compare", *all.compare);
  Json parts = Json::array();
  for (const OffPolicyPart& part : evaluation.parts) parts.push_back(PartJson(part));
  return {{"protocol", absl::StrCat("policy ", evaluation.policy, " over ", evaluation.actions,
                                    " actions, from the log of another")},
          {"cases", all.rows},
          {"effective_size", all.estimates->effective_size},
          {"rows", std::move(rows)},
          {"parts", std::move(parts)},
          {"notes", evaluation.notes}};
}

std::string Between(const models::Effect& estimate) {
  return absl::StrFormat("%.5f (%.5f to %.5f)", estimate.value, estimate.interval.low,
                         estimate.interval.high);
}

std::vector<std::string> Cells(const OffPolicyPart& part, bool compare) {
  std::vector<std::string> cells = {part.position.empty() ? "all" : part.position,
                                    Grouped(part.rows)};
  if (part.estimates.has_value()) {
    const models::OffPolicyEstimates& estimates = *part.estimates;
    cells.push_back(absl::StrFormat("%.0f", estimates.effective_size));
    for (const models::Effect& estimate :
         {estimates.logged, estimates.ips, estimates.self_normalised,
          estimates.doubly_robust.value_or(estimates.self_normalised)}) {
      cells.push_back(Between(estimate));
    }
  } else {
    cells.insert(cells.end(), {"too few", "-", "-", "-", "-"});
  }
  if (compare) cells.push_back(Between(*part.compare));
  return cells;
}

Page MakePage(const OffPolicyEvaluation& evaluation) {
  Page page("Off-policy estimate");
  const bool compare = evaluation.parts.front().compare.has_value();
  page.Say(absl::StrCat("policy ", evaluation.policy, " over ", evaluation.actions,
                        " actions: mean reward of a decision, with 95 % intervals unless asked "
                        "otherwise"));
  std::vector<std::string> titles = {"position", ">decisions",       ">effective",    ">logged",
                                     ">IPS",     ">self-normalised", ">doubly robust"};
  if (compare) titles.emplace_back(">the other log");
  Table table(titles);
  for (const OffPolicyPart& part : evaluation.parts) table.Add(Cells(part, compare));
  page.Add(std::move(table));
  page.Heading("what this log does not allow:");
  for (const std::string& note : evaluation.notes) page.Note(note);
  return page;
}

absl::Status Run(const Invocation& invocation, const OffPolicyArguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const OffPolicyEvaluation evaluation,
                         EvaluateOffPolicy(arguments.file, arguments.options));
  return Show(invocation, MakePage(evaluation), ToJson(evaluation).dump(), arguments.report);
}

void AddColumns(CLI::App& command, OffPolicyEvaluationOptions& options) {
  command.add_option("--action", options.action,
                     "column of the action taken (action, product_id or item_id)");
  command.add_option("--propensity", options.propensity,
                     "column of its probability (propensity or propensity_score)");
  command.add_option("--reward", options.reward, "column of what followed (reward or click)");
  command.add_option("--target", options.target,
                     "column of its probability under the policy in question (target_probability)");
  command.add_option("--position", options.position,
                     "column of the place it was shown at (position)");
  command.add_option("--context", options.context,
                     "column of a group of customers for the reward model (context)");
  command.add_option("--cluster", options.cluster,
                     "column that ties dependent decisions together (context_id)");
}

}  // namespace

void AddEvaluateOffPolicy(CLI::App& evaluate, Invocation& invocation) {
  const auto arguments = std::make_shared<OffPolicyArguments>();
  OffPolicyEvaluationOptions& options = arguments->options;
  CLI::App* command = evaluate.add_subcommand(
      "off-policy", "What another policy would have earned, from a log with propensities");
  command->add_option("--file", arguments->file, "one row a decision: CSV, .zst, .gz or -")
      ->required();
  AddColumns(*command, options);
  command->add_option("--policy", options.policy,
                      "uniform, logged, always:ACTION or column (default: column where the file "
                      "has target_probability, else uniform)");
  command->add_option("--compare", options.compare,
                      "the policy's own log, whose mean reward is put beside the estimates");
  command->add_option("--level", options.estimates.level, "of the intervals")
      ->capture_default_str()
      ->check(CLI::Range(0.5, 0.9999));
  command
      ->add_option("--min-effective", options.estimates.min_effective_size,
                   "effective sample size below which no estimate is given")
      ->capture_default_str()
      ->check(CLI::Range(100.0, 1e12));
  command->add_option("--seed", options.seed, "of the reward model's folds")->capture_default_str();
  AddReportOption(*command, arguments->report);
  SetExample(*command, "tsugi evaluate off-policy --file decisions.csv --policy uniform");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Run(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
