#include "engine/evaluation/probability.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/parallel_status.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/candidates/bound_model.h"
#include "engine/candidates/candidates.h"
#include "engine/history/cart_split.h"
#include "engine/scoring/scoring.h"
#include "engine/training/replay_case.h"
#include "engine/training/train.h"

namespace tsugi {
namespace {

constexpr double kLeast = 1e-12;  // as in models/calibration

// One order of the test period, cut into cart and rest, and what was said about it.
struct Asked {
  std::uint32_t order = 0;
  bool known = false;  // a customer, not an unknown visitor
  CartSplit split;
  std::vector<float> probabilities;  // a candidate each
  std::vector<float> labels;
};

struct Group {
  std::string name;
  bool (*holds)(const Asked&);
};

bool HasCart(const Asked& one) { return !one.split.cart.empty(); }
bool Small(const Asked& one) { return HasCart(one) && one.split.cart.size() <= 3; }

// The moments and placements that the replay of orders stands for.
const Group kGroups[] = {
    {"all", [](const Asked&) { return true; }},
    {"checkout, pre_purchase (a cart)", HasCart},
    {"- cart of 1 to 3", Small},
    {"- cart of 4 to 10", [](const Asked& one) { return HasCart(one) && !Small(one); }},
    {"- known customer", [](const Asked& one) { return HasCart(one) && one.known; }},
    {"- unknown visitor", [](const Asked& one) { return HasCart(one) && !one.known; }},
    {"account, no cart (known customer)", [](const Asked& one) { return !HasCart(one); }},
};

std::vector<Asked> WhatToAsk(const OrderHistory& history, base::Micros from, base::Micros until,
                             const ProbabilityOptions& options) {
  std::vector<Asked> asked;
  const HistoryColumns& columns = history.columns();
  const RankerConfig& config = options.config.ranker;
  for (std::uint32_t order = 0; order < history.num_orders(); ++order) {
    if (columns.times[order] < from || columns.times[order] >= until) continue;
    base::Random random(base::Mix64(options.seed) ^ base::Mix64(order));
    Asked one;
    one.order = order;
    one.known = columns.customers[order] != kNoIndex;
    const bool empty = random.Chance(config.empty_carts) && one.known;
    one.split = SplitCart(history, order, static_cast<std::size_t>(config.cart_at_most), random);
    if (one.split.cart.empty()) continue;
    if (empty) {
      one.split.rest.insert(one.split.rest.end(), one.split.cart.begin(), one.split.cart.end());
      std::ranges::sort(one.split.rest);
      one.split.cart.clear();
    }
    asked.push_back(std::move(one));
  }
  return asked;
}

class Asker {
 public:
  Asker(const OrderHistory& history, const FactIndex& index, const BoundModel& model)
      : history_(history), index_(index), model_(model) {}

  // REQUIRES: the read lock of the index.
  absl::Status Ask(Asked& one) const {
    TSUGI_ASSIGN_OR_RETURN(const Context context,
                           ContextBefore(history_, index_, one.order, one.split.cart));
    std::vector<Candidate> candidates;
    TSUGI_RETURN_IF_ERROR(CollectCandidates(model_, index_, context, {}, candidates));
    // Offers about a subscription and upgrades have a probability of another kind.
    std::erase_if(candidates, [](const Candidate& candidate) {
      return candidate.subscription != nullptr || candidate.kind != OfferKind::kCrossSell;
    });
    const float label = 1.0F / static_cast<float>(one.split.rest.size());
    std::vector<ScoredOffer> offers;
    tsugi::Score(model_, index_, context, {}, candidates, offers);
    for (const ScoredOffer& offer : offers) {
      const std::string& id = index_.product(offer.candidate.product.index).id;
      const std::uint32_t product = history_.FindProduct(id);
      const bool bought = std::ranges::binary_search(one.split.rest, product);
      one.probabilities.push_back(std::clamp(static_cast<float>(offer.probability), 0.0F, 1.0F));
      one.labels.push_back(bought ? label : 0.0F);
    }
    return absl::OkStatus();
  }

 private:
  const OrderHistory& history_;
  const FactIndex& index_;
  const BoundModel& model_;
};

double LogLoss(double label, double probability) {
  const double p = std::clamp(probability, kLeast, 1 - kLeast);
  return -(label * std::log(p) + (1 - label) * std::log1p(-p));
}

// False where nobody of the group bought a candidate.
absl::StatusOr<bool> Measure(const Group& group, std::span<const Asked> asked,
                             const ProbabilityOptions& options, ProbabilityRow& row) {
  row.group = group.name;
  std::vector<float> probabilities;
  std::vector<float> labels;
  for (const Asked& one : asked) {
    if (!group.holds(one)) continue;
    ++row.orders;
    probabilities.insert(probabilities.end(), one.probabilities.begin(), one.probabilities.end());
    labels.insert(labels.end(), one.labels.begin(), one.labels.end());
  }
  row.candidates = labels.size();
  for (const float label : labels) row.base_rate += double{label};
  for (const float p : probabilities) row.mean_probability += double{p};
  if (row.base_rate <= 0) return false;
  const auto count = static_cast<double>(row.candidates);
  row.base_rate /= count;
  row.mean_probability /= count;
  TSUGI_ASSIGN_OR_RETURN(row.calibration,
                         models::MeasureCalibration(probabilities, labels, {}, options.bins));
  row.error_to_base = row.calibration.expected_error / row.base_rate;
  std::vector<double> gains;  // an order's, so that their mean is the gain a candidate
  for (const Asked& one : asked) {
    if (!group.holds(one)) continue;
    double gain = 0;
    for (std::size_t i = 0; i < one.labels.size(); ++i) {
      gain += LogLoss(double{one.labels[i]}, row.base_rate) -
              LogLoss(double{one.labels[i]}, double{one.probabilities[i]});
    }
    gains.push_back(gain * static_cast<double>(row.orders) / count);
  }
  row.base_log_loss = 0;
  for (const float label : labels) row.base_log_loss += LogLoss(double{label}, row.base_rate);
  row.base_log_loss /= count;
  TSUGI_ASSIGN_OR_RETURN(row.gain, models::BootstrapMean(gains, {.resamples = options.resamples,
                                                                 .seed = options.seed}));
  return true;
}

absl::Status AskAll(const Asker& asker, std::vector<Asked>& asked,
                    const ProbabilityOptions& options) {
  return base::ParallelForStatus(asked.size(), /*grain=*/16, [&](base::Chunk chunk) {
    if (options.cancelled != nullptr && *options.cancelled) {
      return absl::CancelledError("evaluation cancelled");
    }
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      TSUGI_RETURN_IF_ERROR(asker.Ask(asked[i]));
    }
    return absl::OkStatus();
  });
}

}  // namespace

absl::StatusOr<ProbabilityTable> EvaluateProbability(const Store& store,
                                                     const ProbabilityOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(const ScannedStore scanned, ScanStore(store));
  const OrderHistory& history = scanned.history;
  const HistoryView view = history.AsOf(options.test_from);
  const base::Micros until = options.test_until == absl::InfiniteFuture()
                                 ? std::numeric_limits<base::Micros>::max()
                                 : base::ToMicros(options.test_until);
  std::vector<Asked> asked = WhatToAsk(history, base::ToMicros(options.test_from), until, options);
  if (asked.empty() || view.num_orders == 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "nothing to evaluate: ", asked.size(), " orders with two or more products from ",
        base::FormatTime(options.test_from), " on, ", view.num_orders,
        " orders before it; choose a --test-from inside the history"));
  }
  StepTimer timer({}, options.cancelled);
  TSUGI_ASSIGN_OR_RETURN(
      const TrainedSet trained,
      TrainWithRanker(view, scanned.index.get(), options.config, options.seed, &timer));
  if (options.progress) options.progress(0.7);
  const BoundModel model =
      BoundModel::Bind("evaluation", TrainedModels::SetOf(trained.models), scanned.index.get());
  model.PrepareBetween(base::ToMicros(options.test_from),
                       std::min(until, history.columns().times.back()));
  {
    const base::ReaderLock lock(&scanned.index->mutex());
    TSUGI_RETURN_IF_ERROR(AskAll(Asker(history, *scanned.index, model), asked, options));
  }
  ProbabilityTable table;
  table.orders = asked.size();
  table.ranker = trained.ranker.why;
  for (const Group& group : kGroups) {
    ProbabilityRow row;
    TSUGI_ASSIGN_OR_RETURN(const bool measured, Measure(group, asked, options, row));
    if (measured) table.rows.push_back(std::move(row));
  }
  if (table.rows.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("none of the candidates of ", asked.size(),
                     " orders was bought; there is no probability to measure"));
  }
  return table;
}

}  // namespace tsugi
