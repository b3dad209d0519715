#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/bundles/proposals.h"
#include "engine/history/builder.h"
#include "engine/policy/value.h"
#include "engine/state/follower.h"
#include "service/cli/report_commands.h"
#include "service/cli/table.h"

namespace tsugi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct BundlesArguments {
  std::optional<absl::Time> from;
  std::optional<absl::Time> to;
  ProposalOptions options;
};

double AdvantagePercent(const BundleProposal& row) {
  if (!row.price.has_value() || row.singly <= base::Decimal()) return 0;
  return 100 * (1 - row.price->ToDouble() / row.singly.ToDouble());
}

Json ToJson(const BundleProposals& proposals, const BundlesArguments& arguments,
            const std::string& currency) {
  Json rows = Json::array();
  for (const BundleProposal& row : proposals.rows) {
    Json json = {{"product_ids", row.product_ids},
                 {"names", row.names},
                 {"orders_together", row.orders},
                 {"lift", row.lift},
                 {"llr", row.llr},
                 {"sum_of_prices", row.singly.ToDouble()},
                 {"cost", row.cost.ToDouble()},
                 {"cost_known", row.cost_known},
                 {"margin_room", (row.singly - row.cost).ToDouble()},
                 {"proposed_price", Json()},
                 {"advantage_percent", AdvantagePercent(row)},
                 {"sold_as", row.sold_as.empty() ? Json() : Json(row.sold_as)}};
    if (row.price.has_value()) json["proposed_price"] = row.price->ToDouble();
    rows.push_back(std::move(json));
  }
  Json json = {{"from", Json()},
               {"to", base::FormatTime(arguments.options.to)},
               {"currency", currency},
               {"orders", proposals.orders},
               {"rows", std::move(rows)}};
  if (arguments.from.has_value()) json["from"] = base::FormatTime(*arguments.from);
  return json;
}

std::string Named(const BundleProposal& row) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < row.product_ids.size(); ++i) {
    const std::string& id = row.product_ids[i];
    words.push_back(row.names[i] == id ? id : absl::StrCat(row.names[i], " (", id, ")"));
  }
  return absl::StrJoin(words, " + ");
}

void Print(std::ostream& out, const BundleProposals& proposals, const std::string& currency) {
  if (proposals.rows.empty()) {
    out << "no products are bought together far above chance in " << Grouped(proposals.orders)
        << " orders\n";
    return;
  }
  out << "sets bought together far above chance in " << Grouped(proposals.orders)
      << " orders, strongest first; money in " << currency << "\n\n";
  Table table(
      {"products", ">orders", ">lift", ">LLR", ">singly", ">margin", ">price", ">off", "sold as"});
  bool unknown = false;
  for (const BundleProposal& row : proposals.rows) {
    unknown = unknown || !row.cost_known;
    table.Add({Named(row), Grouped(row.orders), absl::StrFormat("%.1f", row.lift),
               absl::StrFormat("%.0f", row.llr), row.singly.ToFixed(2),
               (row.singly - row.cost).ToFixed(2) + (row.cost_known ? "" : "?"),
               row.price.has_value() ? row.price->ToFixed(2) : "-",
               row.price.has_value() ? absl::StrFormat("%.1f %%", AdvantagePercent(row)) : "-",
               row.sold_as});
  }
  table.Print(out);
  out << "lift: how many times as often as by chance; LLR: of the product that goes with the rest "
         "least\n";
  if (unknown) out << "?: a cost is not known and taken by the default margin\n";
}

absl::Status Run(const Invocation& invocation, BundlesArguments& arguments) {
  ProposalOptions& options = arguments.options;
  options.to = arguments.to.value_or(invocation.Now());
  options.from = arguments.from.value_or(absl::InfinitePast());
  if (options.from >= options.to) {
    return absl::InvalidArgumentError(absl::StrCat("--from ", base::FormatTime(options.from),
                                                   " is not before the end, ",
                                                   base::FormatTime(options.to)));
  }
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForReading(invocation));
  TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store->Info());
  options.decimals = CurrencyDecimals(info.settings.currency);
  FactIndex index;
  TSUGI_RETURN_IF_ERROR(Follower(store.get(), &index).CatchUp());
  TSUGI_ASSIGN_OR_RETURN(const OrderHistory history, ReadOrderHistory(*store));
  const base::ReaderLock lock(&index.mutex());
  TSUGI_ASSIGN_OR_RETURN(const BundleProposals proposals, ProposeBundles(history, index, options));
  if (invocation.json) {
    *invocation.out << ToJson(proposals, arguments, info.settings.currency).dump() << "\n";
  } else {
    Print(*invocation.out, proposals, info.settings.currency);
  }
  return absl::OkStatus();
}

void AddSetOptions(CLI::App& command, BundlesArguments& arguments) {
  SetOptions& sets = arguments.options.sets;
  command.add_option("--max", sets.most_sets, "sets shown")->capture_default_str();
  command.add_option("--products", sets.most_products, "products of a set, at most")
      ->check(CLI::Range(2, 4))
      ->capture_default_str();
  command.add_option("--min-orders", sets.min_orders, "orders that hold all of a set")
      ->check(CLI::Range(1, 1'000'000'000))
      ->capture_default_str();
  command.add_option("--min-lift", sets.min_lift, "times as often as by chance")
      ->check(CLI::Range(1.0, 1e9))
      ->capture_default_str();
}

}  // namespace

void AddReportBundles(CLI::App& report, Invocation& invocation) {
  const auto arguments = std::make_shared<BundlesArguments>();
  CLI::App* command = report.add_subcommand(
      "bundles", "Sets worth a price of their own: bought together far above chance");
  AddTimeOption(*command, "--from", arguments->from, "first order that counts (the first of all)");
  AddTimeOption(*command, "--to", arguments->to, "end, not included (now)");
  AddSetOptions(*command, *arguments);
  SetExample(*command, "tsugi report bundles --from 2024-01-01");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Run(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
