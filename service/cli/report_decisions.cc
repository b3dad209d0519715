#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/facts/names.h"
#include "engine/outcomes/attribution.h"
#include "service/cli/policy_file.h"
#include "service/cli/report_commands.h"

namespace tsugi::cli {
namespace {

struct DecisionsArguments {
  std::optional<absl::Time> from;
  std::optional<absl::Time> to;
  std::string policy = "default";
};

std::string Quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

absl::Status Run(const Invocation& invocation, const DecisionsArguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const Policy policy, ReadPolicy(arguments.policy));
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenForReading(invocation));
  const absl::Time from = arguments.from.value_or(absl::InfinitePast());
  const absl::Time to = arguments.to.value_or(invocation.Now());
  TSUGI_ASSIGN_OR_RETURN(const OutcomeFacts facts, ReadOutcomeFacts(*store, to));
  const std::vector<PurchaseEvent> purchases = PurchaseEvents(facts, policy.value.default_margin);
  std::vector<double> rewards(facts.exposures.size());
  for (const Credit& credit :
       CreditPurchases(facts.exposures, purchases, policy.attribution_window)) {
    rewards[credit.exposure] += purchases[credit.purchase].margin;
  }
  std::ostream& out = *invocation.out;
  out << "action,propensity,reward,position,context,context_id\n";
  for (std::size_t i = 0; i < facts.exposures.size(); ++i) {
    const Exposure& exposure = facts.exposures[i];
    if (exposure.control || exposure.at < from) continue;
    const std::string moment =
        exposure.moment.has_value() ? std::string(Name(*exposure.moment)) : std::string();
    out << Quoted(exposure.product_id) << "," << absl::StrCat(exposure.propensity) << ","
        << absl::StrCat(rewards[i]) << "," << exposure.position << ","
        << Quoted(absl::StrCat(exposure.placement, " ", moment)) << ","
        << Quoted(exposure.recommendation_id) << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddReportDecisions(CLI::App& report, Invocation& invocation) {
  const auto arguments = std::make_shared<DecisionsArguments>();
  CLI::App* command = report.add_subcommand(
      "decisions", "What was shown, its propensity and the margin credited to it, as CSV");
  AddTimeOption(*command, "--from", arguments->from, "offers from then on (all)");
  AddTimeOption(*command, "--to", arguments->to, "offers before then (now)");
  command->add_option("--policy", arguments->policy, "default, open or a file")
      ->capture_default_str();
  SetExample(*command, "tsugi report decisions | tsugi evaluate off-policy --file -");
  command->callback([&invocation, arguments] {
    invocation.action = [&invocation, arguments] { return Run(invocation, *arguments); };
  });
}

}  // namespace tsugi::cli
