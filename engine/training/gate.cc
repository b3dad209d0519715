#include "engine/training/gate.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/parallel_status.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "engine/candidates/bound_model.h"
#include "engine/candidates/candidates.h"
#include "engine/history/cart_split.h"
#include "engine/scoring/scoring.h"
#include "engine/training/models.h"
#include "engine/training/replay_case.h"

namespace tsugi {
namespace {

constexpr std::size_t kBest = 10;
constexpr std::size_t kCartAtMost = 10;
constexpr std::size_t kFewestOrders = 50;  // to compare on

// 1 where the hidden product of the order is among the ten most probable, ties counted half.
absl::StatusOr<double> HitOf(const OrderHistory& history, const FactIndex& index,
                             const BoundModel& model, std::uint32_t order, std::uint64_t seed) {
  base::Random random(base::Mix64(seed) ^ base::Mix64(order));
  const CartSplit split = SplitCart(history, order, kCartAtMost, random);
  if (split.cart.empty()) return 0.0;
  TSUGI_ASSIGN_OR_RETURN(const Context context, ContextBefore(history, index, order, split.cart));
  std::vector<ScoredOffer> offers;
  TSUGI_RETURN_IF_ERROR(CollectOffers(model, index, context, {}, {}, offers));
  const ProductIndex hidden = index.FindProduct(history.columns().product_ids[split.hidden]);
  std::vector<double> scores = {-1};  // the hidden product's, then the others'
  for (const ScoredOffer& offer : offers) {
    if (offer.candidate.product.index == hidden) {
      scores.front() = std::max(scores.front(), offer.probability);
    } else {
      scores.push_back(offer.probability);
    }
  }
  if (scores.front() < 0) return 0.0;
  return models::HitAt(models::RankOf(scores, 0, {}), kBest);
}

absl::StatusOr<std::vector<double>> HitsOf(const HistoryView& view, FactIndex* index,
                                           const std::shared_ptr<TrainedModels>& twin,
                                           std::span<const std::uint32_t> orders,
                                           std::uint64_t seed) {
  const BoundModel model =
      BoundModel::Bind("twin", TrainedModels::SetOf(twin), index, LiveUpdates::kWhenAsked);
  if (!orders.empty()) {
    const std::vector<base::Micros>& times = view.history->columns().times;
    model.PrepareBetween(times[orders.front()], times[orders.back()]);
  }
  const base::ReaderLock lock(&index->mutex());
  std::vector<double> hits(orders.size());
  TSUGI_RETURN_IF_ERROR(
      base::ParallelForStatus(orders.size(), /*grain=*/16, [&](base::Chunk chunk) -> absl::Status {
        for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
          TSUGI_ASSIGN_OR_RETURN(hits[i], HitOf(*view.history, *index, model, orders[i], seed));
        }
        return absl::OkStatus();
      }));
  return hits;
}

GateReport Passes(std::string against, std::string why) {
  GateReport report;
  report.against = std::move(against);
  report.why = std::move(why);
  return report;
}

// What is held out and how it is replayed is the new configuration's, for both.
TrainConfig OnTheSamePeriod(TrainConfig config, const RankerConfig& period) {
  RankerConfig& ranker = config.ranker;
  ranker.replay_share = period.replay_share;
  ranker.window = period.window;
  ranker.windows = period.windows;
  ranker.max_orders = period.max_orders;
  ranker.carts = period.carts;
  ranker.cart_at_most = period.cart_at_most;
  ranker.empty_carts = period.empty_carts;
  return config;
}

// The twin of a configuration whose ranker is not fitted: its models as of the same instant.
absl::StatusOr<std::shared_ptr<TrainedModels>> TwinOf(const HistoryView& view, FactIndex* index,
                                                      const TrainConfig& config, std::uint64_t seed,
                                                      const RankerTwin& like, StepTimer* timer) {
  if (config.ranker.fit) {
    TSUGI_ASSIGN_OR_RETURN(const RankerFit fit, FitRanker(view, index, config, seed, timer));
    if (fit.twin.models != nullptr) return fit.twin.models;
  }
  return TrainModels(view.Before(like.window_begin), config, seed, timer, {}, index);
}

// Where the new configuration fits no ranker, training has replayed nothing.
absl::StatusOr<RankerTwin> TwinWithoutRanker(const HistoryView& view, FactIndex* index,
                                             const GateOptions& options, StepTimer* timer) {
  RankerTwin twin;
  const RankerConfig& ranker = options.config.ranker;
  const std::vector<std::uint32_t> orders = OrdersToReplay(view, ranker);
  if (orders.size() < kFewestReplayedOrders) return twin;
  const std::vector<std::size_t> ends = CutIntoWindows(view, orders, ranker);
  const std::size_t begin = ends.size() > 1 ? ends[ends.size() - 2] : 0;
  twin.orders.assign(orders.begin() + static_cast<std::ptrdiff_t>(begin), orders.end());
  twin.window_begin = twin.orders.front();
  TSUGI_ASSIGN_OR_RETURN(twin.models, TrainModels(view.Before(twin.window_begin), options.config,
                                                  options.seed, timer, {}, index));
  return twin;
}

std::string Sentence(const GateReport& report) {
  return absl::StrFormat(
      "on the %d newest orders, which neither knows, HR@10 is %.4f, with the configuration of %s "
      "%.4f: a difference of %+.4f [%+.4f, %+.4f]%s",
      report.orders, report.hit_rate_at_10, report.against, report.hit_rate_at_10_against,
      report.difference.mean, report.difference.low, report.difference.high,
      report.passed ? "" : ", worse beyond chance");
}

}  // namespace

absl::StatusOr<GateReport> AskGate(const Registry& registry, const HistoryView& view,
                                   FactIndex* index, const RankerTwin& by_product,
                                   const GateOptions& options) {
  absl::StatusOr<std::string> current = registry.Resolve(options.label);
  if (!current.ok()) current = registry.Resolve(kStable);
  if (!current.ok()) {
    return Passes("", absl::StrCat("no model carries the label ", options.label, " yet"));
  }
  const absl::StatusOr<ModelInfo> served = registry.Show(*current);
  if (!served.ok() || !served->status.ok()) {
    return Passes(*current, absl::StrCat(*current, " cannot be read to be compared with"));
  }
  const SnapshotInfo& info = served->manifest.info;
  if (served->manifest.products == 0) return Passes(*current, *current + " knows no product");
  if (info.configuration == ConfigJson(options.config) && info.seed == options.seed) {
    return Passes(*current, absl::StrCat("configuration and seed are those of ", *current));
  }
  const absl::StatusOr<TrainConfig> config = ParseTrainConfig(*current, info.configuration);
  if (!config.ok()) {
    return Passes(*current,
                  absl::StrCat("the configuration of ", *current,
                               " means nothing to this build: ", config.status().message()));
  }
  StepTimer timer({}, options.cancelled);
  TSUGI_ASSIGN_OR_RETURN(const RankerTwin twin,
                         options.config.ranker.fit
                             ? absl::StatusOr<RankerTwin>(by_product)
                             : TwinWithoutRanker(view, index, options, &timer));
  if (twin.models == nullptr || twin.orders.size() < kFewestOrders) {
    return Passes(*current,
                  absl::StrCat("too little data: ", twin.orders.size(),
                               " newest orders to compare on, ", kFewestOrders, " are wanted"));
  }
  TSUGI_ASSIGN_OR_RETURN(const std::shared_ptr<TrainedModels> old,
                         TwinOf(view, index, OnTheSamePeriod(*config, options.config.ranker),
                                info.seed, twin, &timer));
  TSUGI_ASSIGN_OR_RETURN(const std::vector<double> hits,
                         HitsOf(view, index, twin.models, twin.orders, options.seed));
  TSUGI_ASSIGN_OR_RETURN(const std::vector<double> old_hits,
                         HitsOf(view, index, old, twin.orders, options.seed));
  GateReport report;
  report.against = *current;
  report.orders = hits.size();
  report.hit_rate_at_10 = models::Mean(hits);
  report.hit_rate_at_10_against = models::Mean(old_hits);
  TSUGI_ASSIGN_OR_RETURN(report.difference,
                         models::BootstrapDifference(hits, old_hits, {.seed = options.seed}));
  report.passed = report.difference.high >= 0;
  report.why = Sentence(report);
  return report;
}

}  // namespace tsugi
