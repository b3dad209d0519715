#include "base/random.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace tsugi::base {

std::uint64_t Mix64(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

Random::Random(std::uint64_t seed) : state_{} {
  for (std::uint64_t& word : state_) {
    word = Mix64(seed);
    seed += 0x9e3779b97f4a7c15U;
  }
}

std::uint64_t Random::Next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::Below(std::uint64_t bound) {
  const std::uint64_t reject_below = (0 - bound) % bound;  // makes every value equally likely
  std::uint64_t value = Next();
  while (value < reject_below) value = Next();
  return value % bound;
}

double Random::Uniform() { return static_cast<double>(Next() >> 11U) * 0x1.0p-53; }

double Random::Normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - Uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * Uniform());
}

double Random::Exponential() { return -std::log(1.0 - Uniform()); }

}  // namespace tsugi::base
