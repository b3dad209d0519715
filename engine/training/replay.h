// The ranker, fitted on history replayed: for each of the newest orders the candidates are
// collected and their features filled by the code that serves, with models trained on what came
// before those orders and a context of the instant before the order. Up to `cart_at_most` of its
// products are the cart, as in the cart-completion evaluation; a share of known customers' orders
// is replayed without a cart.
//
// What is learned is the probability that a candidate is the *next* product bought: of the m
// products bought that are not in the cart each is next with probability 1 / m, which is its label.
//
// Orders are split by time: the first three fifths fit the logistic model, the next fifth scales it
// (Platt), the last fifth measures it. Offers about a subscription and upgrades are left out: they
// have a prior of their own (engine/scoring).
#ifndef TSUGI_ENGINE_TRAINING_REPLAY_H_
#define TSUGI_ENGINE_TRAINING_REPLAY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
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

// What became of a fit; all figures are of the last fifth, 0 where nothing was fitted.
struct RankerReport {
  bool fitted = false;
  std::string why;  // a sentence
  std::size_t fit_orders = 0;
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
  std::vector<std::pair<std::string, double>> coefficients;
};

struct RankerFit {
  std::optional<models::RankerModel> ranker;
  RankerReport report;
};

// The replayed orders of a view: those with two or more products, the newest `replay_share` of
// them (at least kFewestReplayedOrders, at most half), thinned to max_orders. Ascending.
std::vector<std::uint32_t> OrdersToReplay(const HistoryView& view, const RankerConfig& config);

// `index` holds the facts of the store the history was read from; it is given the models' products.
// REQUIRES: nobody writes to `index` meanwhile. `timer` may be null.
absl::StatusOr<RankerFit> FitRanker(const HistoryView& view, FactIndex* index,
                                    const TrainConfig& config, std::uint64_t seed,
                                    StepTimer* timer = nullptr, double share = 1);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_TRAINING_REPLAY_H_
