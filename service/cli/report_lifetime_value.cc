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
#include "engine/lifetime_value/report.h"
#include "engine/snapshot/registry.h"
#include "engine/training/train.h"
#include "service/cli/policy_file.h"
#include "service/cli/report_commands.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct LifetimeArguments {
  std::string by;
  std::string customer;
  std::string policy = "default";
};

Json RowJson(const LifetimeRow& row) {
  Json json = {{"segment", row.segment},
               {"customers", row.customers},
               {"buyers", row.buyers},
               {"subscribers", row.subscribers},
               {"average_order_value", row.average_order_value},
               {"orders", row.orders},
               {"orders_a_year", row.orders_a_year},
               {"years", row.years},
               {"margin", row.margin},
               {"churn_percent", row.churn_percent},
               {"simple", row.simple},
               {"repeat_purchase", row.repeat_purchase},
               {"subscription", nullptr},
               {"contract", nullptr},
               {"full", row.full},
               {"costs_known", row.costs_known},
               {"expected_orders", row.expected_orders},
               {"expected_contracts", row.expected_contracts},
               {"expected_total", row.expected_total}};
  if (row.subscription.has_value()) json["subscription"] = *row.subscription;
  if (row.contract.has_value()) json["contract"] = *row.contract;
  return json;
}

Json OneJson(const OneLifetime& one) {
  Json json = {{"customer_id", one.customer_id},
               {"segment", one.segment},
               {"purchases", one.figures.purchases},
               {"revenue", one.figures.revenue},
               {"margin", one.figures.margin},
               {"alive", one.orders.alive},
               {"expected_purchases", one.orders.purchases},
               {"expected_order", one.orders.order},
               {"expected_orders", one.orders.value},
               {"expected_contracts", one.contracts},
               {"expected_total", one.total},
               {"full", nullptr}};
  if (one.full.has_value()) json["full"] = *one.full;
  return json;
}

std::string Money(double value) { return absl::StrFormat("%.2f", value); }
std::string Money(const std::optional<double>& value) {
  return value.has_value() ? Money(*value) : "-";
}

void PrintRows(std::ostream& out, const std::vector<LifetimeRow>& rows) {
  Table basis({"segment", ">customers", ">buyers", ">subscribers", ">order value", ">a year",
               ">years", ">margin", ">churn a month"});
  Table values({"segment", ">1 simple", ">2 repeat", ">3 subscription", ">4 contract", ">5 full",
                ">to come: orders", ">contracts", ">all customers"});
  for (const LifetimeRow& row : rows) {
    const std::string name = row.segment.empty() ? "(none)" : row.segment;
    basis.Add({name, Grouped(row.customers), Grouped(row.buyers), Grouped(row.subscribers),
               Money(row.average_order_value), absl::StrFormat("%.2f", row.orders_a_year),
               absl::StrFormat("%.2f", row.years), absl::StrFormat("%.0f %%", 100 * row.margin),
               absl::StrFormat("%.2f %%", row.churn_percent)});
    values.Add({name, Money(row.simple), Money(row.repeat_purchase), Money(row.subscription),
                Money(row.contract), Money(row.full), Money(row.expected_orders),
                Money(row.expected_contracts), Money(row.expected_total)});
  }
  basis.Print(out);
  out << "\nlifetime value, a customer (1, 2, 5, to come), a subscriber (3, 4)\n";
  values.Print(out);
}

void PrintOne(std::ostream& out, const OneLifetime& one) {
  out << one.customer_id << (one.segment.empty() ? "" : ", " + one.segment) << "\n"
      << absl::StrFormat("%.0f purchases, revenue %.2f, margin %.0f %%\n", one.figures.purchases,
                         one.figures.revenue, 100 * one.figures.margin)
      << absl::StrFormat(
             "still buying: %.0f %%; expected within the horizon: %.2f purchases of %.2f\n",
             100 * one.orders.alive, one.orders.purchases, one.orders.order)
      << absl::StrFormat("value to come: %.2f of orders, %.2f of contracts, %.2f in all\n",
                         one.orders.value, one.contracts, one.total);
  if (one.full.has_value()) {
    out << absl::StrFormat("full formula, costs included: %.2f%s\n", *one.full,
                           *one.full < 0 ? " (cheaper service or another offer, no discount)" : "");
  }
}

// The snapshot labelled stable; null where there is none yet.
absl::StatusOr<std::shared_ptr<const Snapshot>> OpenStable(const std::string& directory) {
  const Registry registry(directory);
  const absl::StatusOr<std::string> version = registry.Resolve(kStable);
  if (absl::IsNotFound(version.status())) return nullptr;
  TSUGI_RETURN_IF_ERROR(version.status());
  return registry.Open(*version);
}

absl::Status Run(const Invocation& invocation, const LifetimeArguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const Policy policy, ReadPolicy(arguments.policy));
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForReading(invocation));
  TSUGI_ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> snapshot,
                         OpenStable(invocation.models));
  const Behaviour behaviour = snapshot == nullptr ? Behaviour() : snapshot->models().behaviour;
  TSUGI_ASSIGN_OR_RETURN(const ScannedStore scanned, ScanStore(*store));
  const LifetimeReporter reporter(scanned.index.get(), &behaviour, policy.value, invocation.Now());
  if (!arguments.customer.empty()) {
    TSUGI_ASSIGN_OR_RETURN(const OneLifetime one, reporter.Of(arguments.customer));
    if (invocation.json) {
      *invocation.out << OneJson(one).dump() << "\n";
    } else {
      PrintOne(*invocation.out, one);
    }
    return absl::OkStatus();
  }
  TSUGI_ASSIGN_OR_RETURN(const LifetimeReport report, reporter.Report(scanned.history));
  std::vector<LifetimeRow> rows;
  if (arguments.by == "segment") rows = report.segments;
  rows.push_back(report.total);
  if (!invocation.json) {
    PrintRows(*invocation.out, rows);
    if (snapshot == nullptr) {
      *invocation.out << "nothing is learned yet: run `tsugi train`; until then the pace of the "
                         "last year goes on\n";
    }
    return absl::OkStatus();
  }
  Json json = {{"at", base::FormatTime(report.at)},
               {"model_version", snapshot == nullptr ? "" : snapshot->version()},
               {"rows", Json::array()}};
  for (const LifetimeRow& row : rows) json["rows"].push_back(RowJson(row));
  *invocation.out << json.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddReportLifetimeValue(CLI::App& report, Invocation& invocation) {
  const auto arguments = std::make_shared<LifetimeArguments>();
  CLI::App* command = report.add_subcommand(
      "lifetime-value", "What customers are worth, by plain formulas and by what was learned");
  command->add_option("--by", arguments->by, "segment")->check(CLI::IsMember({"segment"}));
  command->add_option("--customer", arguments->customer, "one customer");
  command->add_option("--policy", arguments->policy, "default, open or a file: horizon and margin")
      ->capture_default_str();
  SetExample(*command, "tsugi report lifetime-value --by segment");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Run(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
