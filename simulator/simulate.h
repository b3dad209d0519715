// Policies side by side in markets with known truth.
//
//   TSUGI_ASSIGN_OR_RETURN(const Comparison comparison, Simulate({.days = 180, .seeds = 20}));
//   for (const Row& row : comparison.rows) ... row.gain.mean ...
//
// For each seed: a world, a warm-up without a policy (a year, light random offers at its end), then
// the test period once for each policy, from the same customers, on the same dice. Figures are per
// customer who was there when the test period began. See docs/simulation.md for what counts.
//
// Deterministic: equal options give equal figures on any number of threads. Seeds run in parallel.
#ifndef TSUGI_SIMULATOR_SIMULATE_H_
#define TSUGI_SIMULATOR_SIMULATE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/policy/policy.h"
#include "simulator/world.h"

namespace tsugi::simulator {

struct SimulateOptions {
  Family family = Family::kB;
  int days = 180;                   // of the test period
  int seeds = 20;                   // worlds
  std::uint64_t first_seed = 8001;  // spent, as docs/simulation.md says
  int customers = 400;              // of a world
  int warm_up_days = 365;
  int offers_from = 245;  // day of the warm-up on which random offers begin
  int retrain_days = 30;
  double continuing_days = 365;
  std::optional<Policy> policy;                     // of the row `tsugi`; none: MarketPolicy()
  std::vector<std::string> only;                    // policies; empty: all
  std::function<void(int done, int all)> progress;  // called from any thread, one at a time
  const std::atomic<bool>* cancelled = nullptr;
};

struct Interval {
  double mean = 0;
  double low = 0;  // 95 % by Student's t over seeds
  double high = 0;
};

struct Row {
  std::string policy;
  Interval gain;     // value a customer over `never`
  Interval value;    // value a customer
  double goods = 0;  // its parts, means over seeds
  double software = 0;
  double contacting = 0;
  double continuing = 0;
  double contacts = 0;  // outbound answers with an offer, a customer
  double shown = 0;     // offers, in all places, a customer
  double accepted = 0;
  double churn = 0;           // share that left
  std::vector<double> gains;  // by seed
};

struct Comparison {
  std::vector<Row> rows;       // in the order of PolicyNames()
  double share_of_oracle = 0;  // tsugi's gain / the oracle's; 0 where either is missing
  Interval tsugi_share;        // the same by seed: ratio of sums, jackknife interval
};

const std::vector<std::string>& PolicyNames();

// Errors: INVALID_ARGUMENT for an option out of range; CANCELLED; those of the engine.
absl::StatusOr<Comparison> Simulate(const SimulateOptions& options);

// For tests: one policy in one world.
struct Outcome {
  double customers = 0;  // there when the test period began
  double goods = 0;
  double software = 0;
  double contacting = 0;
  double continuing = 0;
  double contacts = 0;
  double shown = 0;
  double accepted = 0;
  double left = 0;
  double value() const { return goods + software - contacting + continuing; }
};
absl::StatusOr<std::vector<Outcome>> SimulateSeed(const SimulateOptions& options,
                                                  std::uint64_t seed,
                                                  const std::vector<std::string>& policies);

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_SIMULATE_H_
