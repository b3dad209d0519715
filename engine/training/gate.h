// The gate before a label moves: would the new configuration have served worse?
//
// The newest period (the orders that the ranker's choice was measured on) is held out. A twin of
// the new model and one of the model that carries the label (or, where none does, `stable`), its
// configuration and seed, are both trained on what came before, and asked about each of the
// period's orders as in the cart-completion evaluation: one product hidden, up to ten of the others
// the cart, candidates ranked by probability, orders since the training counted. Where the new
// twin's HR@10 is lower and the paired bootstrap's interval of the difference does not reach 0, the
// gate does not pass.
//
// The new model's twin is what training's own replay has left, so it costs nothing to train. Equal
// configurations have equal twins, and nothing is trained.
//
// Thread safety: free functions.
#ifndef TSUGI_ENGINE_TRAINING_GATE_H_
#define TSUGI_ENGINE_TRAINING_GATE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "engine/history/order_history.h"
#include "engine/snapshot/registry.h"
#include "engine/state/fact_index.h"
#include "engine/training/config.h"
#include "engine/training/replay.h"
#include "models/evaluation/metrics.h"

namespace tsugi {

struct GateReport {
  bool passed = true;
  std::string why;         // a sentence
  bool forced = false;     // it did not pass, and the label moved all the same
  std::string against;     // version that carries the label; empty: none
  std::size_t orders = 0;  // compared; 0: nothing was, and the fields below are 0
  double hit_rate_at_10 = 0;
  double hit_rate_at_10_against = 0;
  models::Interval difference;  // new less old
};

struct GateOptions {
  std::string label;
  TrainConfig config;  // of the new model
  std::uint64_t seed = 1;
  const std::atomic<bool>* cancelled = nullptr;
};

// `by_product`: what FitRanker left of the new model. Errors: those of models and replay;
// CANCELLED.
absl::StatusOr<GateReport> AskGate(const Registry& registry, const HistoryView& view,
                                   FactIndex* index, const RankerTwin& by_product,
                                   const GateOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_TRAINING_GATE_H_
