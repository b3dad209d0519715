#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "engine/evaluation/interactions.h"
#include "service/cli/evaluate_commands.h"
#include "service/cli/page.h"
#include "service/cli/plots.h"
#include "service/cli/table.h"
#include "service/cli/text_file.h"

namespace tsugi::cli {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{4} << 30;

struct Arguments {
  std::string train;
  std::string test;
  InteractionsOptions options;
  std::string report;
};

std::string WithInterval(const models::Interval& value) {
  return absl::StrFormat("%.4f [%.4f, %.4f]", value.mean, value.low, value.high);
}

Page MakePage(const InteractionsTable& table) {
  Page page("Interactions");
  page.Say(absl::StrCat("interactions: ", Grouped(table.customers), " customers with test items, ",
                        Grouped(table.items), " items, all ranked, training items masked"));
  const std::string k = absl::StrCat("@", table.k);
  Table text({"model", "Recall" + k, "NDCG" + k, "Precision" + k, "HR" + k});
  std::vector<LabelledInterval> recalls;
  for (const InteractionsRow& row : table.rows) {
    text.Add({row.model, WithInterval(row.recall), WithInterval(row.ndcg),
              WithInterval(row.precision), WithInterval(row.hit_rate)});
    recalls.push_back({row.model, row.recall});
  }
  page.Add(std::move(text));
  page.Say("intervals: 95 %, bootstrap over customers; ties count half");
  page.Plot(IntervalPlot(recalls, "Recall" + k),
            "Share of a customer's test items among the first of the list, by model.");
  return page;
}

std::string ToJson(const InteractionsTable& table) {
  using Json = nlohmann::ordered_json;
  const std::string k = absl::StrCat("@", table.k);
  Json json = {{"protocol", "interactions"},
               {"cases", table.customers},
               {"items", table.items},
               {"rows", Json::array()}};
  for (const InteractionsRow& row : table.rows) {
    Json out = {{"model", row.model}};
    const std::pair<const char*, const models::Interval*> measures[] = {
        {"recall", &row.recall},
        {"ndcg", &row.ndcg},
        {"precision", &row.precision},
        {"hr", &row.hit_rate}};
    for (const auto& [name, value] : measures) out[name + k] = value->mean;
    for (const auto& [name, value] : measures) {
      out["intervals"][name + k] = {value->low, value->high};
    }
    json["rows"].push_back(std::move(out));
  }
  return json.dump();
}

absl::Status Evaluate(const Invocation& invocation, const Arguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const std::string train, ReadTextFile(arguments.train, kMaxFileBytes));
  TSUGI_ASSIGN_OR_RETURN(const std::string test, ReadTextFile(arguments.test, kMaxFileBytes));
  TSUGI_ASSIGN_OR_RETURN(const InteractionsData data,
                         ParseInteractions(train, arguments.train, test, arguments.test));
  TSUGI_ASSIGN_OR_RETURN(const InteractionsTable table,
                         EvaluateInteractionModels(data, arguments.options));
  return Show(invocation, MakePage(table), ToJson(table), arguments.report);
}

}  // namespace

void AddEvaluateInteractions(CLI::App& evaluate, Invocation& invocation) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = evaluate.add_subcommand(
      "interactions", "Benchmark splits without times: `customer item item ...` a line");
  command->add_option("--train", arguments->train, "training part")->required();
  command->add_option("--test", arguments->test, "test part")->required();
  command
      ->add_option("--model", arguments->options.models,
                   "popularity (always in the table), co_purchase, item_regression, ials, "
                   "graph_filter, blend, graph_blend; may be repeated (all)")
      ->check(CLI::IsMember({"popularity", "co_purchase", "item_regression", "ials", "graph_filter",
                             "blend", "graph_blend"}));
  command->add_option("--k", arguments->options.k, "length of the list")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--dim", arguments->options.dim, "factors of ials")
      ->check(CLI::Range(1, 2048))
      ->capture_default_str();
  command->add_option("--seed", arguments->options.seed, "of factors and intervals")
      ->capture_default_str();
  AddReportOption(*command, arguments->report);
  SetExample(*command,
             "tsugi evaluate interactions --train train.txt.zst --test test.txt.zst --model ials");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Evaluate(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
