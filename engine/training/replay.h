// The ranker, fitted on history replayed: for each of the newest orders the candidates are
// collected and their features filled by the code that serves, with models trained on what came
// before and a context of the instant before the order. The replayed time is cut into windows, and
// models are trained anew for each, so that they are as fresh as in serving. Up to `cart_at_most`
// of an order's products are the cart, as in the cart-completion evaluation; a share of known
// customers' orders is replayed without a cart.
//
// What is learned is the probability that a candidate is the *next* product bought: of the m
// products bought that are not in the cart each is next with probability 1 / m, which is its label.
//
// All windows but the last fit (where there is one window: the first three fifths); the first half
// of the rest scales (Platt), the second half measures. Boosted trees ship where their log
// loss on the rest is less than the logistic model's; they are not fitted once more on all of it,
// which ordered later orders no better and would leave the scaling to trees it has not seen. Offers
// about a subscription and upgrades are left out: they have a prior of their own (engine/scoring).
#ifndef TSUGI_ENGINE_TRAINING_REPLAY_H_
#define TSUGI_ENGINE_TRAINING_REPLAY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/history/order_history.h"
#include "engine/state/fact_index.h"
#include "engine/training/config.h"
#include "engine/training/models.h"
#include "engine/training/progress.h"
#include "models/ranker.h"

namespace tsugi {

// Fewer replayed orders than this, and no ranker is fitted: the prior serves.
inline constexpr std::size_t kFewestReplayedOrders = 200;
// Fewer carts to fit than this, and boosted trees are not tried.
inline constexpr std::size_t kFewestForTrees = 600;

// What became of a fit; all figures are of what measures, 0 where nothing was fitted.
struct RankerReport {
  bool fitted = false;
  std::string why;             // a sentence
  std::string model;           // logistic, boosted_trees
  std::size_t fit_orders = 0;  // carts
  std::size_t calibration_orders = 0;
  std::size_t test_orders = 0;
  std::size_t rows = 0;      // candidates of all of them
  double log_loss = 0;       // a candidate, natural logarithm
  double base_log_loss = 0;  // of one probability for all
  double calibration_slope = 0;
  double calibration_intercept = 0;
  double expected_calibration_error = 0;
  double coverage = 0;  // the hidden product is among the candidates
  // Share of orders whose hidden product is among the ten best, by source and "combined".
  std::vector<std::pair<std::string, double>> hit_rate_at_10;
  // What each kind of ranker that was tried reached, on all that did not fit.
  struct Tried {
    std::string kind;       // logistic, boosted_trees
    double log_loss = 0;    // a candidate, natural logarithm
    double ndcg_at_10 = 0;  // of the hidden product
  };
  std::vector<Tried> by_kind;
  std::vector<std::pair<std::string, double>> coefficients;
};

// A model of all but the newest period and its ranker, as a by-product: for the gate (gate.h).
struct RankerTwin {
  std::shared_ptr<TrainedModels> models;  // null: too little was replayed
  std::uint32_t window_begin = 0;         // the order before which the models' history ends
  std::vector<std::uint32_t> orders;  // that neither models nor ranker were fitted on; ascending
};

struct RankerFit {
  std::optional<models::RankerModel> ranker;
  RankerReport report;
  RankerTwin twin;
};

// The replayed orders of a view: those with two or more products in the last windows, at most the
// newest `replay_share` of all (at least kFewestReplayedOrders, at most half), thinned to
// max_orders. Ascending.
std::vector<std::uint32_t> OrdersToReplay(const HistoryView& view, const RankerConfig& config);

// Cuts them by time into at most `windows` equal windows, of kFewestReplayedOrders orders on
// average or more: the position behind the last order of each.
std::vector<std::size_t> CutIntoWindows(const HistoryView& view,
                                        std::span<const std::uint32_t> orders,
                                        const RankerConfig& config);

// `index` holds the facts of the store the history was read from; it is given the models' products.
// REQUIRES: nobody writes to `index` meanwhile. `timer` may be null.
absl::StatusOr<RankerFit> FitRanker(const HistoryView& view, FactIndex* index,
                                    const TrainConfig& config, std::uint64_t seed,
                                    StepTimer* timer = nullptr, double share = 1);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_TRAINING_REPLAY_H_
