// The two ways to the weights of an item regression, and what both begin with.
#ifndef TSUGI_MODELS_ITEM_REGRESSION_SOLVE_H_
#define TSUGI_MODELS_ITEM_REGRESSION_SOLVE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "models/baskets.h"
#include "models/item_regression.h"

namespace tsugi::models {

// The ridge of an item with that many weighted orders.
inline double RidgeOf(const ItemRegressionOptions& options, double item_weight) {
  return options.l2 + options.l2_per_order * item_weight;
}

// Fill offsets, targets, weights and, where asked for, dense. REQUIRES: valid arguments.
absl::Status SolveDense(const Baskets& baskets, const ItemRegressionOptions& options,
                        ItemRegressionModel& model);
// From G's lower triangle alone.
absl::Status SolveGram(std::vector<float> gram, const ItemRegressionOptions& options,
                       ItemRegressionModel& model);
absl::Status SolveSparse(const Baskets& baskets, const ItemRegressionOptions& options,
                         ItemRegressionModel& model);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_ITEM_REGRESSION_SOLVE_H_
