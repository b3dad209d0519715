// What can be set in training, as a YAML file (`tsugi train --config`). Every key is optional; the
// values below are the defaults:
//
//   history: {half_life: none}          # an order weighs half after this; none: all weigh alike
//   popularity: {recent_half_life: 30d, segment_prior_orders: 200, ranked_items: 200}
//   co_purchase: {size_exponent: 1, neighbours: 100, min_pair_orders: 1}
//   item_regression: {form: auto, l2: 20, l2_per_order: 0, size_exponent: 0.5, kept: 100,
//                     neighbourhood: 200}                              # form: auto, dense, sparse
//   ials: {dim: 64, epochs: 8, unobserved_weight: 0.1, l2: 0.003, l2_exponent: 1,
//          solver: conjugate_gradient}                                 # or: cholesky
//   ranker: {fit: true, model: auto, replay_share: 0.25, window: 14d, windows: 6, max_orders: 4000,
//            carts: 2, cart_at_most: 10, empty_carts: 0.1, l2: 1,        # model: auto, logistic
//            trees: 150, depth: 4, learning_rate: 0.08, leaf_l2: 5, min_child_weight: 5, threads:
//            1}
//
// The meaning of each key is that of the option of the same name in models/*.h and replay.h.
#ifndef TSUGI_ENGINE_TRAINING_CONFIG_H_
#define TSUGI_ENGINE_TRAINING_CONFIG_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/candidates/candidates.h"
#include "models/co_purchase.h"
#include "models/ials.h"
#include "models/item_regression.h"
#include "models/popularity.h"
#include "models/ranker/boosting.h"

namespace tsugi {

enum class RankerChoice : std::uint8_t { kAuto = 0, kLogistic = 1 };

struct RankerConfig {
  bool fit = true;                           // false: the documented prior (engine/scoring) serves
  RankerChoice model = RankerChoice::kAuto;  // auto: boosted trees where they prove better
  double replay_share = 0.25;                // of the orders, the newest: what is replayed at most
  absl::Duration window = absl::Hours(24 * 14);  // models are trained anew for each window,
  int windows = 6;                               // so many windows back from the end
  int max_orders = 4000;     // of them at most so many are replayed, evenly spread
  int carts = 2;             // made of each order, hiding another product each time
  int cart_at_most = 10;     // of an order's products, as in evaluation
  double empty_carts = 0.1;  // share of known customers' orders replayed without a cart
  double l2 = 1;             // ridge of the logistic model
  // One thread: on a busy machine two wait for each other longer than they help.
  models::BoostingOptions boosting{.objective = models::BoostingObjective::kSoftmax,
                                   .rounds = 150,
                                   .depth = 4,
                                   .learning_rate = 0.08,
                                   .min_child_weight = 5,
                                   .row_share = 0.5,
                                   .feature_share = 0.5,
                                   .l2 = 5,
                                   .bins = 64,
                                   .threads = 1};
  CandidateOptions candidates;  // as served
};

struct TrainConfig {
  absl::Duration half_life = absl::InfiniteDuration();
  absl::Duration recent_half_life = absl::Hours(24 * 30);
  models::PopularityOptions popularity;
  models::CoPurchaseOptions co_purchase;
  models::ItemRegressionOptions item_regression;
  models::IalsOptions ials{.epochs = 8};
  RankerConfig ranker;
};

// Errors: INVALID_ARGUMENT listing every mistake as `name:line:column: message`, a line each.
absl::StatusOr<TrainConfig> ParseTrainConfig(const std::string& name, const std::string& yaml);

// All of it as a JSON object, the same text for the same configuration.
std::string ConfigJson(const TrainConfig& config);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_TRAINING_CONFIG_H_
