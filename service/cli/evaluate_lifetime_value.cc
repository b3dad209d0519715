#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "base/status_macros.h"
#include "engine/evaluation/lifetime_value.h"
#include "engine/evaluation/purchase_log.h"
#include "service/cli/evaluate_commands.h"
#include "service/cli/page.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct LifetimeValueArguments {
  std::string orders;
  std::string calibration_until;
  std::string until;
  std::string zone = "UTC";
  double discount_rate = 0.1;
  double margin = 1;
  double horizon_weeks = 52;
  std::string report;
};

std::string Day(absl::CivilDay day) {
  std::ostringstream out;
  out << day;
  return out.str();
}

CLI::Validator IsDay() {
  return {[](std::string& text) {
            absl::CivilDay day;
            return absl::ParseCivilTime(text, &day) ? std::string()
                                                    : "\"" + text + "\" is no day YYYY-MM-DD";
          },
          "YYYY-MM-DD"};
}

absl::StatusOr<LifetimeValueReport> Evaluate(const LifetimeValueArguments& arguments,
                                             PurchaseLog& log) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(arguments.zone, &zone)) {
    return absl::InvalidArgumentError(
        absl::StrCat("timezone ", arguments.zone, " is not known; write an IANA name such as UTC"));
  }
  LifetimeValueOptions options;
  absl::ParseCivilTime(arguments.calibration_until, &options.calibration_until);
  if (absl::CivilDay day; absl::ParseCivilTime(arguments.until, &day)) options.until = day;
  options.value.horizon = arguments.horizon_weeks;
  options.value.discount_rate = arguments.discount_rate;
  options.value.margin = arguments.margin;
  TSUGI_ASSIGN_OR_RETURN(log, ReadPurchases(arguments.orders, zone));
  return EvaluateLifetimeValue(log, options);
}

Json ClassesJson(const LifetimeValueReport& report) {
  Json classes = Json::array();
  for (const FrequencyClass& row : report.classes) {
    Json json = {{"repeats", row.repeats},     {"or_more", &row == &report.classes.back()},
                 {"customers", row.customers}, {"expected", row.expected},
                 {"actual", row.actual},       {"alive", row.alive}};
    if (row.value.has_value()) json["value"] = *row.value;
    classes.push_back(std::move(json));
  }
  return classes;
}

Json SpendJson(const LifetimeValueReport& report) {
  if (!report.spend.has_value()) return {{"no_fit", report.no_spend}};
  const SpendAccuracy& spend = *report.spend;
  return {{"p", spend.parameters.p},          {"q", spend.parameters.q},
          {"v", spend.parameters.v},          {"customers", spend.customers},
          {"expected", spend.expected},       {"actual", spend.actual},
          {"mae", spend.mean_absolute_error}, {"mean_value", spend.mean_value}};
}

Json ToJson(const LifetimeValueReport& report, const PurchaseLog& log) {
  Json rows = Json::array();
  for (const ForecastAccuracy& row : report.accuracy) {
    rows.push_back({{"model", row.model},
                    {"expected", row.expected},
                    {"actual", row.actual},
                    {"mae", row.mean_absolute_error},
                    {"rmse", row.root_mean_squared_error},
                    {"correlation", row.correlation}});
  }
  const models::BgNbdParameters& p = report.parameters;
  return {
      {"protocol", absl::StrFormat("calibration %s to %s, holdout %.2f weeks to %s",
                                   Day(report.calibration_from), Day(report.calibration_until),
                                   report.holdout_weeks, Day(report.holdout_until))},
      {"cases", report.customers},
      {"repeat_customers", report.repeat_customers},
      {"later_customers", report.later_customers},
      {"file",
       {{"rows", log.rows}, {"without_customer", log.without_customer}, {"returns", log.returns}}},
      {"parameters", {{"r", p.r}, {"alpha", p.alpha}, {"a", p.a}, {"b", p.b}}},
      {"log_likelihood", report.log_likelihood},
      {"rows", std::move(rows)},
      {"classes", ClassesJson(report)},
      {"spend", SpendJson(report)}};
}

void SayAccuracy(const LifetimeValueReport& report, Page& page) {
  page.Heading("repeat purchases in the holdout");
  Table table({"model", ">expected", ">actual", ">MAE", ">RMSE", ">correlation"});
  for (const ForecastAccuracy& row : report.accuracy) {
    table.Add({row.model, absl::StrFormat("%.0f", row.expected),
               absl::StrFormat("%.0f", row.actual),
               absl::StrFormat("%.3f", row.mean_absolute_error),
               absl::StrFormat("%.3f", row.root_mean_squared_error),
               absl::StrFormat("%.3f", row.correlation)});
  }
  page.Add(std::move(table));
}

void SayClasses(const LifetimeValueReport& report, Page& page) {
  page.Heading("a customer, by repeat purchases in the calibration");
  Table table({">repeats", ">customers", ">expected", ">actual", ">P(alive)", ">value to come"});
  for (const FrequencyClass& row : report.classes) {
    const bool last = &row == &report.classes.back();
    table.Add({absl::StrCat(row.repeats, last ? "+" : ""), Grouped(row.customers),
               absl::StrFormat("%.3f", row.expected), absl::StrFormat("%.3f", row.actual),
               absl::StrFormat("%.3f", row.alive),
               row.value.has_value() ? absl::StrFormat("%.2f", *row.value) : "-"});
  }
  page.Add(std::move(table));
}

void SaySpend(const LifetimeValueReport& report, Page& page) {
  page.Heading("spend");
  if (!report.spend.has_value()) {
    page.Say("no model of spend: " + report.no_spend);
    return;
  }
  const SpendAccuracy& spend = *report.spend;
  page.Say(absl::StrFormat("Gamma-Gamma p %.3f, q %.3f, v %.3f on %d customers", spend.parameters.p,
                           spend.parameters.q, spend.parameters.v, spend.customers));
  page.Say(absl::StrFormat(
      "spend in the holdout: expected %.0f, actual %.0f, MAE %.2f a customer; discounted value to "
      "come %.2f a customer",
      spend.expected, spend.actual, spend.mean_absolute_error, spend.mean_value));
}

absl::Status Run(const Invocation& invocation, const LifetimeValueArguments& arguments) {
  PurchaseLog log;
  TSUGI_ASSIGN_OR_RETURN(const LifetimeValueReport report, Evaluate(arguments, log));
  Page page("Lifetime value");
  page.Say(absl::StrFormat(
      "%s customers from %s to %s, %s of them bought again; holdout of %.2f weeks to %s",
      Grouped(report.customers), Day(report.calibration_from), arguments.calibration_until,
      Grouped(report.repeat_customers), report.holdout_weeks, Day(report.holdout_until)));
  page.Say(absl::StrFormat(
      "left out: %s customers who came later, %s rows without customer, %s of "
      "returns",
      Grouped(report.later_customers), Grouped(log.without_customer), Grouped(log.returns)));
  const models::BgNbdParameters& p = report.parameters;
  page.Say(absl::StrFormat("BG/NBD r %.3f, alpha %.3f (weeks), a %.3f, b %.3f, log-likelihood %.1f",
                           p.r, p.alpha, p.a, p.b, report.log_likelihood));
  SayAccuracy(report, page);
  SayClasses(report, page);
  SaySpend(report, page);
  return Show(invocation, page, ToJson(report, log).dump(), arguments.report);
}

}  // namespace

void AddEvaluateLifetimeValue(CLI::App& evaluate, Invocation& invocation) {
  const auto arguments = std::make_shared<LifetimeValueArguments>();
  CLI::App* command = evaluate.add_subcommand(
      "lifetime-value", "Repeat purchases and spend, forecast and held against a later period");
  command->add_option("--orders", arguments->orders, "orders as of an import: CSV, .zst, .gz or -")
      ->required();
  command
      ->add_option("--calibration-until", arguments->calibration_until,
                   "the last day to learn from")
      ->required()
      ->check(IsDay());
  command->add_option("--until", arguments->until, "the last day to test on (default: of the file)")
      ->check(IsDay());
  command->add_option("--timezone", arguments->zone, "whose days count")->capture_default_str();
  command->add_option("--horizon-weeks", arguments->horizon_weeks, "of the value to come")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 5200.0));
  command->add_option("--discount-rate", arguments->discount_rate, "a year")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 10.0));
  command->add_option("--margin", arguments->margin, "share of the order's value that counts")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  AddReportOption(*command, arguments->report);
  SetExample(*command,
             "tsugi evaluate lifetime-value --orders orders.csv --calibration-until 2024-06-30");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Run(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
