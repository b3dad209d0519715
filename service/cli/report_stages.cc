#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/outcomes/stage_report.h"
#include "engine/state/follower.h"
#include "service/cli/report_commands.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct StagesArguments {
  std::optional<absl::Time> from;
  std::optional<absl::Time> to;
  std::string segment;
  std::string by;
};

Json FlowJson(const std::string& stage, const StageFlow& flow) {
  return {{"stage", stage},    {"balance", flow.balance},   {"entered", flow.entered},
          {"left", flow.left}, {"advanced", flow.advanced}, {"conversion", flow.ConversionRate()}};
}

Json ToJson(const StageReport& report, const StageReportOptions& options) {
  Json rows = Json::array();
  for (const StageRow& row : report.rows) {
    Json json = FlowJson(row.stage, row.flow);
    json["median_days"] = row.median_days.has_value() ? Json(*row.median_days) : Json();
    rows.push_back(std::move(json));
  }
  Json weeks = Json::array();
  for (const StageWeek& week : report.weeks) {
    Json flows = Json::array();
    for (std::size_t i = 0; i < week.flows.size(); ++i) {
      flows.push_back(FlowJson(report.rows[i].stage, week.flows[i]));
    }
    weeks.push_back({{"week", base::FormatTime(week.begin)}, {"rows", std::move(flows)}});
  }
  return {{"from", base::FormatTime(options.from)},
          {"to", base::FormatTime(options.to)},
          {"rows", std::move(rows)},
          {"weeks", std::move(weeks)},
          {"churn_rate", report.churn_rate},
          {"renewal_rate", report.renewal_rate}};
}

std::string Count(std::int64_t count) { return Grouped(static_cast<std::uint64_t>(count)); }

std::string Conversion(const StageFlow& flow) {
  return flow.left == 0 ? "-" : absl::StrFormat("%.1f %%", 100 * flow.ConversionRate());
}

void Print(std::ostream& out, const StageReport& report, const StageReportOptions& options) {
  out << "From " << base::FormatTime(options.from) << " to " << base::FormatTime(options.to)
      << "\n\n";
  Table table(
      {"stage", ">stand in it", ">came", ">left", ">went on", ">conversion", ">median days"});
  for (const StageRow& row : report.rows) {
    table.Add({row.stage, Count(row.flow.balance), Count(row.flow.entered), Count(row.flow.left),
               Count(row.flow.advanced), Conversion(row.flow),
               row.median_days.has_value() ? absl::StrFormat("%.1f", *row.median_days) : "-"});
  }
  table.Print(out);
  out << absl::StrFormat("\nSubscriptions lost: %.1f %%; renewed when due: %.1f %%\n",
                         100 * report.churn_rate, 100 * report.renewal_rate);
  out << "\nConversion to a later stage by week (of how many who left)\n";
  std::vector<std::string> titles = {"week"};
  for (const StageRow& row : report.rows) titles.push_back(">" + row.stage);
  Table weeks(titles);
  for (const StageWeek& week : report.weeks) {
    std::vector<std::string> cells = {absl::FormatTime("%Y-%m-%d", week.begin, options.zone)};
    for (const StageFlow& flow : week.flows) {
      cells.push_back(flow.left == 0 ? "-" : absl::StrCat(Conversion(flow), " (", flow.left, ")"));
    }
    weeks.Add(std::move(cells));
  }
  weeks.Print(out);
}

// The segments customers are in at the end.
std::set<std::string> SegmentsOf(const FactIndex& index, absl::Time to) {
  std::set<std::string> segments;
  const base::ReaderLock lock(&index.mutex());
  for (std::uint32_t i = 0; i < index.customer_slots(); ++i) {
    const CustomerRecord& customer = index.customer(CustomerIndex(i));
    const Customer* facts = customer.versions.AsOf(base::ToMicros(to) - 1);
    if (facts != nullptr && !facts->segment.empty()) segments.insert(facts->segment);
  }
  return segments;
}

absl::StatusOr<StageReportOptions> OptionsOf(const Invocation& invocation,
                                             const StagesArguments& arguments,
                                             const std::string& time_zone) {
  StageReportOptions options;
  options.to = arguments.to.value_or(invocation.Now());
  options.from = arguments.from.value_or(options.to - absl::Hours(24 * 30));
  options.segment = arguments.segment;
  if (options.from >= options.to) {
    return absl::InvalidArgumentError(absl::StrCat("--from ", base::FormatTime(options.from),
                                                   " is not before the end, ",
                                                   base::FormatTime(options.to)));
  }
  if (!absl::LoadTimeZone(time_zone, &options.zone)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the store's time zone ", time_zone, " is not known on this machine"));
  }
  return options;
}

absl::Status Run(const Invocation& invocation, const StagesArguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForReading(invocation));
  TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store->Info());
  TSUGI_ASSIGN_OR_RETURN(StageReportOptions options,
                         OptionsOf(invocation, arguments, info.settings.time_zone));
  FactIndex index;
  TSUGI_RETURN_IF_ERROR(Follower(store.get(), &index).CatchUp());
  if (arguments.by.empty()) {
    const StageReport report = ReportStages(index, options);
    if (invocation.json) {
      *invocation.out << ToJson(report, options).dump() << "\n";
    } else {
      Print(*invocation.out, report, options);
    }
    return absl::OkStatus();
  }
  Json segments = Json::array();
  for (const std::string& segment : SegmentsOf(index, options.to)) {
    options.segment = segment;
    const StageReport report = ReportStages(index, options);
    if (invocation.json) {
      Json json = {{"segment", segment}};
      json.update(ToJson(report, options));
      segments.push_back(std::move(json));
    } else {
      *invocation.out << "== " << segment << "\n";
      Print(*invocation.out, report, options);
      *invocation.out << "\n";
    }
  }
  if (invocation.json) {
    Json all;
    all["segments"] = std::move(segments);
    *invocation.out << all.dump() << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddReportStages(CLI::App& report, Invocation& invocation) {
  const auto arguments = std::make_shared<StagesArguments>();
  CLI::App* command = report.add_subcommand(
      "stages", "Where customers stand, how they move on, and how many go on to the next stage");
  AddTimeOption(*command, "--from", arguments->from, "start (30 days before the end)");
  AddTimeOption(*command, "--to", arguments->to, "end, not included (now)");
  CLI::Option* segment =
      command->add_option("--segment", arguments->segment, "customers of this segment only");
  command->add_option("--by", arguments->by, "a report for each")
      ->check(CLI::IsMember({"segment"}))
      ->excludes(segment);
  SetExample(*command, "tsugi report stages --from 2024-01-01 --to 2024-04-01");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Run(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
