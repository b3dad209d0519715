#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "models/ials/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/ials/exact.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

#include "models/ials/four-inl.h"
#include "models/ials/gram-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {

constexpr std::size_t kPivots = 4;  // rows eliminated together

// row[column..] -= sum over `kPivots` pivot rows of their element at `index` times their rest.
template <std::size_t kRows>
HWY_INLINE void Eliminate(const float* pivots, std::size_t stride, std::size_t index, float* rows) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec factor[kRows][kPivots];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (std::size_t p = 0; p < kPivots; ++p) {
      factor[r][p] = hn::Set(d, pivots[p * stride + index + r]);
    }
  }
  for (std::size_t j = index / lanes * lanes; j < stride; j += lanes) {
    Vec pivot[kPivots];
#pragma GCC unroll 8
    for (std::size_t p = 0; p < kPivots; ++p) pivot[p] = hn::Load(d, pivots + p * stride + j);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kRows; ++r) {
      Vec value = hn::Load(d, rows + r * stride + j);
#pragma GCC unroll 8
      for (std::size_t p = 0; p < kPivots; ++p) {
        value = hn::NegMulAdd(factor[r][p], pivot[p], value);
      }
      hn::Store(value, d, rows + r * stride + j);
    }
  }
}

// Whether the pivot is more than what rounding leaves of its diagonal element.
HWY_INLINE bool IsSound(float pivot, float diagonal) {
  constexpr float kRounding = 3e-7F;  // 5 float roundings
  return pivot > kRounding * diagonal && pivot <= std::numeric_limits<float>::max();
}

// U of U^T U = a over the upper triangle of a (size x size, a multiple of 16); what lies below the
// diagonal becomes meaningless. Afterwards diagonal[k] holds 1 / U_kk.
HWY_INLINE bool FactorUpper(std::size_t size, float* a, float* diagonal) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t k = 0; k < size; ++k) diagonal[k] = a[k * size + k];
  for (std::size_t k = 0; k < size; k += kPivots) {
    float* const pivots = a + k * size;
#pragma GCC unroll 8
    for (std::size_t p = 0; p < kPivots; ++p) {
      float* const row = pivots + p * size;
      const std::size_t from = k / lanes * lanes;
      for (std::size_t q = 0; q < p; ++q) {
        const Vec factor = hn::Set(d, pivots[q * size + k + p]);
        for (std::size_t j = from; j < size; j += lanes) {
          const Vec above = hn::Load(d, pivots + q * size + j);
          hn::Store(hn::NegMulAdd(factor, above, hn::Load(d, row + j)), d, row + j);
        }
      }
      const float pivot = row[k + p];
      if (!IsSound(pivot, diagonal[k + p])) return false;
      diagonal[k + p] = 1.0F / std::sqrt(pivot);
      const Vec scale = hn::Set(d, diagonal[k + p]);
      for (std::size_t j = from; j < size; j += lanes) {
        hn::Store(hn::Mul(scale, hn::Load(d, row + j)), d, row + j);
      }
    }
    for (std::size_t i = k + kPivots; i < size; i += kPivots) {
      Eliminate<kPivots>(pivots, size, i, a + i * size);
    }
  }
  return true;
}

// Solves U^T U x = b in place of b, given `FactorUpper`'s results; overwrites the elements on and
// below the diagonal in the diagonal's vectors.
HWY_INLINE void SolveUpper(std::size_t size, float* a, const float* diagonal, float* b) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t k = 0; k < size; ++k) {
    float* const row = a + k * size;
    const std::size_t from = k / lanes * lanes;
    b[k] *= diagonal[k];
    const Vec factor = hn::Set(d, b[k]);
    const Vec head = hn::IfThenZeroElse(hn::FirstN(d, k - from + 1), hn::Load(d, row + from));
    hn::Store(head, d, row + from);
    hn::Store(hn::NegMulAdd(factor, head, hn::Load(d, b + from)), d, b + from);
    for (std::size_t j = from + lanes; j < size; j += lanes) {
      hn::Store(hn::NegMulAdd(factor, hn::Load(d, row + j), hn::Load(d, b + j)), d, b + j);
    }
  }
  for (std::size_t k = size; k > 0;) {  // four rows at a time, then the four among themselves
    k -= 4;
    const std::size_t from = k / lanes * lanes;
    const float* const rows = a + k * size;
    float right[4];
    float known[4];
    for (std::size_t r = 0; r < 4; ++r) right[r] = std::exchange(b[k + r], 0.0F);
    StoreFour(DotsOfFour(rows + from, size, size - from, b + from), known);
    for (std::size_t r = 4; r-- > 0;) {
      float rest = right[r] - known[r];
      for (std::size_t c = r + 1; c < 4; ++c) rest -= rows[r * size + k + c] * b[k + c];
      b[k + r] = rest * diagonal[k + r];
    }
  }
}

// The unknowns are the dim factors.
bool SolveLong(const RowSystem& system, float* scratch, float* x) {
  const std::size_t stride = PaddedDim(system.dim);
  float* const gram = scratch;
  float* const diagonal = gram + stride * stride;
  NormalEquations(system, stride, diagonal + stride, gram, x);
  if (!FactorUpper(stride, gram, diagonal)) return false;
  SolveUpper(stride, gram, diagonal, x);
  return true;
}

// kRows x 4 dot products of rows: of those at `left` with those at `right`, into the tile at `to`.
template <std::size_t kRows>
HWY_INLINE void AddDots(const float* left, const float* right, std::size_t dim, std::size_t size,
                        float* to) {
  const Tag d;
  Vec sums[kRows][4];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (std::size_t c = 0; c < 4; ++c) sums[r][c] = hn::Zero(d);
  }
  for (std::size_t j = 0; j < dim; j += hn::Lanes(d)) {
    Vec across[4];
#pragma GCC unroll 8
    for (std::size_t c = 0; c < 4; ++c) across[c] = hn::Load(d, right + c * dim + j);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kRows; ++r) {
      const Vec row = hn::Load(d, left + r * dim + j);
#pragma GCC unroll 8
      for (std::size_t c = 0; c < 4; ++c) sums[r][c] = hn::MulAdd(row, across[c], sums[r][c]);
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r) {
    StoreFour(SumsOfFour(sums[r][0], sums[r][1], sums[r][2], sums[r][3]), to + r * size);
  }
}

// The upper triangle of gram (size x size) = rows rows^T, of `count` rows of `dim`, a multiple of
// 4; what is left of the diagonal in a tile is written too.
HWY_INLINE void DotsUpper(const float* rows, std::size_t count, std::size_t dim, std::size_t size,
                          float* gram) {
  constexpr std::size_t kRows = HWY_MAX_BYTES >= 64 ? 4 : 2;
  for (std::size_t i = 0; i < count; i += kRows) {
    for (std::size_t j = i / 4 * 4; j < count; j += 4) {
      AddDots<kRows>(rows + i * dim, rows + j * dim, dim, size, gram + i * size + j);
    }
  }
}

// The system's factors, each element times `scale`'s, and rows of zeros up to `count`.
HWY_INLINE void LoadScaled(const RowSystem& system, const float* scale, std::size_t dim,
                           std::size_t count, float* rows) {
  const Tag d;
  const RowsAt at(system);
  for (std::size_t i = 0; i < at.count; ++i, rows += dim) {
    PrefetchFactor(at, i + kAhead, dim);
    LoadFactor(at, i, dim, rows);
    for (std::size_t j = 0; j < dim; j += hn::Lanes(d)) {
      hn::Store(hn::Mul(hn::Load(d, rows + j), hn::Load(d, scale + j)), d, rows + j);
    }
  }
  std::fill_n(rows, (count - system.others.size()) * dim, 0.0F);
}

// The unknowns are the entries. With K = F D^-1 F^T and c = unobserved + w the solution is
// x = D^-1 F^T z, where (W^-1 + K) z = W^-1 c: no difference of near numbers anywhere.
bool SolveShort(const RowSystem& system, float* scratch, float* x) {
  const Tag d;
  const std::size_t entries = system.others.size();
  const std::size_t dim = PaddedDim(system.dim);
  const std::size_t size = PaddedDim(entries);
  const std::size_t count = (entries + 3) / 4 * 4;
  float* const gram = scratch;
  float* const diagonal = gram + size * size;
  float* const z = diagonal + size;
  float* const scale = z + size;    // D^-1/2
  float* const rows = scale + dim;  // F D^-1/2
  for (std::size_t j = 0; j < dim; j += hn::Lanes(d)) {
    const Vec root = hn::Sqrt(hn::Load(d, system.diagonal.data() + j));
    hn::Store(hn::Div(hn::Set(d, 1.0F), root), d, scale + j);
  }
  LoadScaled(system, scale, dim, count, rows);
  std::fill(gram, gram + size * size, 0.0F);
  DotsUpper(rows, count, dim, size, gram);
  for (std::size_t i = 0; i < size; ++i) {
    const float weight = i < entries ? WeightOf(system, i) : 1.0F;
    gram[i * size + i] += 1.0F / weight;
    z[i] = i < entries ? (system.unobserved_weight + weight) / weight : 0.0F;
  }
  if (!FactorUpper(size, gram, diagonal)) return false;
  SolveUpper(size, gram, diagonal, z);
  std::fill(x, x + dim, 0.0F);
  for (std::size_t i = 0; i < entries; ++i) AddScaled(z[i], rows + i * dim, dim, x);
  for (std::size_t j = 0; j < dim; j += hn::Lanes(d)) {
    hn::Store(hn::Mul(hn::Load(d, x + j), hn::Load(d, scale + j)), d, x + j);
  }
  return true;
}

bool SolveRow(const RowSystem& system, float* scratch, float* x) {
  const bool short_row = system.others.size() <= ShortRows(system.dim);
  constexpr float kLeast = 1e-6F;  // W^-1 of lighter weights would drown K
  const bool heavy = std::all_of(system.weights.begin(), system.weights.end(),
                                 [](float weight) { return weight >= kLeast; });
  const bool solved =
      short_row && heavy ? SolveShort(system, scratch, x) : SolveLong(system, scratch, x);
  return solved && IsFinite(x, PaddedDim(system.dim));
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(SolveRow);

std::size_t ExactScratch(std::size_t dim, std::size_t others) {
  const std::size_t stride = PaddedDim(dim);
  const std::size_t size = PaddedDim(std::min(others, ShortRows(dim)));
  const std::size_t panel = std::max(kChunkFloats, 4 * stride);
  return std::max(stride * stride + stride + panel, size * size + 2 * size + stride * (size + 1));
}

bool SolveExactly(const RowSystem& system, std::span<float> scratch, std::span<float> x) {
  return HWY_DYNAMIC_DISPATCH(SolveRow)(system, scratch.data(), x.data());
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
