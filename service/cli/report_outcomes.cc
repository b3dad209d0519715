#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/outcomes/report.h"
#include "service/cli/policy_file.h"
#include "service/cli/report_commands.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct OutcomesArguments {
  std::optional<absl::Time> from;
  std::optional<absl::Time> to;
  std::string by;
  std::string policy = "default";
};

Json Finite(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json EffectJson(const models::Effect& effect) {
  return {{"value", Finite(effect.value)},
          {"low", Finite(effect.interval.low)},
          {"high", Finite(effect.interval.high)}};
}

Json ArmJson(const ArmTotals& arm) {
  return {{"customers", arm.customers},
          {"converted", arm.converted},
          {"conversion", arm.ConversionRate()},
          {"revenue", arm.revenue.mean()},
          {"margin", arm.margin.mean()}};
}

Json RowJson(const OutcomeRow& row) {
  return {{"key", row.key},
          {"shown", row.shown},
          {"withheld", row.withheld},
          {"accepted", row.accepted},
          {"declined", row.declined},
          {"maybe_later", row.maybe_later},
          {"contacts", row.contacts},
          {"credited_purchases", row.credited_purchases},
          {"credited_revenue", row.credited_revenue},
          {"credited_margin", row.credited_margin},
          {"treated", ArmJson(row.treated)},
          {"control", ArmJson(row.control)},
          {"uplift",
           {{"conversion", EffectJson(row.conversion)},
            {"revenue", EffectJson(row.revenue)},
            {"margin", EffectJson(row.margin)}}},
          {"more_customers", row.more_customers.has_value() ? Json(*row.more_customers) : Json()},
          {"verdict", row.verdict}};
}

std::string Count(std::int64_t count) { return Grouped(static_cast<std::uint64_t>(count)); }

std::string Rate(const ArmTotals& arm) {
  if (arm.customers == 0) return "-";
  return absl::StrFormat("%.2f %%", 100 * arm.ConversionRate());
}

std::string Between(const models::Effect& effect) {
  if (!std::isfinite(effect.interval.low) || !std::isfinite(effect.interval.high)) return "-";
  return absl::StrFormat("%.2f (%.2f to %.2f)", effect.value, effect.interval.low,
                         effect.interval.high);
}

void Print(std::ostream& out, const std::string& by, const OutcomeReport& report,
           const std::string& currency) {
  out << "Offers from " << base::FormatTime(report.from) << " to " << base::FormatTime(report.to)
      << "; money in " << currency << "\n\n";
  Table table({by.empty() ? "offers" : by, ">shown", ">accepted", ">declined", ">contacts",
               ">credited revenue", ">credited margin", ">customers", ">left alone", ">bought",
               ">left alone bought", ">margin added a customer"});
  for (const OutcomeRow& row : report.rows) {
    table.Add({by.empty()        ? "all"
               : row.key.empty() ? "(none)"
                                 : row.key,
               Count(row.shown), Count(row.accepted), Count(row.declined), Count(row.contacts),
               absl::StrFormat("%.2f", row.credited_revenue),
               absl::StrFormat("%.2f", row.credited_margin), Count(row.treated.customers),
               Count(row.control.customers), Rate(row.treated), Rate(row.control),
               Between(row.margin)});
  }
  table.Print(out);
  out << "\n";
  for (const OutcomeRow& row : report.rows) {
    out << (by.empty()        ? "All offers"
            : row.key.empty() ? "(none)"
                              : row.key)
        << ": " << row.verdict << ".\n";
  }
}

absl::Status Run(const Invocation& invocation, const OutcomesArguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const Policy policy, ReadPolicy(arguments.policy));
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForReading(invocation));
  TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store->Info());
  OutcomeOptions options;
  options.from = arguments.from.value_or(absl::InfinitePast());
  options.to = arguments.to.value_or(invocation.Now());
  if (options.from >= options.to) {
    return absl::InvalidArgumentError(absl::StrCat("--from ", base::FormatTime(options.from),
                                                   " is not before the end, ",
                                                   base::FormatTime(options.to)));
  }
  if (!arguments.by.empty()) options.by = *OutcomeDimensionFromName(arguments.by);
  options.window = policy.attribution_window;
  options.default_margin = policy.value.default_margin;
  TSUGI_ASSIGN_OR_RETURN(const OutcomeFacts facts, ReadOutcomeFacts(*store, options.to));
  const OutcomeReport report = ReportOutcomes(facts, options);
  if (!invocation.json) {
    Print(*invocation.out, arguments.by, report, info.settings.currency);
    return absl::OkStatus();
  }
  Json rows = Json::array();
  for (const OutcomeRow& row : report.rows) rows.push_back(RowJson(row));
  const Json json = {{"from", base::FormatTime(report.from)},
                     {"to", base::FormatTime(report.to)},
                     {"by", arguments.by},
                     {"currency", info.settings.currency},
                     {"rows", std::move(rows)}};
  *invocation.out << json.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddReportOutcomes(CLI::App& report, Invocation& invocation) {
  const auto arguments = std::make_shared<OutcomesArguments>();
  CLI::App* command = report.add_subcommand(
      "outcomes", "What the offers of a period achieved, against customers who were left alone");
  AddTimeOption(*command, "--from", arguments->from, "offers from then on (all)");
  AddTimeOption(*command, "--to", arguments->to, "offers before then (now)");
  command->add_option("--by", arguments->by, "a row for each")
      ->check(CLI::IsMember({"segment", "moment", "kind", "placement", "rule", "model_version"}));
  command->add_option("--policy", arguments->policy, "default, open or a file")
      ->capture_default_str();
  SetExample(*command, "tsugi report outcomes --from 2024-01-01 --by moment");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Run(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
