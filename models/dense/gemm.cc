#include "models/dense/gemm.h"

#include <algorithm>
#include <cstring>

#include "base/huge_pages.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/dense/gemm.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;

// The tile of sums that fills the registers, and the panels that stay in the caches.
constexpr std::size_t kTileRows = HWY_MAX_BYTES >= 64 ? 8 : 4;
constexpr std::size_t kTileVectors = 3;
constexpr std::size_t kDepth = 256;
constexpr std::size_t kBlockRows = 128;
constexpr std::size_t kBlockColumns = 768;
constexpr std::size_t kMostLanes = 16;

// Strips of `width` rows (columns of b) one after the other, each depth x width, padded with zeros.
HWY_INLINE void Pack(const float* from, std::size_t across, std::size_t along, std::size_t count,
                     std::size_t depth, std::size_t width, float* to) {
  for (std::size_t begin = 0; begin < count; begin += width, to += depth * width) {
    const std::size_t here = std::min(width, count - begin);
    const float* const base = from + begin * across;
    if (here < width) std::fill(to, to + depth * width, 0.0F);
    if (across == 1) {
      for (std::size_t k = 0; k < depth; ++k) {
        std::memcpy(to + k * width, base + k * along, here * sizeof(float));
      }
      continue;
    }
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

HWY_INLINE void StorePartly(const float* tile, std::size_t width, const Target& target) {
  for (std::size_t r = 0; r < target.rows; ++r) {
    for (std::size_t j = 0; j < target.columns; ++j) {
      float& out = target.c[r * target.stride + j];
      out = (target.add ? out : 0.0F) + target.scale * tile[r * width + j];
    }
  }
}

HWY_INLINE void MultiplyTile(const float* a, const float* b, std::size_t depth,
                             const Target& target) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t width = kTileVectors * lanes;
  Vec sums[kTileRows][kTileVectors];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kTileVectors; ++v) sums[r][v] = hn::Zero(d);
  }
  for (std::size_t k = 0; k < depth; ++k, a += kTileRows, b += width) {
    Vec right[kTileVectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kTileVectors; ++v) right[v] = hn::Load(d, b + v * lanes);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTileRows; ++r) {
      const Vec left = hn::Set(d, a[r]);
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kTileVectors; ++v) {
        sums[r][v] = hn::MulAdd(left, right[v], sums[r][v]);
      }
    }
  }
  if (target.rows < kTileRows || target.columns < width) {
    alignas(64) float tile[kTileRows * kTileVectors * kMostLanes];
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kTileVectors; ++v) {
        hn::Store(sums[r][v], d, tile + r * width + v * lanes);
      }
    }
    return StorePartly(tile, width, target);
  }
  const Vec scale = hn::Set(d, target.scale);
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kTileVectors; ++v) {
      float* const out = target.c + r * target.stride + v * lanes;
      const Vec before = target.add ? hn::LoadU(d, out) : hn::Zero(d);
      hn::StoreU(hn::MulAdd(scale, sums[r][v], before), d, out);
    }
  }
}

// One packed block of rows times one packed block of columns.
HWY_INLINE void MultiplyBlock(const float* a, const float* b, std::size_t rows, std::size_t columns,
                              std::size_t depth, Target target) {
  const std::size_t width = kTileVectors * hn::Lanes(Tag());
  float* const corner = target.c;
  for (std::size_t j = 0; j < columns; j += width) {
    target.columns = std::min(width, columns - j);
    for (std::size_t i = 0; i < rows; i += kTileRows) {
      target.rows = std::min(kTileRows, rows - i);
      target.c = corner + i * target.stride + j;
      MultiplyTile(a + i * depth, b + j * depth, depth, target);
    }
  }
}

void MultiplyAll(const GemmShape& shape, const Strided& a, const Strided& b, float scale, bool add,
                 float* c, std::size_t stride, float* packed_a, float* packed_b) {
  const std::size_t width = kTileVectors * hn::Lanes(Tag());
  for (std::size_t j = 0; j < shape.n; j += kBlockColumns) {
    const std::size_t columns = std::min(kBlockColumns, shape.n - j);
    for (std::size_t k = 0; k < shape.k; k += kDepth) {
      const std::size_t depth = std::min(kDepth, shape.k - k);
      Pack(b.data + k * b.row_stride + j * b.column_stride, b.column_stride, b.row_stride, columns,
           depth, width, packed_b);
      for (std::size_t i = 0; i < shape.m; i += kBlockRows) {
        const std::size_t rows = std::min(kBlockRows, shape.m - i);
        Pack(a.data + i * a.row_stride + k * a.column_stride, a.row_stride, a.column_stride, rows,
             depth, kTileRows, packed_a);
        MultiplyBlock(packed_a, packed_b, rows, columns, depth,
                      {c + i * stride + j, stride, 0, 0, scale, add || k > 0});
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
