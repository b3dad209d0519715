// The rows of one system where they lie, in 16 bits: a panel of more rows than the nearest cache
// holds would be written to the second and read from there at twice the bytes.
// Included once for each instruction set (Highway).
#if defined(TSUGI_MODELS_IALS_ROUNDED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TSUGI_MODELS_IALS_ROUNDED_INL_H_
#undef TSUGI_MODELS_IALS_ROUNDED_INL_H_
#else
#define TSUGI_MODELS_IALS_ROUNDED_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "models/ials/gram-inl.h"
#include "models/ials/kernels.h"
#include "models/ials/panel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {

// The entries of a system, kTogether at a time; behind the last one rows of zeros that weigh 0.
template <std::size_t kStride>
class RoundedCursor {
 public:
  using Element = hwy::float16_t;

  HWY_INLINE explicit RoundedCursor(const RowSystem& system)
      : at_(system), weights_(system.weights.empty() ? nullptr : system.weights.data()) {}

  // `last` holds the weights where there are fewer entries left.
  HWY_INLINE bool Next(FactorRows<Element>& rows, float* last) {
    HWY_ALIGN static constexpr float kOnes[kTogether] = {1.0F, 1.0F, 1.0F, 1.0F};
    if (next_ + kTogether > at_.count) return next_ < at_.count && FindLast(rows, last);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTogether; ++r) {
      const std::size_t ahead = std::min(next_ + r + kAhead, at_.count - 1);
      PrefetchLines(RowOf(ahead), kStride * sizeof(hwy::float16_t));
      rows.row[r] = RowOf(next_ + r);
    }
    rows.weights = weights_ == nullptr ? kOnes : weights_ + next_;
    next_ += kTogether;
    return true;
  }

 private:
  HWY_INLINE const hwy::float16_t* RowOf(std::size_t i) const {
    return at_.halves + at_.others[i] * kStride;
  }

  HWY_INLINE bool FindLast(FactorRows<Element>& rows, float* last) {
    HWY_ALIGN static constexpr std::uint16_t kZeros[kStride] = {};
    for (std::size_t r = 0; r < kTogether; ++r) {
      const bool has = next_ + r < at_.count;
      rows.row[r] = has ? RowOf(next_ + r) : reinterpret_cast<const hwy::float16_t*>(kZeros);
      last[r] = !has ? 0.0F : weights_ == nullptr ? 1.0F : weights_[next_ + r];
    }
    rows.weights = last;
    next_ = at_.count;
    return true;
  }

  const RowsAt at_;
  const float* const weights_;  // null: 1 each
  std::size_t next_ = 0;
};

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#endif  // TSUGI_MODELS_IALS_ROUNDED_INL_H_
