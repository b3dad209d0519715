// What several sources say of the items of a catalogue, summed for one request, and the items of
// which they say most.
//
//   ItemScores scores;                            // kept by a thread from request to request
//   scores.Grow(num_items);
//   scores.Add(kRegression, targets, weights);    // and so on, source by source
//   const std::span<const std::uint32_t> best = scores.Best({1, 0.25F}, 0b11, 56);
//   ... scores.At(kRegression, item) ...
//   scores.Clear();
//
// A request touches a few thousand items of perhaps a million. Each source has an array of sums by
// item; the blocks of kBlock items that something was added to are marked, so that blending,
// choosing and clearing cost what was touched and a byte a block, not the catalogue, and run on
// whole vectors (the widest that the processor has; the same result on each). 37 bytes an item.
//
// Thread safety: none; one instance a thread.
#ifndef TSUGI_MODELS_ITEM_SCORES_H_
#define TSUGI_MODELS_ITEM_SCORES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tsugi::models {

class ItemScores {
 public:
  static constexpr std::size_t kSources = 4;
  static constexpr std::size_t kBlock = 16;
  using Weights = std::array<float, kSources>;

  // Room for so many items; what is there stays.
  void Grow(std::size_t num_items);

  // Adds values[i] to the sum of items[i], which are distinct within a call.
  void Add(std::size_t source, std::span<const std::uint32_t> items, const float* values) {
    float* const sums = sums_[source].data();
    for (std::size_t i = 0; i < items.size(); ++i) {
      sums[items[i]] += values[i];
      touched_[items[i] / kBlock] = 1;
    }
  }
  // The greatest of the values instead of their sum.
  void Raise(std::size_t source, std::span<const std::uint32_t> items, const float* values) {
    float* const sums = sums_[source].data();
    for (std::size_t i = 0; i < items.size(); ++i) {
      sums[items[i]] = std::max(sums[items[i]], values[i]);
      touched_[items[i] / kBlock] = 1;
    }
  }
  // As Add, for a source that proposes nothing: Clear does not see it, Forget takes it back, as
  // does ClearAll.
  void AddUnseen(std::size_t source, std::span<const std::uint32_t> items, const float* values) {
    float* const sums = sums_[source].data();
    for (std::size_t i = 0; i < items.size(); ++i) sums[items[i]] += values[i];
  }
  void Forget(std::size_t source, std::span<const std::uint32_t> items) {
    for (const std::uint32_t item : items) sums_[source][item] = 0;
  }

  float At(std::size_t source, std::uint32_t item) const { return sums_[source][item]; }
  std::size_t num_items() const { return sums_[0].size(); }

  // The items of the `most` greatest weighted sums above 0, best first, smaller items first between
  // equals. Only items of which a source s with bit s in `proposing` says something (not 0). Valid
  // until the next call.
  std::span<const std::uint32_t> Best(const Weights& weights, unsigned proposing, std::size_t most);

  // All sums 0 again, but perhaps for those of AddUnseen.
  void Clear();
  // All of them, touched or not: sooner done where much was touched.
  void ClearAll();

 private:
  std::span<const std::uint32_t> FindTouched();  // blocks, ascending
  // Puts into keys_, in any order, what is at or above a bound that at least `most` reach (all,
  // where there are fewer), and not many more; how many they are.
  std::size_t KeepFew(std::size_t count, std::size_t most);

  std::array<std::vector<float>, kSources> sums_;
  std::vector<std::uint8_t> touched_;  // by block
  std::vector<std::uint32_t> blocks_;  // room for those touched
  std::vector<float> scores_;          // of items_, before they are ordered
  std::vector<std::uint32_t> items_;
  std::vector<std::uint64_t> keys_;  // the complement of the score's bits, then the item: ascending
                                     // is best first
  std::vector<std::uint32_t> best_;
};

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_ITEM_SCORES_H_
