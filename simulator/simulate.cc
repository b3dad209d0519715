#include "simulator/simulate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/mutex.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "engine/policy/parse.h"
#include "simulator/engine_seller.h"
#include "simulator/market.h"
#include "simulator/oracle.h"
#include "simulator/policies.h"
#include "simulator/simple_sellers.h"

namespace tsugi::simulator {
namespace {

// 97.5 % quantile of Student's t with n - 1 degrees of freedom (Abramowitz and Stegun 26.7.5).
double StudentT(int n) {
  if (n < 2) return 0;
  constexpr double kZ = 1.959964;
  const double v = n - 1;
  const double z3 = kZ * kZ * kZ;
  const double z5 = z3 * kZ * kZ;
  const double z7 = z5 * kZ * kZ;
  return kZ + (z3 + kZ) / (4 * v) + (5 * z5 + 16 * z3 + 3 * kZ) / (96 * v * v) +
         (3 * z7 + 19 * z5 + 17 * z3 - 15 * kZ) / (384 * v * v * v);
}

Interval IntervalOf(const std::vector<double>& values) {
  Interval interval;
  if (values.empty()) return interval;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) interval.mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - interval.mean) * (value - interval.mean);
  const double error = values.size() < 2 ? 0 : std::sqrt(squares / (n - 1) / n);
  const double half = StudentT(static_cast<int>(values.size())) * error;
  interval.low = interval.mean - half;
  interval.high = interval.mean + half;
  return interval;
}

// Sum of `part` over sum of `whole`, with the interval of the jackknife over seeds.
Interval RatioOf(const std::vector<double>& part, const std::vector<double>& whole) {
  Interval interval;
  double above = 0;
  double below = 0;
  for (std::size_t i = 0; i < part.size(); ++i) {
    above += part[i];
    below += whole[i];
  }
  if (part.empty() || below == 0) return interval;
  interval.mean = above / below;
  const auto n = static_cast<double>(part.size());
  double squares = 0;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const double without = (above - part[i]) / (below - whole[i]);
    squares += (without - interval.mean) * (without - interval.mean);
  }
  const double half = StudentT(static_cast<int>(part.size())) * std::sqrt(squares * (n - 1) / n);
  interval.low = interval.mean - half;
  interval.high = interval.mean + half;
  return interval;
}

// A world after its warm-up: what every policy starts from.
struct Start {
  World world;
  std::unique_ptr<Market> market;
  std::vector<Fact> facts;
  std::shared_ptr<const ModelSet> models;  // null where no policy asks the engine
};

bool AsksTheEngine(const std::string& policy) {
  return policy != "never" && policy != "random" && policy != "best_seller" && policy != "oracle";
}

const Policy& TsugiPolicy(const SimulateOptions& options) {
  return options.policy.has_value() ? *options.policy : MarketPolicy();
}

absl::Status WarmUp(const SimulateOptions& options, std::uint64_t seed, bool train, Start* start) {
  start->world = MakeWorld({.family = options.family,
                            .seed = seed,
                            .customers = options.customers,
                            .days = options.warm_up_days + options.days});
  start->market = std::make_unique<Market>(&start->world);
  WarmUpSeller seller(start->world.dice, LimitOptions(), options.offers_from);
  TSUGI_RETURN_IF_ERROR(start->market->Open(&seller));
  for (int day = 0; day < options.warm_up_days; ++day) {
    TSUGI_RETURN_IF_ERROR(start->market->Day(day, &seller));
  }
  start->market->StartAccounts(options.warm_up_days);
  start->facts = seller.facts();
  if (!train) return absl::OkStatus();
  FactLog log;
  FactIndex index;
  for (const Fact& fact : start->facts) (void)log.Add(fact);
  index.Apply(log.all());
  TSUGI_ASSIGN_OR_RETURN(start->models,
                         TrainOn(log.all(), &index, start->world.At(options.warm_up_days), seed));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Seller>> MakeSeller(const SimulateOptions& options,
                                                   const Start& start, const Market* market,
                                                   const std::string& policy) {
  const Policy& tsugi = TsugiPolicy(options);
  const LimitOptions limits = LimitsOf(tsugi);
  if (policy == "never") return std::make_unique<NeverSeller>();
  if (policy == "random") return std::make_unique<RandomSeller>(start.world.dice, limits);
  if (policy == "best_seller") return std::make_unique<BestSeller>(limits);
  if (policy == "oracle") {
    OracleOptions oracle;
    oracle.limits = limits;
    oracle.end = options.warm_up_days + options.days;
    oracle.continuing_days = options.continuing_days;
    return std::make_unique<Oracle>(market, oracle);
  }
  EngineSellerOptions engine;
  engine.retrain_days = options.retrain_days;
  engine.seed = start.world.seed;
  engine.models = start.models;
  engine.start = start.world.start;
  if (policy == "propensity_only") {
    engine.policy = OpenPolicy();
  } else if (policy == "no_timing") {
    engine.policy = WithoutTiming(tsugi);
  } else if (policy == "no_limits") {
    engine.policy = WithoutLimits(tsugi);
  } else {
    engine.policy = tsugi;
  }
  TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<EngineSeller> seller,
                         EngineSeller::Create(std::move(engine)));
  return std::unique_ptr<Seller>(std::move(seller));
}

Outcome Count(const SimulateOptions& options, const Market& before, const Market& after) {
  Outcome outcome;
  for (std::size_t i = 0; i < after.customers().size(); ++i) {
    if (before.customers()[i].gone) continue;
    const auto who = static_cast<std::uint32_t>(i);
    const Account& account = after.accounts()[i];
    ++outcome.customers;
    outcome.goods += account.goods;
    outcome.software += account.software;
    outcome.contacting += account.contacting;
    outcome.continuing += after.Continuing(who, options.continuing_days);
    outcome.contacts += account.contacts;
    outcome.shown += account.shown;
    outcome.accepted += account.accepted;
    outcome.left += after.customers()[i].gone ? 1 : 0;
  }
  return outcome;
}

absl::StatusOr<Outcome> RunPolicy(const SimulateOptions& options, const Start& start,
                                  const std::string& policy) {
  Market market = *start.market;
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<Seller> seller,
                         MakeSeller(options, start, &market, policy));
  for (const Fact& fact : start.facts) seller->Hear(fact);
  for (int day = 0; day < options.days; ++day) {
    if (options.cancelled != nullptr && options.cancelled->load()) {
      return absl::CancelledError("stopped");
    }
    TSUGI_RETURN_IF_ERROR(market.Day(options.warm_up_days + day, seller.get()));
  }
  return Count(options, *start.market, market);
}

absl::Status Check(const SimulateOptions& options) {
  const auto positive = [](const char* name, int value) {
    return value > 0 ? absl::OkStatus()
                     : absl::InvalidArgumentError(
                           absl::StrCat(name, ": ", value, " is too small; 1 or more"));
  };
  TSUGI_RETURN_IF_ERROR(positive("days", options.days));
  TSUGI_RETURN_IF_ERROR(positive("seeds", options.seeds));
  TSUGI_RETURN_IF_ERROR(positive("customers", options.customers));
  for (const std::string& policy : options.only) {
    const auto& names = PolicyNames();
    if (std::find(names.begin(), names.end(), policy) == names.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("policy: \"", policy, "\" is unknown; one of ", absl::StrJoin(names, ", ")));
    }
  }
  return absl::OkStatus();
}

Row MakeRow(const std::string& policy, const std::vector<Outcome>& outcomes,
            const std::vector<Outcome>& never) {
  Row row;
  row.policy = policy;
  std::vector<double> values;
  const auto n = static_cast<double>(outcomes.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const Outcome& o = outcomes[i];
    const double customers = std::max(1.0, o.customers);
    values.push_back(o.value() / customers);
    row.gains.push_back((o.value() - never[i].value()) / customers);
    row.goods += o.goods / customers / n;
    row.software += o.software / customers / n;
    row.contacting += o.contacting / customers / n;
    row.continuing += o.continuing / customers / n;
    row.contacts += o.contacts / customers / n;
    row.shown += o.shown / customers / n;
    row.accepted += o.accepted / customers / n;
    row.churn += o.left / customers / n;
  }
  row.gain = IntervalOf(row.gains);
  row.value = IntervalOf(values);
  return row;
}

const Row* FindRow(const Comparison& comparison, const std::string& policy) {
  for (const Row& row : comparison.rows) {
    if (row.policy == policy) return &row;
  }
  return nullptr;
}

}  // namespace

const std::vector<std::string>& PolicyNames() {
  static const auto& names =
      *new std::vector<std::string>{"never",     "random",    "best_seller", "propensity_only",
                                    "no_timing", "no_limits", "tsugi",       "oracle"};
  return names;
}

absl::StatusOr<std::vector<Outcome>> SimulateSeed(const SimulateOptions& options,
                                                  std::uint64_t seed,
                                                  const std::vector<std::string>& policies) {
  Start start;
  const bool train = std::any_of(policies.begin(), policies.end(), AsksTheEngine);
  TSUGI_RETURN_IF_ERROR(WarmUp(options, seed, train, &start));
  std::vector<Outcome> outcomes;
  for (const std::string& policy : policies) {
    TSUGI_ASSIGN_OR_RETURN(const Outcome outcome, RunPolicy(options, start, policy));
    outcomes.push_back(outcome);
  }
  return outcomes;
}

absl::StatusOr<Comparison> Simulate(const SimulateOptions& options) {
  TSUGI_RETURN_IF_ERROR(Check(options));
  std::vector<std::string> policies;
  for (const std::string& name : PolicyNames()) {
    const bool wanted =
        options.only.empty() || name == "never" ||
        std::find(options.only.begin(), options.only.end(), name) != options.only.end();
    if (wanted) policies.push_back(name);
  }
  const auto seeds = static_cast<std::size_t>(options.seeds);
  std::vector<absl::StatusOr<std::vector<Outcome>>> results(seeds, absl::UnknownError("not run"));
  base::Mutex mutex;
  int done = 0;
  base::ParallelFor(seeds, /*grain=*/1, [&](base::Chunk chunk) {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      // Loops inside stay on this thread: a seed is work enough.
      base::WithThreads(
          1, [&] { results[i] = SimulateSeed(options, options.first_seed + i, policies); });
      const base::MutexLock lock(&mutex);
      ++done;
      if (options.progress) options.progress(done, options.seeds);
    }
  });
  std::vector<std::vector<Outcome>> by_policy(policies.size());
  for (const auto& result : results) {
    TSUGI_RETURN_IF_ERROR(result.status());
    for (std::size_t p = 0; p < policies.size(); ++p) by_policy[p].push_back((*result)[p]);
  }
  Comparison comparison;
  for (std::size_t p = 0; p < policies.size(); ++p) {
    comparison.rows.push_back(MakeRow(policies[p], by_policy[p], by_policy[0]));
  }
  const Row* tsugi = FindRow(comparison, "tsugi");
  const Row* oracle = FindRow(comparison, "oracle");
  if (tsugi != nullptr && oracle != nullptr) {
    comparison.tsugi_share = RatioOf(tsugi->gains, oracle->gains);
    comparison.share_of_oracle = comparison.tsugi_share.mean;
  }
  return comparison;
}

}  // namespace tsugi::simulator
