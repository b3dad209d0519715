#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "engine/evaluation/next_basket.h"
#include "service/cli/evaluate_commands.h"
#include "service/cli/page.h"
#include "service/cli/plots.h"
#include "service/cli/shared_options.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

struct Arguments {
  std::string orders;
  std::string split;
  std::string on = "test";
  NextBasketEvaluationOptions options;
  std::string report;
};

// The measures of a row at one k, in the order in which they are shown.
constexpr const char* kMeasures[] = {"Recall", "NDCG", "PHR", "repeat", "explore"};
constexpr const char* kJsonMeasures[] = {"recall", "ndcg", "phr", "repeat_recall",
                                         "explore_recall"};
std::vector<models::Interval> InOrder(const NextBasketMeasures& at) {
  return {at.recall, at.ndcg, at.phr, at.repeat_recall, at.explore_recall};
}

std::string WithInterval(const models::Interval& value) {
  return absl::StrFormat("%.4f [%.3f, %.3f]", value.mean, value.low, value.high);
}

Page MakePage(const NextBasketTable& table) {
  Page page("Next basket");
  page.Say(absl::StrCat("next basket: ", Grouped(table.customers),
                        " customers, each asked for the last order; ", Grouped(table.products),
                        " products, all ranked; learned from the last orders of ",
                        Grouped(table.learners), " others"));
  for (std::size_t k = 0; k < table.k.size(); ++k) {
    const std::string at = absl::StrCat("@", table.k[k]);
    std::vector<std::string> titles = {"model"};
    for (const char* measure : kMeasures) titles.push_back(absl::StrCat(measure, at));
    if (k == 0) titles.emplace_back("next_basket leads Recall by");
    Table text(titles);
    std::vector<LabelledInterval> recalls;
    for (const NextBasketRow& row : table.rows) {
      std::vector<std::string> cells = {row.model};
      for (const models::Interval& value : InOrder(row.at[k])) cells.push_back(WithInterval(value));
      if (k == 0) cells.push_back(&row == &table.rows.back() ? "" : WithInterval(row.lead));
      text.Add(std::move(cells));
      recalls.push_back({row.model, row.at[k].recall});
    }
    page.Add(std::move(text));
    page.Plot(IntervalPlot(recalls, "Recall" + at),
              "Share of the last order's products among the first of the list, by model.");
  }
  page.Say(absl::StrCat("repeat: of products bought before (", Grouped(table.with_repeat),
                        " customers have such), explore: of others (", Grouped(table.with_explore),
                        "); intervals: 95 %, bootstrap over customers; ties count half"));
  return page;
}

std::string ToJson(const NextBasketTable& table) {
  using Json = nlohmann::ordered_json;
  Json json = {{"protocol", "next-basket"},  {"cases", table.customers},
               {"learners", table.learners}, {"products", table.products},
               {"left_out", table.left_out}, {"rows", Json::array()}};
  for (const NextBasketRow& row : table.rows) {
    Json out = {{"model", row.model}};
    Json intervals;
    for (std::size_t k = 0; k < table.k.size(); ++k) {
      const std::vector<models::Interval> values = InOrder(row.at[k]);
      for (std::size_t m = 0; m < values.size(); ++m) {
        const std::string name = absl::StrCat(kJsonMeasures[m], "@", table.k[k]);
        out[name] = values[m].mean;
        intervals[name] = {values[m].low, values[m].high};
      }
    }
    out["intervals"] = std::move(intervals);
    out["next_basket_lead_recall"] = IntervalJson(row.lead);
    json["rows"].push_back(std::move(out));
  }
  for (const auto& [feature, splits] : table.splits) json["splits"][feature] = splits;
  return json.dump();
}

absl::Status Evaluate(const Invocation& invocation, const Arguments& arguments) {
  NextBasketEvaluationOptions options = arguments.options;
  options.on_validation = arguments.on == "validate";
  TSUGI_ASSIGN_OR_RETURN(const NextBasketData data,
                         ReadNextBasketData(arguments.orders, arguments.split));
  TSUGI_ASSIGN_OR_RETURN(const NextBasketTable table, EvaluateNextBasket(data, options));
  return Show(invocation, MakePage(table), ToJson(table), arguments.report);
}

}  // namespace

void AddEvaluateNextBasket(CLI::App& evaluate, Invocation& invocation) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = evaluate.add_subcommand(
      "next-basket", "Each customer's last order guessed from the earlier ones");
  command
      ->add_option("--orders", arguments->orders,
                   "order_id,customer_id,ordered_at,product_id a line: CSV, .zst, .gz or -")
      ->required();
  command
      ->add_option("--split", arguments->split,
                   "customer_id,split: whose last order is learned from (train), tuned on "
                   "(validate), asked for (test)")
      ->required();
  command->add_option("--k", arguments->options.k, "lengths of the list")
      ->delimiter(',')
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--on", arguments->on, "test, or validate: for choosing options")
      ->check(CLI::IsMember({"test", "validate"}))
      ->capture_default_str();
  command->add_option("--seed", arguments->options.seed, "of models and intervals")
      ->capture_default_str();
  AddReportOption(*command, arguments->report);
  SetExample(*command,
             "tsugi evaluate next-basket --orders orders.csv --split split.csv --k 10,20");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Evaluate(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
