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
#include "engine/evaluation/cart_completion.h"
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
  CartCompletionOptions options;
  std::string config_file;
  std::string report;
};

std::string WithInterval(const models::Interval& value) {
  return absl::StrFormat("%.4f [%.3f, %.3f]", value.mean, value.low, value.high);
}

Page MakePage(const CartCompletionTable& table) {
  Page page("Cart completion");
  page.Say(absl::StrCat("cart completion: ", Grouped(table.cases),
                        " orders, one product hidden in each, all products ranked; ",
                        Grouped(table.unknown),
                        " hidden products were never sold before (misses)"));
  if (table.trainings > 1) page.Say(absl::StrCat("models trained ", table.trainings, " times"));
  Table text({"model", "HR@5", "HR@10", "MRR", "NDCG@10", "combined leads HR@10 by"});
  std::vector<LabelledInterval> hits;
  for (const CartCompletionRow& row : table.rows) {
    std::vector<std::string> cells = {row.model};
    for (const models::Interval& value : row.measures) cells.push_back(WithInterval(value));
    cells.push_back(&row == &table.rows.back() ? "" : WithInterval(row.combined_lead));
    text.Add(std::move(cells));
    hits.push_back({row.model, row.measures[static_cast<std::size_t>(CartMeasure::kHitAt10)]});
  }
  page.Add(std::move(text));
  page.Say("ranker: " + table.ranker + "; intervals: 95 %, bootstrap over orders; ties count half");
  page.Plot(IntervalPlot(hits, "HR@10"),
            "Share of orders whose hidden product stands among the first ten, by model.");
  return page;
}

std::string ToJson(const CartCompletionTable& table) {
  using Json = nlohmann::ordered_json;
  Json json = {{"protocol", "cart-completion"}, {"cases", table.cases},
               {"unknown", table.unknown},      {"trainings", table.trainings},
               {"ranker", table.ranker},        {"rows", Json::array()}};
  for (const CartCompletionRow& row : table.rows) {
    Json out = {{"model", row.model}};
    for (std::size_t m = 0; m < kCartMeasures; ++m)
      out[kCartMeasureNames[m]] = row.measures[m].mean;
    for (std::size_t m = 0; m < kCartMeasures; ++m) {
      out["intervals"][kCartMeasureNames[m]] = {row.measures[m].low, row.measures[m].high};
    }
    out["combined_lead_hr@10"] = IntervalJson(row.combined_lead);
    json["rows"].push_back(std::move(out));
  }
  return json.dump();
}

absl::Status Evaluate(const Invocation& invocation, const Arguments& arguments) {
  CartCompletionOptions options = arguments.options;
  options.test_from = *arguments.period.from;
  if (arguments.period.until.has_value()) options.test_until = *arguments.period.until;
  options.cancelled = invocation.interrupted;
  TSUGI_ASSIGN_OR_RETURN(options.config, ReadTrainConfig(arguments.config_file));
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForReading(invocation));
  Progress progress(invocation);
  options.progress = [&progress](double fraction) {
    progress.Show("training and ranking", fraction);
  };
  TSUGI_ASSIGN_OR_RETURN(const CartCompletionTable table, EvaluateCartCompletion(*store, options));
  progress.Clear();
  return Show(invocation, MakePage(table), ToJson(table), arguments.report);
}

}  // namespace

void AddEvaluateCartCompletion(CLI::App& evaluate, Invocation& invocation) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = evaluate.add_subcommand(
      "cart-completion", "Hide a product of each order and look where it is ranked");
  AddTestPeriodOptions(*command, arguments->period);
  AddDurationOption(*command, "--retrain-every", arguments->options.retrain_every,
                    "train anew within the test period, as in 7d");
  command->add_option("--seed", arguments->options.seed, "of models, hidden products, intervals")
      ->capture_default_str();
  AddTrainConfigOption(*command, arguments->config_file);
  AddReportOption(*command, arguments->report);
  SetExample(*command, "tsugi evaluate cart-completion --test-from 2011-09-01");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Evaluate(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
