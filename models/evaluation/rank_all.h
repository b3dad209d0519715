// The k best items of every customer of a factor model, without ever holding all scores.
//
// Items are ordered by the length of their rows and turned to their principal axes. A score is at
// most its part in the first half of the coordinates plus the product of the two lengths
// in the others (Cauchy, Schwarz); only where that bound reaches the customer's k-th best so far is
// the score itself taken. Once the product of the whole lengths falls below the k-th best, the
// customer is done, which with learned factors is long before the last item. (Teflioudi, Gemulla,
// Mykytiuk 2015, "LEMP"; Li, Chan, Yiu, Mamoulis 2017, "FEXIPRO".)
//
//   RankAll({.rows = customers, .items = view.item_factors, .dim = 64, .k = 20}, ranked);
#ifndef TSUGI_MODELS_EVALUATION_RANK_ALL_H_
#define TSUGI_MODELS_EVALUATION_RANK_ALL_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "models/sparse_matrix.h"

namespace tsugi::models {

inline constexpr std::uint32_t kNoItem = std::numeric_limits<std::uint32_t>::max();

struct RankAllRequest {
  std::span<const float> rows = {};   // customers x dim, all finite
  std::span<const float> items = {};  // items x dim, all finite
  std::size_t dim = 0;
  std::size_t k = 0;
  SparseView seen = {};  // customers x items never to name; no row: nothing
};

// Into ranked[customers x k], best first, ties by item; kNoItem where there are fewer than k.
// Parallel; the result does not depend on the number of threads.
void RankAll(const RankAllRequest& request, std::span<std::uint32_t> ranked);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_EVALUATION_RANK_ALL_H_
