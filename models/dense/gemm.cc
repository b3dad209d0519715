#include "models/dense/gemm.h"

#include <algorithm>
#include <cstring>

#include "base/huge_pages.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/dense/gemm.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

#include "models/dense/float_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
// Panels that stay in the caches.
constexpr std::size_t kDepth = 256;
constexpr std::size_t kBlockRows = 128;
constexpr std::size_t kBlockColumns = 768;
constexpr std::size_t kMostLanes = 16;

// `count` floats, and zeros up to `width`, a multiple of the vectors' lanes.
HWY_INLINE void CopyPadded(const float* from, std::size_t count, std::size_t width, float* to) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t j = 0;
  for (; j + lanes <= count; j += lanes) hn::Store(hn::LoadU(d, from + j), d, to + j);
  for (; j < count; ++j) to[j] = from[j];
  for (; j < width; ++j) to[j] = 0.0F;
}

// Strips of `width` rows (columns of b) one after the other, each depth x width, padded with zeros.
HWY_INLINE void Pack(const float* from, std::size_t across, std::size_t along, std::size_t count,
                     std::size_t depth, std::size_t width, float* to) {
  for (std::size_t begin = 0; begin < count; begin += width, to += depth * width) {
    const std::size_t here = std::min(width, count - begin);
    const float* const base = from + begin * across;
    if (across == 1) {
      for (std::size_t k = 0; k < depth; ++k) {
        CopyPadded(base + k * along, here, width, to + k * width);
      }
      continue;
    }
    if (here < width) std::fill(to, to + depth * width, 0.0F);
    for (std::size_t i = 0; i < here; ++i) {
      const float* const row = base + i * across;
      for (std::size_t k = 0; k < depth; ++k) to[k * width + i] = row[k * along];
    }
  }
}

struct Target {
  float* c;
  std::size_t stride;
  std::size_t rows;     // of the tile that exist
  std::size_t columns;  // and columns
  float scale;
  bool add;
};

// A block of a's rows in tiles of kTileRows: element (r, k) of the tile that begins at row i is
// data[i * step + r * across + k * along].
struct Left {
  const float* data;
  std::size_t step;
  std::size_t across;
  std::size_t along;
  std::size_t rows;
};

HWY_INLINE void StorePartly(const float* tile, std::size_t width, const Target& target) {
  for (std::size_t r = 0; r < target.rows; ++r) {
    for (std::size_t j = 0; j < target.columns; ++j) {
      float& out = target.c[r * target.stride + j];
      out = (target.add ? out : 0.0F) + target.scale * tile[r * width + j];
    }
  }
}

// kTileRows rows of a by as many vectors of a strip of b, whose rows are kTileVectors apart.
template <std::size_t kVectors, bool kContiguous>
HWY_INLINE void MultiplyTile(const Left& left, const float* b, std::size_t depth,
                             const Target& target) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t across = kContiguous ? 1 : left.across;
  const float* a = left.data;
  Vec sums[kTileRows][kVectors];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v) sums[r][v] = hn::Zero(d);
  }
  for (std::size_t k = 0; k < depth; ++k, a += left.along, b += kTileVectors * lanes) {
    Vec right[kVectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v) right[v] = hn::Load(d, b + v * lanes);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTileRows; ++r) {
      const Vec factor = hn::Set(d, a[r * across]);
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kVectors; ++v) {
        sums[r][v] = hn::MulAdd(factor, right[v], sums[r][v]);
      }
    }
  }
  const std::size_t width = kVectors * lanes;
  if (target.rows < kTileRows || target.columns < width) {
    alignas(64) float tile[kTileRows * kVectors * kMostLanes];
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kVectors; ++v) {
        hn::Store(sums[r][v], d, tile + r * width + v * lanes);
      }
    }
    return StorePartly(tile, width, target);
  }
  const Vec scale = hn::Set(d, target.scale);
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v) {
      float* const out = target.c + r * target.stride + v * lanes;
      const Vec before = target.add ? hn::LoadU(d, out) : hn::Zero(d);
      hn::StoreU(hn::MulAdd(scale, sums[r][v], before), d, out);
    }
  }
}

template <std::size_t kVectors>
HWY_NOINLINE void AnyTile(const Left& left, const float* b, std::size_t depth,
                          const Target& target) {
  left.across == 1 ? MultiplyTile<kVectors, true>(left, b, depth, target)
                   : MultiplyTile<kVectors, false>(left, b, depth, target);
}

// One block of rows times one packed block of columns. Where `lower`, the block's first row is
// `below` rows below the row of its first column in the result, and what lies right of the diagonal
// is left out, but for the rest of a vector.
HWY_INLINE void MultiplyBlock(const Left& block, const float* b, std::size_t columns,
                              std::size_t depth, bool lower, std::ptrdiff_t below, Target target) {
  const std::size_t lanes = hn::Lanes(Tag());
  const std::size_t width = kTileVectors * lanes;
  float* const corner = target.c;
  for (std::size_t j = 0; j < columns; j += width) {
    for (std::size_t i = 0; i < block.rows; i += kTileRows) {
      target.columns = std::min(width, columns - j);
      if (lower) {
        const std::ptrdiff_t left =
            below + static_cast<std::ptrdiff_t>(i + kTileRows) - static_cast<std::ptrdiff_t>(j);
        if (left <= 0) continue;
        const std::size_t whole = (static_cast<std::size_t>(left) + lanes - 1) / lanes * lanes;
        target.columns = std::min(target.columns, whole);
      }
      target.rows = std::min(kTileRows, block.rows - i);
      target.c = corner + i * target.stride + j;
      const Left tile{block.data + i * block.step, block.step, block.across, block.along,
                      target.rows};
      const std::size_t vectors = (target.columns + lanes - 1) / lanes;
      if (vectors == 3) {
        AnyTile<3>(tile, b + j * depth, depth, target);
      } else if (vectors == 2) {
        AnyTile<2>(tile, b + j * depth, depth, target);
      } else {
        AnyTile<1>(tile, b + j * depth, depth, target);
      }
    }
  }
}

// Whether a's elements are read where they are: rows so near to each other that their lines do not
// fall on one set of the nearest cache.
bool IsDirect(const Strided& a) {
  constexpr std::size_t kNear = 512;
  return (a.column_stride == 1 && a.row_stride <= kNear) ||
         (a.row_stride == 1 && a.column_stride <= kNear);
}

void MultiplyAll(const GemmShape& shape, const Strided& a, const Strided& b, float scale, bool add,
                 float* c, std::size_t stride, float* packed_a, float* packed_b) {
  const std::size_t width = kTileVectors * hn::Lanes(Tag());
  const bool direct = IsDirect(a);
  for (std::size_t j = 0; j < shape.n; j += kBlockColumns) {
    const std::size_t columns = std::min(kBlockColumns, shape.n - j);
    for (std::size_t k = 0; k < shape.k; k += kDepth) {
      const std::size_t depth = std::min(kDepth, shape.k - k);
      Pack(b.data + k * b.row_stride + j * b.column_stride, b.column_stride, b.row_stride, columns,
           depth, width, packed_b);
      for (std::size_t i = 0; i < shape.m; i += kBlockRows) {
        const std::size_t rows = std::min(kBlockRows, shape.m - i);
        const std::size_t whole = direct ? rows / kTileRows * kTileRows : 0;
        const float* const from = a.data + i * a.row_stride + k * a.column_stride;
        const auto below = static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(j);
        const Target target{c + i * stride + j, stride, 0, 0, scale, add || k > 0};
        MultiplyBlock({from, a.row_stride, a.row_stride, a.column_stride, whole}, packed_b, columns,
                      depth, shape.lower, below, target);
        if (whole == rows) continue;
        Pack(from + whole * a.row_stride, a.row_stride, a.column_stride, rows - whole, depth,
             kTileRows, packed_a);
        Target rest = target;
        rest.c += whole * stride;
        MultiplyBlock({packed_a, depth, 1, kTileRows, rows - whole}, packed_b, columns, depth,
                      shape.lower, below + static_cast<std::ptrdiff_t>(whole), rest);
      }
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(MultiplyAll);

void Gemm(const GemmShape& shape, const Strided& a, const Strided& b, float scale, bool add,
          float* c, std::size_t stride) {
  // Blocks of the widest target, one tile more for what padding adds.
  constexpr std::size_t kPackedA = std::size_t{128 + 8} * 256;
  constexpr std::size_t kPackedB = std::size_t{768 + 48} * 256;
  static thread_local base::HugeVector<float> packed(kPackedA + kPackedB);
  if (shape.k == 0 && !add) {
    for (std::size_t r = 0; r < shape.m; ++r) std::fill_n(c + r * stride, shape.n, 0.0F);
  }
  HWY_DYNAMIC_DISPATCH(MultiplyAll)
  (shape, a, b, scale, add, c, stride, packed.data(), packed.data() + kPackedA);
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
