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
  std::vector<std::uint64_t> keys;        // of scores and items (best_keys.h)
  std::vector<std::uint64_t> other_keys;  // while the best are chosen
  std::vector<std::uint32_t> chosen;      // those of `touched` that may be kept
  std::vector<float> scores;              // of `chosen`
  std::vector<double> both;               // but for the cosine: of `chosen`, the pair's weight,
  std::vector<double> second;             // the other item's,
  std::vector<double> ratios;             // and what they give
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
  void ScoreByCosine(std::uint32_t item, const PairRow& row, NeighbourScratch& scratch) const;
  float GuessCut(std::uint32_t item, const PairRow& row, NeighbourScratch& scratch) const;
  void Choose(std::uint32_t item, const PairRow& row, float cut, NeighbourScratch& scratch) const;
  void ScoreChosen(std::uint32_t item, const PairRow& row, NeighbourScratch& scratch) const;
  void Collect(std::uint32_t item, const PairRow& row, float cut, NeighbourScratch& scratch) const;

  const PairInput& input_;
  const CoPurchaseOptions& options_;
  std::vector<double> roots_;         // 1 / sqrt(weight) by place, 0 for an item without
  std::vector<float> narrow_roots_;   // the same in float
  std::vector<float> place_weights_;  // of the items, by place
};

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_CO_PURCHASE_BEST_NEIGHBOURS_H_
