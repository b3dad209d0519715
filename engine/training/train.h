// Training from end to end: the store's history becomes a published, labelled snapshot.
//
//   scan      the store, once: order history, and the facts that replayed requests look at
//   replay    models of the earlier part; the ranker is fitted on the newest orders (replay.h)
//   train     all models on all history before `until`
//   gate      would the new configuration have served worse than the labelled one? (gate.h)
//   write     the snapshot, beside and renamed; then the label moves, where the gate lets it
//
// Equal content of the store, configuration, seed and `until` give a snapshot of equal bytes on any
// number of threads, so training twice in a row publishes nothing new. (What the gate found is in
// the report where it had something to compare, which then counts as content.)
//
// Thread safety: safe for concurrent use; it takes memory and processors each time.
#ifndef TSUGI_ENGINE_TRAINING_TRAIN_H_
#define TSUGI_ENGINE_TRAINING_TRAIN_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/acceptance/fit.h"
#include "engine/acceptance/showing_log.h"
#include "engine/history/order_history.h"
#include "engine/snapshot/registry.h"
#include "engine/state/fact_index.h"
#include "engine/state/resolve_context.h"
#include "engine/store/store.h"
#include "engine/training/config.h"
#include "engine/training/gate.h"
#include "engine/training/models.h"
#include "engine/training/progress.h"
#include "engine/training/replay.h"

namespace tsugi {

struct TrainOptions {
  std::optional<absl::Time> until;  // history before it; none: all
  std::uint64_t seed = 1;
  std::size_t threads = 0;  // 0: one a processor
  TrainConfig config;
  std::string label = kStable;  // stable, canary, or empty: none
  bool force = false;           // move the label whatever the new snapshot lacks or the gate says
  absl::Time now;               // REQUIRED: when the snapshot was made, for times.json
  std::function<void(const TrainProgress&)> progress;
  const std::atomic<bool>* cancelled = nullptr;
};

struct TrainResult {
  std::string version;
  std::string label;  // that points to it now; empty: none
  SnapshotInfo info;  // data range, counts, configuration, report
  std::uint64_t products = 0;
  RankerReport ranker;
  AcceptanceReport acceptance;
  GateReport gate;      // where a label was asked for
  SnapshotTimes times;  // seconds by step
};

// Errors: FAILED_PRECONDITION where the gate does not pass, or the new snapshot has no product and
// the label points to one that has, and `force` is not given (it is published with its report, the
// label stays); CANCELLED (nothing is
// published); those of store, models and files.
absl::StatusOr<TrainResult> Train(const Store& store, Registry& registry,
                                  const TrainOptions& options);

// One scan of the store for all readers of it.
struct ScannedStore {
  OrderHistory history;
  ShowingLog showings;
  std::unique_ptr<FactIndex> index;
};
absl::StatusOr<ScannedStore> ScanStore(const Store& store, StepTimer* timer = nullptr);

struct TrainedSet {
  std::shared_ptr<TrainedModels> models;
  RankerReport ranker;
  AcceptanceReport acceptance;  // TrainWithRanker leaves it empty
  RankerTwin twin;              // for the gate
};

// The models of products as of `view`, and the ranker where one could be fitted; nothing of how
// customers behave, nor of what they accept. For evaluation, which trains as of many instants on
// one scan. The index is only read, but for what the replay of requests writes into it and takes
// back.
absl::StatusOr<TrainedSet> TrainWithRanker(const HistoryView& view, FactIndex* index,
                                           const TrainConfig& config, std::uint64_t seed,
                                           StepTimer* timer = nullptr);

// All that a snapshot holds, in memory: TrainWithRanker, then behaviour, then acceptance of what
// was shown before `until`, its requests resolved with `context`.
struct TrainFrom {
  HistoryView view;
  const ShowingLog* showings = nullptr;  // REQUIRED
  FactIndex* index = nullptr;            // REQUIRED
  absl::Time until;
  ContextOptions context;
};
absl::StatusOr<TrainedSet> TrainAll(const TrainFrom& from, const TrainConfig& config,
                                    std::uint64_t seed, StepTimer* timer = nullptr);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_TRAINING_TRAIN_H_
