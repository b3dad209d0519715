// Natural logarithms of whole columns, on the widest vectors that the processor has.
//
// Thread safety: pure function.
#ifndef TSUGI_MODELS_FAST_LOG_H_
#define TSUGI_MODELS_FAST_LOG_H_

#include <bit>
#include <cstdint>
#include <span>

namespace tsugi::models {

// The logarithm within 1e-4 of the exact one, several times as fast. REQUIRES: x > 0, normal.
inline float FastLog(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const auto exponent = static_cast<float>(static_cast<std::int32_t>(bits >> 23) - 127);
  const auto m = std::bit_cast<float>((bits & 0x7FFFFFU) | 0x3F800000U);  // [1, 2)
  // log2 on [1, 2): (m - 1) times a minimax polynomial, so that log(1) is 0.
  float p = -3.4436006e-2F;
  for (const float c : {3.1821337e-1F, -1.2315303F, 2.5988452F, -3.3241990F, 3.1157899F}) {
    p = p * m + c;
  }
  const float log2m = p * (m - 1.0F);
  return (exponent + log2m) * 0.69314718F;
}

// column[r] = FastLog(max(column[r], 0) / floor + 1), to the bit what FastLog gives on any
// processor. REQUIRES: floor > 0, columns of a multiple of kColumnLanes (ranker/trees.h).
void ShiftedLogs(float floor, std::span<float> column);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_FAST_LOG_H_
