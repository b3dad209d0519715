// Tells the processor what will be read soon, so that the misses of many places overlap.
//
// Thread safety: any.
#ifndef TSUGI_BASE_PREFETCH_H_
#define TSUGI_BASE_PREFETCH_H_

#include <cstddef>
#include <span>

namespace tsugi::base {

inline constexpr std::size_t kCacheLine = 64;  // bytes

inline void Prefetch(const void* address) {
  __builtin_prefetch(address);
  // GCC takes a function that only prefetches for one without effect, and drops calls of it.
  asm volatile("");
}

// Every line of the values.
template <typename T>
void PrefetchAll(std::span<const T> values) {
  constexpr std::size_t kStep = kCacheLine / sizeof(T);
  for (std::size_t i = 0; i < values.size(); i += kStep) Prefetch(values.data() + i);
}

}  // namespace tsugi::base

#endif  // TSUGI_BASE_PREFETCH_H_
