// The curve of candidates and trees against quality and time that the ranker's defaults come from:
//
//   ranker_curve_bench tsugi.db UNTIL [POOL...]
//
// History before UNTIL is replayed as in training, for each size of the candidate pool; rankers are
// fitted on all windows but the last and measured on the last one: HR@10 and NDCG@10 of the hidden
// product, the share of hidden products among the candidates, and the median time of one
// prediction.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "base/time.h"
#include "engine/features/features.h"
#include "engine/store/store.h"
#include "engine/training/ranker_fit.h"
#include "engine/training/replay.h"
#include "engine/training/replay_case.h"
#include "engine/training/train.h"

namespace tsugi {
namespace {

struct Window {
  std::vector<std::uint32_t> orders;
  std::shared_ptr<TrainedModels> models;
};

double MedianMicros(const models::RankerView& ranker, std::span<const ReplayCase> cases) {
  using Steady = std::chrono::steady_clock;
  std::vector<double> micros;
  std::vector<float> probabilities;
  for (int round = 0; round < 3; ++round) {
    for (const ReplayCase& one : cases) {
      const std::size_t rows = one.labels.size();
      if (rows == 0) continue;
      probabilities.resize(rows);
      const auto start = Steady::now();
      ranker.Predict({one.columns, rows, models::ColumnStride(rows)}, probabilities);
      micros.push_back(std::chrono::duration<double, std::micro>(Steady::now() - start).count());
    }
  }
  if (micros.empty()) return 0;
  std::nth_element(micros.begin(), micros.begin() + static_cast<std::ptrdiff_t>(micros.size() / 2),
                   micros.end());
  return micros[micros.size() / 2];
}

void Print(const std::string& name, std::uint32_t pool, const models::RankerView& ranker,
           std::span<const ReplayCase> rest) {
  const CaseMeasures measures = MeasureCases(PredictCases(ranker, rest), rest);
  std::printf("%-36s pool %4u  HR@10 %.4f  NDCG@10 %.4f  coverage %.4f  prediction %6.2f us\n",
              name.c_str(), pool, measures.hit_rate_at_10, measures.ndcg_at_10, measures.coverage,
              MedianMicros(ranker, rest));
  std::fflush(stdout);
}

absl::Status FitAll(std::span<const ReplayCase> cases, std::size_t fit,
                    const RankerConfig& config) {
  const std::span<const ReplayCase> rest = cases.subspan(fit);
  const CaseRows rows = JoinRows(cases.first(fit));
  const std::uint32_t pool = config.candidates.pool;
  TSUGI_ASSIGN_OR_RETURN(const models::RankerModel logistic,
                         models::TrainRanker({.features = rows.features,
                                              .num_features = kFeatureCount,
                                              .labels = rows.labels,
                                              .weights = {}},
                                             {.logistic = {.l2 = config.l2}}));
  Print("logistic", pool, logistic.View(), rest);
  for (const std::uint32_t depth : {3U, 4U, 5U}) {
    for (const std::uint32_t trees : {75U, 150U, 300U}) {
      models::BoostingOptions options = config.boosting;
      options.depth = depth;
      options.rounds = trees;
      options.learning_rate = 12.0 / trees;
      models::RankerModel ranker;
      ranker.kind = models::RankerKind::kBoostedTrees;
      ranker.coefficients = {0, 1};
      TSUGI_ASSIGN_OR_RETURN(ranker.trees, FitTrees(rows, options));
      Print("trees " + std::to_string(trees) + ", depth " + std::to_string(depth), pool,
            ranker.View(), rest);
    }
  }
  return absl::OkStatus();
}

absl::Status Run(const char* store_path, const char* until, std::span<char*> pools) {
  TSUGI_ASSIGN_OR_RETURN(const auto store, OpenStore(store_path, {.read_only = true}));
  TSUGI_ASSIGN_OR_RETURN(const absl::Time end, base::ParseTime(until));
  TSUGI_ASSIGN_OR_RETURN(const ScannedStore scanned, ScanStore(*store));
  const HistoryView view = scanned.history.AsOf(end);
  TrainConfig config;
  const std::vector<std::uint32_t> orders = OrdersToReplay(view, config.ranker);
  if (orders.empty()) return absl::FailedPreconditionError("nothing to replay");
  std::vector<Window> windows;
  std::size_t begin = 0;
  for (const std::size_t stop : CutIntoWindows(view, orders, config.ranker)) {
    Window& window = windows.emplace_back();
    window.orders.assign(orders.begin() + static_cast<std::ptrdiff_t>(begin),
                         orders.begin() + static_cast<std::ptrdiff_t>(stop));
    begin = stop;
    TSUGI_ASSIGN_OR_RETURN(
        window.models, TrainModels(view.Before(window.orders.front()), config, /*seed=*/1, nullptr,
                                   {}, scanned.index.get()));
  }
  for (const char* const pool : pools) {
    config.ranker.candidates.pool = static_cast<std::uint32_t>(std::strtoul(pool, nullptr, 10));
    std::vector<ReplayCase> cases;
    std::size_t fit = 0;
    for (const Window& window : windows) {
      fit = cases.size();
      const BoundModel model =
          BoundModel::Bind("replay", TrainedModels::SetOf(window.models), scanned.index.get());
      const base::ReaderLock lock(&scanned.index->mutex());
      const Replayer replayer(*view.history, *scanned.index, model, config.ranker, /*seed=*/1);
      for (const std::uint32_t order : window.orders) {
        for (int cart = 0; cart < config.ranker.carts; ++cart) {
          TSUGI_ASSIGN_OR_RETURN(cases.emplace_back(),
                                 replayer.Replay(order, static_cast<std::uint32_t>(cart)));
        }
      }
    }
    TSUGI_RETURN_IF_ERROR(FitAll(cases, fit, config.ranker));
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace tsugi

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: ranker_curve_bench STORE UNTIL POOL...\n");
    return 2;
  }
  const absl::Status status =
      tsugi::Run(argv[1], argv[2], std::span(argv + 3, static_cast<std::size_t>(argc - 3)));
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
