// Included once for each instruction set (Highway), by the kernels that gather rows of factors and
// add up their outer products.
#if defined(TSUGI_MODELS_IALS_GRAM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TSUGI_MODELS_IALS_GRAM_INL_H_
#undef TSUGI_MODELS_IALS_GRAM_INL_H_
#else
#define TSUGI_MODELS_IALS_GRAM_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "models/dense/float_vectors-inl.h"
#include "models/ials/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
constexpr std::size_t kAhead = 12;  // rows that are asked for ahead

// Floats j, j + 1, ... of a row, as many as a vector has.
HWY_INLINE Vec LoadAt(const float* row, std::size_t j) { return hn::Load(Tag(), row + j); }
HWY_INLINE Vec LoadAt(const hwy::float16_t* row, std::size_t j) {
  const hn::Rebind<hwy::float16_t, Tag> half;
  return hn::PromoteTo(Tag(), hn::LoadU(half, row + j));
}

// Where a system's rows lie. A copy, since the compiler must take every store of a vector for one
// that may change what a pointer leads to.
struct RowsAt {
  explicit RowsAt(const RowSystem& system)
      : others(system.others.data()),
        halves(reinterpret_cast<const hwy::float16_t*>(system.halves.data())),
        factors(system.factors.data()),
        count(system.others.size()),
        dim(system.dim) {}

  const std::uint32_t* others;
  const hwy::float16_t* halves;  // null: none
  const float* factors;
  std::size_t count;
  std::size_t dim;
};

HWY_INLINE void PrefetchLines(const void* from, std::size_t bytes) {
  constexpr std::size_t kLine = 64;
#pragma GCC unroll 8
  for (std::size_t at = 0; at < bytes; at += kLine) {
    __builtin_prefetch(static_cast<const char*>(from) + at, 0, 3);
  }
}

// Rows come from all over the memory: asks for entry `i` of the system, where there is one.
HWY_INLINE void PrefetchFactor(const RowsAt& at, std::size_t i, std::size_t stride) {
  if (i >= at.count) return;
  if (at.halves != nullptr) {
    PrefetchLines(at.halves + at.others[i] * stride, stride * sizeof(hwy::float16_t));
  } else {
    PrefetchLines(at.factors + at.others[i] * at.dim, stride * sizeof(float));
  }
}

// Entry `i`'s factors into to[stride], padded with zeros.
HWY_INLINE void LoadFactor(const RowsAt& at, std::size_t i, std::size_t stride, float* to) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t row = at.others[i];
  if (at.halves != nullptr) {
    const hwy::float16_t* const from = at.halves + row * stride;
#pragma GCC unroll 8
    for (std::size_t j = 0; j < stride; j += lanes) hn::Store(LoadAt(from, j), d, to + j);
    return;
  }
  const float* const from = at.factors + row * at.dim;
  if (at.dim == stride) {
#pragma GCC unroll 8
    for (std::size_t j = 0; j < stride; j += lanes) hn::Store(hn::LoadU(d, from + j), d, to + j);
    return;
  }
  std::memcpy(to, from, at.dim * sizeof(float));
  for (std::size_t j = at.dim; j < stride; ++j) to[j] = 0.0F;
}

HWY_INLINE float WeightOf(const RowSystem& system, std::size_t i) {
  return system.weights.empty() ? 1.0F : system.weights[i];
}

HWY_INLINE float Dot(const float* a, const float* b, std::size_t size) {
  const Tag d;
  Vec sum = hn::Zero(d);
  for (std::size_t j = 0; j < size; j += hn::Lanes(d)) {
    sum = hn::MulAdd(hn::Load(d, a + j), hn::Load(d, b + j), sum);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

// y += scale * x
HWY_INLINE void AddScaled(float scale, const float* x, std::size_t size, float* y) {
  const Tag d;
  const Vec factor = hn::Set(d, scale);
  for (std::size_t j = 0; j < size; j += hn::Lanes(d)) {
    hn::Store(hn::MulAdd(factor, hn::Load(d, x + j), hn::Load(d, y + j)), d, y + j);
  }
}

HWY_INLINE bool IsFinite(const float* x, std::size_t stride) {
  const Tag d;
  Vec sum = hn::Zero(d);  // of what is 0 for a finite number and NaN for any other
#pragma GCC unroll 8
  for (std::size_t j = 0; j < stride; j += hn::Lanes(d)) {
    sum = hn::MulAdd(hn::Zero(d), hn::Load(d, x + j), sum);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum)) == 0.0F;
}

template <std::size_t kVectors>
HWY_INLINE void AddTile(const float* rows, std::size_t count, std::size_t stride, std::size_t row,
                        std::size_t column, float* gram) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec sums[kTileRows][kVectors];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v) {
      sums[r][v] = hn::Load(d, gram + (row + r) * stride + column + v * lanes);
    }
  }
  const float* left_at = rows + row;
  const float* right_at = rows + column;
  for (std::size_t i = 0; i < count; ++i, left_at += stride, right_at += stride) {
    Vec right[kVectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v) right[v] = hn::Load(d, right_at + v * lanes);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTileRows; ++r) {
      const Vec left = hn::Set(d, left_at[r]);
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kVectors; ++v) {
        sums[r][v] = hn::MulAdd(left, right[v], sums[r][v]);
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v) {
      hn::Store(sums[r][v], d, gram + (row + r) * stride + column + v * lanes);
    }
  }
}

// The upper triangle of gram (stride x stride) += rows^T rows, of `count` rows of `stride` floats,
// a multiple of 16. What lies left of the diagonal in its tiles is written too, and means nothing.
HWY_INLINE void AddGramUpper(const float* rows, std::size_t count, std::size_t stride,
                             float* gram) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t row = 0; row < stride; row += kTileRows) {
    std::size_t column = row / lanes * lanes;
    for (; column + kTileVectors * lanes <= stride; column += kTileVectors * lanes) {
      AddTile<kTileVectors>(rows, count, stride, row, column, gram);
    }
    if (column + 2 * lanes <= stride) {
      AddTile<2>(rows, count, stride, row, column, gram);
    } else if (column + lanes <= stride) {
      AddTile<1>(rows, count, stride, row, column, gram);
    }
  }
}

// gram's upper triangle := diagonal + sum w f f^T, and right := sum (unobserved + w) f, by way of a
// panel of ChunkRows(stride) rows.
HWY_INLINE void NormalEquations(const RowSystem& system, std::size_t stride, float* panel,
                                float* gram, float* right) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  std::fill(gram, gram + stride * stride, 0.0F);
  for (std::size_t j = 0; j < stride; ++j) gram[j * stride + j] = system.diagonal[j];
  std::fill(right, right + stride, 0.0F);
  const std::size_t chunk = ChunkRows(stride);
  const RowsAt at(system);
  const std::size_t entries = at.count;
  for (std::size_t i = 0; i < std::min(kAhead, entries); ++i) PrefetchFactor(at, i, stride);
  for (std::size_t begin = 0; begin < entries; begin += chunk) {
    const std::size_t count = std::min(chunk, entries - begin);
    for (std::size_t i = 0; i < count; ++i) {
      PrefetchFactor(at, begin + i + kAhead, stride);
      const float weight = WeightOf(system, begin + i);
      const Vec root = hn::Set(d, std::sqrt(weight));
      const Vec share = hn::Set(d, system.unobserved_weight + weight);
      float* const row = panel + i * stride;
      LoadFactor(at, begin + i, stride, row);
      for (std::size_t j = 0; j < stride; j += lanes) {
        const Vec factor = hn::Load(d, row + j);
        hn::Store(hn::MulAdd(share, factor, hn::Load(d, right + j)), d, right + j);
        hn::Store(hn::Mul(root, factor), d, row + j);
      }
    }
    AddGramUpper(panel, count, stride, gram);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#endif  // TSUGI_MODELS_IALS_GRAM_INL_H_
