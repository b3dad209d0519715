#include "models/ials/kernels.h"

#include <algorithm>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/ials/kernels.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

#include "models/dense/float_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
constexpr std::size_t kMostRounded = 64;  // floats at a time

void Diagonal(const float* gramian, std::size_t dim, float ridge, float* diagonal) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr float kLeast = std::numeric_limits<float>::min();
  const Vec add = hn::Set(d, ridge);
  const Vec least = hn::Set(d, kLeast);
  std::size_t j = 0;
  for (; j + lanes <= dim; j += lanes) {
    hn::Store(hn::Max(hn::Add(hn::LoadU(d, gramian + j), add), least), d, diagonal + j);
  }
  for (; j < dim; ++j) diagonal[j] = std::max(gramian[j] + ridge, kLeast);
  for (; j < PaddedDim(dim); ++j) diagonal[j] = 1.0F;
}

void Round(const float* rows, std::size_t count, std::size_t dim, std::uint16_t* out) {
  const Tag d;
  const hn::Rebind<hwy::float16_t, Tag> half;
  const std::size_t stride = PaddedDim(dim);
  alignas(64) float padded[kMostRounded] = {};
  for (std::size_t r = 0; r < count; ++r, rows += dim, out += stride) {
    for (std::size_t from = 0; from < stride; from += kMostRounded) {
      const std::size_t size = std::min(kMostRounded, dim - std::min(dim, from));
      std::copy_n(rows + from, size, padded);
      std::fill(padded + size, padded + kMostRounded, 0.0F);
      for (std::size_t j = 0; j < std::min(kMostRounded, stride - from); j += hn::Lanes(d)) {
        hn::StoreU(hn::DemoteTo(half, hn::Load(d, padded + j)), half,
                   reinterpret_cast<hwy::float16_t*>(out + from + j));
      }
    }
  }
}

void Dots(const float* rows, std::size_t count, std::size_t dim, const float* v, float* out) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t r = 0; r < count; ++r) {
    const float* row = rows + r * dim;
    Vec sum = hn::Zero(d);
    std::size_t j = 0;
    for (; j + lanes <= dim; j += lanes) {
      sum = hn::MulAdd(hn::LoadU(d, row + j), hn::LoadU(d, v + j), sum);
    }
    float total = hn::GetLane(hn::SumOfLanes(d, sum));
    for (; j < dim; ++j) total += row[j] * v[j];
    out[r] = total;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(Diagonal);
HWY_EXPORT(Dots);
HWY_EXPORT(Round);

void FillDiagonal(std::span<const float> gramian, float ridge, std::span<float> diagonal) {
  HWY_DYNAMIC_DISPATCH(Diagonal)(gramian.data(), gramian.size(), ridge, diagonal.data());
}

void ToHalves(std::span<const float> rows, std::size_t dim, std::span<std::uint16_t> halves) {
  HWY_DYNAMIC_DISPATCH(Round)(rows.data(), rows.size() / dim, dim, halves.data());
}

void RowDots(std::span<const float> rows, std::span<const float> vector, std::span<float> out) {
  HWY_DYNAMIC_DISPATCH(Dots)(rows.data(), out.size(), vector.size(), vector.data(), out.data());
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
