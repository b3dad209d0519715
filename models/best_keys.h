// The best of a list of scored items as 64-bit keys, of which the greater is the better: a score of
// 0 or more in the upper half, the item inverted in the lower, so that of equal scores the smaller
// item comes first.
//
// Thread safety: pure functions.
#ifndef TSUGI_MODELS_BEST_KEYS_H_
#define TSUGI_MODELS_BEST_KEYS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tsugi::models {

// Bits of floats of 0 or more order as they do.
inline std::uint64_t KeyOf(float score, std::uint32_t item) {
  return std::uint64_t{std::bit_cast<std::uint32_t>(score)} << 32 | std::uint64_t{~item};
}
inline float ScoreOfKey(std::uint64_t key) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(key >> 32));
}
inline std::uint32_t ItemOfKey(std::uint64_t key) { return ~static_cast<std::uint32_t>(key); }

// Leaves the `most` best keys, best first. Few of them are placed by counting on vectors, where a
// sort's branches would be mispredicted. REQUIRES: different keys. `scratch` is overwritten.
void KeepBestKeys(std::size_t most, std::vector<std::uint64_t>& keys,
                  std::vector<std::uint64_t>& scratch);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_BEST_KEYS_H_
