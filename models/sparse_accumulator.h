// Sums over a sparse set of indexes, on a dense array: O(1) an addition, and clearing costs only
// what was touched. One a thread; the candidate sources add their scores into one.
//
//   SparseAccumulator sums(num_items);
//   view.Accumulate(cart, {}, sums);
//   for (std::uint32_t item : sums.touched()) use(item, sums[item]);
//   sums.Clear();
#ifndef TSUGI_MODELS_SPARSE_ACCUMULATOR_H_
#define TSUGI_MODELS_SPARSE_ACCUMULATOR_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tsugi::models {

class SparseAccumulator {
 public:
  explicit SparseAccumulator(std::size_t size) : sums_(size, 0.0F), seen_(size, 0) {
    touched_.reserve(256);
  }

  void Add(std::uint32_t index, float value) {
    if (seen_[index] == 0) {
      seen_[index] = 1;
      touched_.push_back(index);
    }
    sums_[index] += value;
  }

  std::size_t size() const { return sums_.size(); }
  bool contains(std::uint32_t index) const { return seen_[index] != 0; }
  float operator[](std::uint32_t index) const { return sums_[index]; }

  // In the order of first touch, which depends on the input's order: sort before deciding by it.
  std::span<const std::uint32_t> touched() const { return touched_; }

  void Clear() {
    for (const std::uint32_t index : touched_) {
      sums_[index] = 0.0F;
      seen_[index] = 0;
    }
    touched_.clear();
  }

 private:
  std::vector<float> sums_;
  std::vector<std::uint8_t> seen_;
  std::vector<std::uint32_t> touched_;
};

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_SPARSE_ACCUMULATOR_H_
