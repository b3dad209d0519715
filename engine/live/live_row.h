// A model's row of one product, brought up to orders that came after the model.
//
// With n, w orders that hold both products (raw, and weighed order size^-a) and n', w' those since:
//   co-purchase  n + n' orders together, w + w' for the cosine; the neighbours the model kept and
//                those that were bought most with the product since
//   regression   B_ij + kStep (g'_ij - g'_i c_ij) / (g_i + g'_i + l2)
// where g weighs orders as the regression does, g and B are those of the model or, once it was
// solved anew at a boundary (live_regression.h), of that, g' counts orders since the one or the
// other, and c_ij = g_ij / g_i is what was known: a
// damped step of ridge regression on product i alone, of what the new orders hold beyond what was
// expected. On the retailer's data (docs/benchmarks.md) this recovers most of what training anew
// every week brings; a whole step overshoots, since each product of a cart takes the credit.
//
// Sums are kept in fixed point, so that they depend on which orders came, not on their order.
#ifndef TSUGI_ENGINE_LIVE_LIVE_ROW_H_
#define TSUGI_ENGINE_LIVE_LIVE_ROW_H_

#include <cstdint>
#include <vector>

namespace tsugi {

inline constexpr double kLiveStep = 0.3;

// Products are slots: the model's items, then those it has never seen (live_model.h).
struct LiveRow {
  // Co-purchase, each product once.
  std::vector<std::uint32_t> partners;
  std::vector<std::uint32_t> together;  // orders with both
  std::vector<std::uint32_t> since;     // day of the first one, or models::kNoDay
  std::vector<float> pair_weights;      // weighted orders, for the cosine
  // Regression, each product once.
  std::vector<std::uint32_t> targets;
  std::vector<float> weights;
  std::uint32_t orders = 0;  // that hold the product

  void Clear() {
    partners.clear();
    together.clear();
    since.clear();
    pair_weights.clear();
    targets.clear();
    weights.clear();
    orders = 0;
  }
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_LIVE_LIVE_ROW_H_
