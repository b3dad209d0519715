// Range checks that a NaN fails, which `value < low || value > high` would let through.
#ifndef TSUGI_MODELS_RANGES_H_
#define TSUGI_MODELS_RANGES_H_

#include <limits>

namespace tsugi::models {

inline bool InRange(double value, double low, double high) { return value >= low && value <= high; }

// 0 or more, and finite.
inline bool IsNonNegative(double value) {
  return InRange(value, 0.0, std::numeric_limits<double>::max());
}

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_RANGES_H_
