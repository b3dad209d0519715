// What several sources say of the items of a catalogue, added up for one request, and the items of
// which they say most.
//
//   ItemScores scores;                            // kept by a thread from request to request
//   scores.Grow(num_items);
//   scores.Add(1, targets, weights);              // and so on, source by source
//   scores.AddBackground(others, their_weights);  // rescores what Add proposed
//   const std::span<const std::uint32_t> best = scores.Best(0.25F, false, 56);
//   scores.Clear();
//
// A request touches a few thousand items of perhaps a million. The blocks of kBlock items that
// something was added to are marked, so that blending, choosing and clearing cost what was touched
// and a byte a block, not the catalogue, and run on whole vectors (the widest that the processor
// has; the same result on each). 20 bytes an item.
//
// Thread safety: none; one instance a thread.
#ifndef TSUGI_MODELS_ITEM_SCORES_H_
#define TSUGI_MODELS_ITEM_SCORES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/huge_pages.h"

namespace tsugi::models {

class ItemScores {
 public:
  static constexpr std::size_t kBlock = 16;

  // Room for so many items; what is there stays.
  void Grow(std::size_t num_items);

  // Adds weight * values[i] to the score of items[i], which are distinct within a call.
  void Add(float weight, std::span<const std::uint32_t> items, const float* values) {
    float* const scores = scores_.data();
    for (std::size_t i = 0; i < items.size(); ++i) {
      scores[items[i]] += weight * values[i];
      touched_[items[i] / kBlock] = 1;
    }
  }
  // The same of the greatest value of all calls, which are 0 or more, instead of their sum.
  void Raise(float weight, std::span<const std::uint32_t> items, const float* values);
  // Adds to a second sum, which Best weighs. Proposes nothing, and Clear does not see it: Forget
  // takes it back, as does ClearAll.
  void AddBackground(std::span<const std::uint32_t> items, const float* values) {
    float* const background = background_.data();
    for (std::size_t i = 0; i < items.size(); ++i) background[items[i]] += values[i];
  }
  void ForgetBackground(std::span<const std::uint32_t> items) {
    for (const std::uint32_t item : items) background_[item] = 0;
  }
  // Makes these seen after all, by Clear and by a Best that lets the background propose.
  void Touch(std::span<const std::uint32_t> items) {
    for (const std::uint32_t item : items) touched_[item / kBlock] = 1;
  }

  float Background(std::uint32_t item) const { return background_[item]; }
  float Blended(std::uint32_t item, float background_weight) const {
    return scores_[item] + background_weight * background_[item];
  }
  std::size_t num_items() const { return scores_.size(); }

  // The items of the `most` greatest blends above 0, best first, smaller items first between
  // equals. Only items with a score (not 0), or a background where that proposes. Valid until the
  // next call.
  std::span<const std::uint32_t> Best(float background_weight, bool background_proposes,
                                      std::size_t most);

  // All of it 0 again, but perhaps for the background.
  void Clear();
  // All of it, touched or not: sooner done where much was touched.
  void ClearAll();

 private:
  // Keeps of the first `count` blends and items those at or above a bound that at least `most`
  // reach (all, where there are fewer), and not many more; how many they are.
  std::size_t KeepFew(std::size_t count, std::size_t most);

  base::HugeVector<float> scores_;  // a block is a line of the cache
  base::HugeVector<float> background_;
  std::vector<float> greatest_;        // of Raise
  std::vector<std::uint32_t> raised_;  // items, with repetitions
  std::vector<std::uint8_t> touched_;  // by block
  std::vector<float> blends_;          // of items_, before they are ordered
  std::vector<std::uint32_t> items_;
  std::vector<std::uint64_t> keys_;        // of blends and items (best_keys.h)
  std::vector<std::uint64_t> other_keys_;  // while the best are chosen
  std::vector<std::uint32_t> best_;
};

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_ITEM_SCORES_H_
