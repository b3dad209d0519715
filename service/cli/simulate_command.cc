#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "service/cli/commands.h"
#include "service/cli/policy_file.h"
#include "service/cli/progress.h"
#include "service/cli/shared_options.h"
#include "service/cli/table.h"
#include "simulator/simulate.h"

namespace tsugi::cli {
namespace {

struct Options {
  simulator::SimulateOptions simulate;
  std::string family = "b";
  std::string policy = "market";
};

nlohmann::ordered_json ToJson(const Options& options, const simulator::Comparison& comparison) {
  nlohmann::ordered_json json;
  json["rows"] = nlohmann::ordered_json::array();
  for (const simulator::Row& row : comparison.rows) {
    json["rows"].push_back({{"policy", row.policy},
                            {"gain", IntervalJson(row.gain)},
                            {"contacts", row.contacts},
                            {"churn", row.churn},
                            {"value", IntervalJson(row.value)},
                            {"goods", row.goods},
                            {"subscriptions", row.software},
                            {"contact_cost", row.contacting},
                            {"continuing", row.continuing},
                            {"shown", row.shown},
                            {"accepted", row.accepted}});
  }
  json["share_of_oracle"] = IntervalJson(comparison.tsugi_share);
  json["family"] = options.family;
  json["days"] = options.simulate.days;
  json["seeds"] = options.simulate.seeds;
  json["first_seed"] = options.simulate.first_seed;
  json["customers"] = options.simulate.customers;
  return json;
}

std::string Fixed(double value, int places) { return absl::StrFormat("%.*f", places, value); }

void Print(const Invocation& invocation, const Options& options,
           const simulator::Comparison& comparison) {
  *invocation.out << "Per customer in " << options.simulate.days << " days, "
                  << options.simulate.seeds << " worlds of family " << options.family << " with "
                  << options.simulate.customers
                  << " customers; gain is value over `never`, with its 95 % interval.\n";
  Table table(
      {"policy", ">gain", ">low", ">high", ">contacts", ">offers", ">accepted", ">churn %"});
  for (const simulator::Row& row : comparison.rows) {
    table.Add({row.policy, Fixed(row.gain.mean, 2), Fixed(row.gain.low, 2), Fixed(row.gain.high, 2),
               Fixed(row.contacts, 2), Fixed(row.shown, 1), Fixed(row.accepted, 2),
               Fixed(100 * row.churn, 1)});
  }
  table.Print(*invocation.out);
  const simulator::Interval& share = comparison.tsugi_share;
  *invocation.out << "tsugi reaches " << Fixed(100 * share.mean, 0) << " % of the oracle's gain";
  if (options.simulate.seeds > 1) {
    *invocation.out << " (" << Fixed(100 * share.low, 0) << " to " << Fixed(100 * share.high, 0)
                    << " %).\n";
  } else {
    *invocation.out << "; one world has no interval.\n";
  }
}

absl::Status Run(const Invocation& invocation, Options options) {
  if (options.policy != "market") {
    TSUGI_ASSIGN_OR_RETURN(options.simulate.policy, ReadPolicy(options.policy));
  }
  options.simulate.family = options.family == "a" ? simulator::Family::kA : simulator::Family::kB;
  Progress progress(invocation);
  progress.Show("simulating", -1);
  options.simulate.cancelled = invocation.interrupted;
  options.simulate.progress = [&](int done, int all) {
    const std::string text = absl::StrFormat("%d of %d worlds", done, all);
    progress.Show(text, static_cast<double>(done) / all);
  };
  TSUGI_ASSIGN_OR_RETURN(const simulator::Comparison comparison,
                         simulator::Simulate(options.simulate));
  progress.Finish(absl::StrFormat("%d worlds in %.0f s", options.simulate.seeds,
                                  absl::ToDoubleSeconds(progress.elapsed())));
  progress.Clear();
  if (invocation.json) {
    *invocation.out << ToJson(options, comparison).dump() << "\n";
  } else {
    Print(invocation, options, comparison);
  }
  return absl::OkStatus();
}

}  // namespace

void AddSimulateCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* simulate = app.add_subcommand(
      "simulate", "Policies side by side in markets with known truth: the closed loop");
  simulator::SimulateOptions& simulated = options->simulate;
  simulate->add_option("--days", simulated.days, "days of the test period")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  simulate->add_option("--seeds", simulated.seeds, "worlds")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  simulate->add_option("--customers", simulated.customers, "customers of a world")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  simulate
      ->add_option("--first-seed", simulated.first_seed,
                   "of the first world; the others follow. On new ones nothing was tuned")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  simulate->add_option("--family", options->family, "a: worlds to tune on, b: the verdict")
      ->check(CLI::IsMember({"a", "b"}))
      ->capture_default_str();
  simulate
      ->add_option("--policy", options->policy,
                   "of the row tsugi: market (tuned on family a), default, open or a file")
      ->capture_default_str();
  SetExample(*simulate, "tsugi simulate --seeds 4 --days 90");
  simulate->callback([&invocation, options] {
    invocation.action = [&invocation, options] { return Run(invocation, *options); };
  });
}

}  // namespace tsugi::cli
