#include "engine/training/replay.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/parallel_status.h"
#include "base/status_macros.h"
#include "engine/candidates/bound_model.h"
#include "engine/history/baskets.h"
#include "engine/training/ranker_fit.h"
#include "engine/training/replay_case.h"

namespace tsugi {
namespace {

// Appends the carts of `orders` to `cases`, order by order.
absl::Status ReplayAll(const Replayer& replayer, std::span<const std::uint32_t> orders, int carts,
                       const StepTimer* timer, std::vector<ReplayCase>& cases) {
  const std::size_t begin = cases.size();
  const std::size_t count = orders.size() * static_cast<std::size_t>(carts);
  cases.resize(begin + count);
  return base::ParallelForStatus(count, /*grain=*/16, [&](base::Chunk chunk) -> absl::Status {
    if (timer != nullptr && timer->cancelled()) {
      return absl::CancelledError("training cancelled at replay");
    }
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      const auto order = i / static_cast<std::size_t>(carts);
      const auto cart = static_cast<std::uint32_t>(i % static_cast<std::size_t>(carts));
      TSUGI_ASSIGN_OR_RETURN(cases[begin + i], replayer.Replay(orders[order], cart));
    }
    return absl::OkStatus();
  });
}

absl::Status BeginStep(StepTimer* timer, const std::string& step, double share) {
  return timer == nullptr ? absl::OkStatus() : timer->Begin(step, share);
}

}  // namespace

std::vector<std::uint32_t> OrdersToReplay(const HistoryView& view, const RankerConfig& config) {
  std::vector<std::uint32_t> orders;
  std::vector<std::uint32_t> products;
  for (std::uint32_t order = 0; order < view.num_orders; ++order) {
    BasketOf(*view.history, order, products);
    if (products.size() >= 2) orders.push_back(order);
  }
  if (orders.empty()) return orders;
  const std::vector<base::Micros>& times = view.history->columns().times;
  const double span = absl::ToDoubleMicroseconds(config.window) * config.windows;
  const double from = static_cast<double>(times[orders.back()]) - span;
  const auto first = std::partition_point(orders.begin(), orders.end(), [&](std::uint32_t order) {
    return static_cast<double>(times[order]) < from;
  });
  const auto in_windows = static_cast<std::size_t>(orders.end() - first);
  const auto share = static_cast<std::size_t>(
      std::llround(config.replay_share * static_cast<double>(orders.size())));
  const std::size_t newest =
      std::min(std::max(std::min(in_windows, share), kFewestReplayedOrders), orders.size() / 2);
  orders.erase(orders.begin(), orders.end() - static_cast<std::ptrdiff_t>(newest));
  const auto most = static_cast<std::size_t>(config.max_orders);
  if (orders.size() <= most) return orders;
  std::vector<std::uint32_t> thinned;
  thinned.reserve(most);
  for (std::size_t i = 0; i < most; ++i) thinned.push_back(orders[i * orders.size() / most]);
  return thinned;
}

std::vector<std::size_t> CutIntoWindows(const HistoryView& view,
                                        std::span<const std::uint32_t> orders,
                                        const RankerConfig& config) {
  const std::vector<base::Micros>& times = view.history->columns().times;
  const auto windows = static_cast<base::Micros>(std::clamp<std::size_t>(
      orders.size() / kFewestReplayedOrders, 1, static_cast<std::size_t>(config.windows)));
  const base::Micros begin = times[orders.front()];
  const base::Micros span = times[orders.back()] - begin + 1;
  std::vector<std::size_t> ends;
  for (base::Micros w = 1; w <= windows; ++w) {
    const base::Micros until = begin + span / windows * w + span % windows * w / windows;
    const auto end = static_cast<std::size_t>(
        std::partition_point(orders.begin(), orders.end(),
                             [&](std::uint32_t order) { return times[order] < until; }) -
        orders.begin());
    if (end > (ends.empty() ? 0 : ends.back())) ends.push_back(end);
  }
  return ends;
}

absl::StatusOr<RankerFit> FitRanker(const HistoryView& view, FactIndex* index,
                                    const TrainConfig& config, std::uint64_t seed, StepTimer* timer,
                                    double share) {
  RankerFit none;
  if (!config.ranker.fit) {
    none.report.why = "the configuration says `fit: false`: the prior serves";
    return none;
  }
  const std::vector<std::uint32_t> orders = OrdersToReplay(view, config.ranker);
  if (orders.size() < kFewestReplayedOrders) {
    none.report.why = absl::StrCat("only ", orders.size(), " orders to replay, fewer than ",
                                   kFewestReplayedOrders, ": the prior serves");
    return none;
  }
  const std::vector<std::size_t> ends = CutIntoWindows(view, orders, config.ranker);
  const double part = share / static_cast<double>(ends.size());
  std::vector<ReplayCase> cases;
  std::size_t before_last = 0;  // cases of all windows but the last
  std::size_t begin = 0;
  RankerTwin twin;
  for (const std::size_t end : ends) {
    before_last = cases.size();
    const std::span<const std::uint32_t> window = std::span(orders).subspan(begin, end - begin);
    begin = end;
    twin.window_begin = window.front();
    twin.orders.assign(window.begin(), window.end());
    TSUGI_ASSIGN_OR_RETURN(const std::shared_ptr<TrainedModels> earlier,
                           TrainModels(view.Before(window.front()), config, seed, timer,
                                       {.total = part * 0.6, .prefix = "replay_"}, index));
    TSUGI_RETURN_IF_ERROR(BeginStep(timer, "replay", part * 0.1));
    twin.models = earlier;
    const BoundModel model =
        BoundModel::Bind("replay", TrainedModels::SetOf(earlier), index, LiveUpdates::kWhenAsked);
    const std::vector<base::Micros>& times = view.history->columns().times;
    model.PrepareBetween(times[window.front()], times[window.back()]);
    const base::ReaderLock lock(&index->mutex());
    const Replayer replayer(*view.history, *index, model, config.ranker, seed);
    TSUGI_RETURN_IF_ERROR(ReplayAll(replayer, window, config.ranker.carts, timer, cases));
  }
  TSUGI_RETURN_IF_ERROR(BeginStep(timer, "fit_ranker", share * 0.3));
  const std::size_t fit = ends.size() > 1 ? before_last : cases.size() * 3 / 5;
  TSUGI_ASSIGN_OR_RETURN(RankerFit out, FitOn(cases, fit, config.ranker, seed, timer));
  if (ends.size() == 1) {  // what fitted stands in the same window
    const std::size_t fitted = fit / static_cast<std::size_t>(config.ranker.carts) + 1;
    twin.orders.erase(
        twin.orders.begin(),
        twin.orders.begin() + static_cast<std::ptrdiff_t>(std::min(fitted, twin.orders.size())));
  }
  if (out.ranker.has_value()) twin.models->SetRanker(*out.ranker);
  out.twin = std::move(twin);
  return out;
}

}  // namespace tsugi
