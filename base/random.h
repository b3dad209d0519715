// A small, fast generator with the same sequence everywhere (the standard library's distributions
// differ between implementations). xoshiro256** seeded by splitmix64 (Blackman, Vigna 2018).
#ifndef TSUGI_BASE_RANDOM_H_
#define TSUGI_BASE_RANDOM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace tsugi::base {

// One step of splitmix64: also a good mixer of 64 bits.
std::uint64_t Mix64(std::uint64_t value);

// Not thread-safe; make one a thread or a work item.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t Next();
  std::uint64_t Below(std::uint64_t bound);  // uniform in [0, bound); REQUIRES: bound > 0
  double Uniform();                          // uniform in [0, 1)
  double Normal();                           // mean 0, variance 1
  double Exponential();                      // mean 1
  bool Chance(double probability) { return Uniform() < probability; }

  template <typename T>
  void Shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i > 1; --i) {
      std::swap(values[i - 1], values[static_cast<std::size_t>(Below(i))]);
    }
  }

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace tsugi::base

#endif  // TSUGI_BASE_RANDOM_H_
