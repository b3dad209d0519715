// From one basket to the next: how often an item is followed by another in the customer's next
// basket, as a share of the times it could be (a first-order Markov chain over items; Rendle,
// Freudenthaler, Schmidt-Thieme 2010, "Factorizing personalized Markov chains").
//
// Thread safety: immutable.
#ifndef TSUGI_MODELS_NEXT_BASKET_TRANSITIONS_H_
#define TSUGI_MODELS_NEXT_BASKET_TRANSITIONS_H_

#include <span>
#include <vector>

#include "models/next_basket/histories.h"
#include "models/sparse_matrix.h"

namespace tsugi::models {

struct Transitions {
  SparseMatrix shares;              // items x other items: of `from` baskets followed by `to`
  std::vector<float> repeat_share;  // the same of the item itself
};

struct TransitionOptions {
  double prior = 20;        // baskets without the follower added to each item's, >= 0
  double repeat_prior = 5;  // the same for its own repeat
};

Transitions CountTransitions(const BasketHistories& histories, const TransitionOptions& options);

// out[item] = the sum over the vector's entries of value * share of (entry, item).
void ScoreTransitions(const SparseView& shares, std::span<const std::uint32_t> items,
                      std::span<const float> values, std::span<float> out);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_NEXT_BASKET_TRANSITIONS_H_
