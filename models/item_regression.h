// Item regression: how much each item of a basket adds to the score of every other item, learned
// by one ridge regression an item on all others together, so that what two items explain alike is
// not counted twice.
//
// Dense form: EASE (Steck 2019, "Embarrassingly shallow autoencoders for sparse data"). With the
// weighted Gram matrix G = X^T D X and P = (G + L)^-1, the weight of source i for target j is
// -P_ij / P_jj, the diagonal 0. O(items^3) time, 8 items^2 bytes while training.
// Sparse form: for each target a ridge regression on its `neighbourhood` strongest co-purchased
// items (Steck 2019, "Markov random fields for collaborative filtering"), solved by conjugate
// gradients: linear in the catalogue.
// kAuto takes the dense form where items <= max_dense_items and 8 items^2 <= max_dense_bytes; the
// model says which one it is and why.
//
// G is kept beside the weights of a dense form of at most max_gram_items, so that orders to come
// can be added to it and the weights solved anew (SolveItemRegression): exactly what training on
// all orders gives, without them.
//
// Scores rank; they are no probabilities (see ranker.h).
//
//   TSUGI_ASSIGN_OR_RETURN(const ItemRegressionModel model, TrainItemRegression(baskets, {}));
//   model.View().Score(cart, {}, scores);
//
// Thread safety: models and views are immutable.
#ifndef TSUGI_MODELS_ITEM_REGRESSION_H_
#define TSUGI_MODELS_ITEM_REGRESSION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/baskets.h"
#include "models/sparse_accumulator.h"

namespace tsugi::models {

enum class ItemRegressionForm : std::uint32_t { kAuto = 0, kDense = 1, kSparse = 2 };

struct ItemRegressionOptions {
  ItemRegressionForm form = ItemRegressionForm::kAuto;
  double l2 = 20.0;                   // > 0, in weighted orders
  double l2_per_order = 0.0;          // added to an item's l2 for each of its weighted orders, >= 0
  double size_exponent = 0.5;         // a of an order's weight n^-a, in [0, 4]
  std::uint32_t kept = 100;           // weights kept for each basket item, largest |w|; 0: all
  bool keep_dense = false;            // dense form: keep the whole matrix too, for evaluation
  std::uint32_t neighbourhood = 200;  // sparse form: sources of a target, >= 1
  std::uint32_t max_dense_items = 12000;
  std::uint64_t max_dense_bytes = std::uint64_t{2} << 30;
  std::uint32_t max_gram_items = 6000;  // dense form: 2 items^2 bytes
};

struct ItemRegressionView {
  std::uint32_t num_items = 0;
  ItemRegressionForm form = ItemRegressionForm::kDense;  // the one used
  std::span<const std::uint64_t> offsets;  // num_items + 1: the targets of each basket item,
  std::span<const std::uint32_t> targets;  // ascending,
  std::span<const float> weights;          // and their weights
  std::span<const float> dense;            // empty, or num_items x num_items (source, target)
  std::uint32_t gram_items = 0;            // num_items where G is kept, else 0
  std::span<const float> gram;             // G's lower triangle, row by row, without the ridge

  std::span<const std::uint32_t> Targets(std::uint32_t source) const;
  std::span<const float> Weights(std::uint32_t source) const;
  // The weight of `source` for `target`, 0 where it was not kept.
  float Weight(std::uint32_t source, std::uint32_t target) const;

  // Adds weight_of_item * learned weight to each kept target of each basket item. Empty
  // basket_weights: 1.
  void Accumulate(std::span<const std::uint32_t> basket, std::span<const float> basket_weights,
                  SparseAccumulator& sums) const;

  // The sums for all items into out[num_items]; from the whole matrix where it was kept.
  void Score(std::span<const std::uint32_t> basket, std::span<const float> basket_weights,
             std::span<float> out) const;
};

struct ItemRegressionModel {
  std::uint32_t num_items = 0;
  ItemRegressionForm form = ItemRegressionForm::kDense;
  std::string form_reason;  // one sentence for logs and reports
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint32_t> targets;
  std::vector<float> weights;
  std::vector<float> dense;
  std::vector<float> gram;

  ItemRegressionView View() const;
};

// The form kAuto takes for a catalogue of this size.
ItemRegressionForm ChooseForm(std::uint32_t num_items, const ItemRegressionOptions& options);

// Errors: INVALID_ARGUMENT for options and baskets out of range; RESOURCE_EXHAUSTED where the dense
// form is asked for and exceeds max_dense_bytes; INTERNAL where a system has no solution to be
// found in float (l2 too small for the data).
absl::StatusOr<ItemRegressionModel> TrainItemRegression(const Baskets& baskets,
                                                        const ItemRegressionOptions& options);

// The dense form from G: `gram` is num_items x num_items, row-major, its lower triangle is read and
// overwritten. Of the options l2, l2_per_order, kept and keep_dense count. Errors: INTERNAL as
// above.
absl::StatusOr<ItemRegressionModel> SolveItemRegression(std::uint32_t num_items,
                                                        std::vector<float> gram,
                                                        const ItemRegressionOptions& options);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_ITEM_REGRESSION_H_
