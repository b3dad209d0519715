// The strongest of a row's pairs.
#ifndef TSUGI_MODELS_CO_PURCHASE_BEST_NEIGHBOURS_H_
#define TSUGI_MODELS_CO_PURCHASE_BEST_NEIGHBOURS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/co_purchase.h"
#include "models/co_purchase/pair_rows.h"

namespace tsugi::models {

// Memory that rows reuse; one a worker.
struct NeighbourScratch {
  std::vector<std::uint64_t> keys;  // score (the bits of a float >= 0), then the item inverted
  std::vector<float> sample;
  std::vector<float> scores;  // by place of `touched`
};

// Thread safety: immutable; a scratch belongs to one thread.
class BestNeighbours {
 public:
  // Both must outlive this.
  BestNeighbours(const PairInput& input, const CoPurchaseOptions& options);

  // Appends the row's `options.neighbours` best of positive score, best first, ties by item.
  void Emit(std::uint32_t item, const PairRow& row, NeighbourScratch& scratch,
            PairEntries& entries) const;

 private:
  void ScoreRow(std::uint32_t item, const PairRow& row, std::vector<float>& scores) const;

  const PairInput& input_;
  const CoPurchaseOptions& options_;
  std::vector<double> roots_;  // 1 / sqrt(weight) by place, 0 for an item without
};

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_CO_PURCHASE_BEST_NEIGHBOURS_H_
