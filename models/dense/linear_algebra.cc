#include "models/dense/linear_algebra.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/huge_pages.h"
#include "base/parallel.h"
#include "models/dense/gemm.h"

namespace tsugi::models {
namespace {

constexpr std::size_t kTile = 256;
constexpr std::size_t kSmall = 32;  // where recursion ends

// A square part of a larger row-major matrix.
struct Block {
  float* data;
  std::size_t size;
  std::size_t stride;

  float* At(std::size_t r, std::size_t c) const { return data + r * stride + c; }
  Block Diagonal(std::size_t from, std::size_t count) const {
    return {At(from, from), count, stride};
  }
};

bool FactorSmall(Block a) {
  for (std::size_t i = 0; i < a.size; ++i) {
    float* const row = a.At(i, 0);
    for (std::size_t j = 0; j <= i; ++j) {
      const float* const other = a.At(j, 0);
      float sum = row[j];
      for (std::size_t k = 0; k < j; ++k) sum -= row[k] * other[k];
      if (j < i) {
        row[j] = sum / other[j];
      } else if (!(sum > 0)) {
        return false;
      } else {
        row[i] = std::sqrt(sum);
      }
    }
  }
  return true;
}

// The inverse of a lower triangle into `inverse`, whose upper triangle becomes 0.
void InvertSmall(Block lower, Block inverse) {
  for (std::size_t i = 0; i < lower.size; ++i) {
    float* const out = inverse.At(i, 0);
    std::fill_n(out, lower.size, 0.0F);
    for (std::size_t k = 0; k < i; ++k) {
      const float factor = *lower.At(i, k);
      const float* const row = inverse.At(k, 0);
      for (std::size_t j = 0; j <= k; ++j) out[j] -= factor * row[j];
    }
    const float scale = 1.0F / *lower.At(i, i);
    for (std::size_t j = 0; j < i; ++j) out[j] *= scale;
    out[i] = scale;
  }
}

std::size_t Half(std::size_t size) { return (size / 2 + 15) / 16 * 16; }

// [[A, 0], [B, C]]^-1 = [[A^-1, 0], [-C^-1 B A^-1, C^-1]]
void InvertLower(Block lower, Block inverse) {
  if (lower.size <= kSmall) return InvertSmall(lower, inverse);
  const std::size_t h = Half(lower.size);
  const std::size_t rest = lower.size - h;
  InvertLower(lower.Diagonal(0, h), inverse.Diagonal(0, h));
  InvertLower(lower.Diagonal(h, rest), inverse.Diagonal(h, rest));
  for (std::size_t r = 0; r < h; ++r) std::fill_n(inverse.At(r, h), rest, 0.0F);
  std::vector<float> product(rest * h);
  Gemm({rest, h, rest}, Rows(inverse.At(h, h), inverse.stride), Rows(lower.At(h, 0), lower.stride),
       1.0F, false, product.data(), h);
  Gemm({rest, h, h}, Rows(product.data(), h), Rows(inverse.data, inverse.stride), -1.0F, false,
       inverse.At(h, 0), inverse.stride);
}

// rows := rows L^-T, given L^-1.
void SolveRows(const float* inverse, std::size_t inverse_stride, std::size_t width,
               std::size_t count, float* rows, std::size_t stride) {
  std::vector<float> before(count * width);
  for (std::size_t r = 0; r < count; ++r) std::copy_n(rows + r * stride, width, &before[r * width]);
  Gemm({count, width, width}, Rows(before.data(), width), Transposed(inverse, inverse_stride), 1.0F,
       false, rows, stride);
}

bool Factor(Block a) {
  if (a.size <= kSmall) return FactorSmall(a);
  const std::size_t h = Half(a.size);
  const std::size_t rest = a.size - h;
  if (!Factor(a.Diagonal(0, h))) return false;
  std::vector<float> inverse(h * h);
  InvertLower(a.Diagonal(0, h), {inverse.data(), h, h});
  SolveRows(inverse.data(), h, h, rest, a.At(h, 0), a.stride);
  const Block below = a.Diagonal(h, rest);
  Gemm({rest, rest, h, /*lower=*/true}, Rows(a.At(h, 0), a.stride),
       Transposed(a.At(h, 0), a.stride), -1.0F, true, below.data, below.stride);
  return Factor(below);
}

std::vector<float> Diagonal(std::size_t n, std::span<const float> a) {
  std::vector<float> diagonal(n);
  for (std::size_t i = 0; i < n; ++i) diagonal[i] = a[i * n + i];
  return diagonal;
}

// Whether every pivot is more than what rounding leaves of its diagonal element. Rounding alone
// lets many a singular matrix pass the factorisation with a tiny pivot.
bool PivotsAreSound(std::size_t n, std::span<const float> factor, std::span<const float> diagonal) {
  constexpr float kRounding = 3e-7F;  // 5 float roundings
  for (std::size_t i = 0; i < n; ++i) {
    const float pivot = factor[i * n + i];
    if (!(pivot * pivot > kRounding * diagonal[i]) || !std::isfinite(pivot)) return false;
  }
  return true;
}

struct Tile {
  std::size_t begin;
  std::size_t size;
};

std::vector<Tile> Tiles(std::size_t from, std::size_t n) {
  std::vector<Tile> tiles;
  for (std::size_t at = from; at < n; at += kTile) tiles.push_back({at, std::min(kTile, n - at)});
  return tiles;
}

std::vector<std::pair<Tile, Tile>> LowerPairs(const std::vector<Tile>& tiles) {
  std::vector<std::pair<Tile, Tile>> pairs;
  for (std::size_t r = 0; r < tiles.size(); ++r) {
    for (std::size_t c = 0; c <= r; ++c) pairs.emplace_back(tiles[r], tiles[c]);
  }
  return pairs;
}

void UpdateTrailing(float* a, std::size_t n, Tile panel) {
  const std::vector<Tile> tiles = Tiles(panel.begin + panel.size, n);
  std::vector<float> inverse(panel.size * panel.size);
  InvertLower({a + panel.begin * n + panel.begin, panel.size, n},
              {inverse.data(), panel.size, panel.size});
  base::ParallelFor(tiles.size(), 1, [&](base::Chunk chunk) {
    const Tile row = tiles[chunk.begin];
    SolveRows(inverse.data(), panel.size, panel.size, row.size, a + row.begin * n + panel.begin, n);
  });
  const std::vector<std::pair<Tile, Tile>> pairs = LowerPairs(tiles);
  base::ParallelFor(pairs.size(), 1, [&](base::Chunk chunk) {
    const auto& [row, column] = pairs[chunk.begin];
    Gemm({row.size, column.size, panel.size}, Rows(a + row.begin * n + panel.begin, n),
         Transposed(a + column.begin * n + panel.begin, n), -1.0F, true,
         a + row.begin * n + column.begin, n);
  });
}

// One column of tiles of L^-1, from its diagonal down:
// M_jj = L_jj^-1, M_ij = -L_ii^-1 (sum over j <= k < i of L_ik M_kj).
void InvertColumn(std::size_t n, const float* factor, const std::vector<float>& diagonals,
                  Tile column, float* inverse) {
  const auto diagonal = [&](Tile tile) { return diagonals.data() + tile.begin * kTile; };
  for (std::size_t r = 0; r < column.size; ++r) {
    std::copy_n(diagonal(column) + r * kTile, column.size,
                inverse + (column.begin + r) * n + column.begin);
  }
  std::vector<float> sum(kTile * column.size);
  for (const Tile row : Tiles(column.begin + column.size, n)) {
    Gemm({row.size, column.size, row.begin - column.begin},
         Rows(factor + row.begin * n + column.begin, n),
         Rows(inverse + column.begin * n + column.begin, n), 1.0F, false, sum.data(), column.size);
    Gemm({row.size, column.size, row.size}, Rows(diagonal(row), kTile),
         Rows(sum.data(), column.size), -1.0F, false, inverse + row.begin * n + column.begin, n);
  }
}

}  // namespace

bool Cholesky(std::size_t n, std::span<float> a) {
  const std::vector<float> diagonal = Diagonal(n, a);
  return n == 0 || (Factor({a.data(), n, n}) && PivotsAreSound(n, a, diagonal));
}

bool ParallelCholesky(std::size_t n, std::span<float> a) {
  const std::vector<float> diagonal = Diagonal(n, a);
  for (const Tile panel : Tiles(0, n)) {
    if (!Factor({a.data() + panel.begin * n + panel.begin, panel.size, n})) return false;
    UpdateTrailing(a.data(), n, panel);
  }
  return PivotsAreSound(n, a, diagonal);
}

void CholeskySolve(std::size_t n, std::span<const float> factor, std::span<float> b) {
  for (std::size_t i = 0; i < n; ++i) {
    float sum = b[i];
    for (std::size_t j = 0; j < i; ++j) sum -= factor[i * n + j] * b[j];
    b[i] = sum / factor[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    b[i] /= factor[i * n + i];
    for (std::size_t j = 0; j < i; ++j) b[j] -= factor[i * n + j] * b[i];
  }
}

void ParallelInverse(std::size_t n, std::span<const float> factor, std::span<float> inverse) {
  const std::vector<Tile> tiles = Tiles(0, n);
  std::vector<float> diagonals(tiles.size() * kTile * kTile);
  base::ParallelFor(tiles.size(), 1, [&](base::Chunk chunk) {
    const Tile tile = tiles[chunk.begin];
    // InvertLower only reads its first argument.
    float* const corner = const_cast<float*>(factor.data()) + tile.begin * n + tile.begin;
    InvertLower({corner, tile.size, n}, {diagonals.data() + tile.begin * kTile, tile.size, kTile});
  });
  base::HugeVector<float> lower(n * n);  // L^-1
  base::ParallelFor(tiles.size(), 1, [&](base::Chunk chunk) {
    InvertColumn(n, factor.data(), diagonals, tiles[chunk.begin], lower.data());
  });
  const std::vector<std::pair<Tile, Tile>> pairs = LowerPairs(tiles);
  base::ParallelFor(pairs.size(), 1, [&](base::Chunk chunk) {
    const auto& [row, column] = pairs[chunk.begin];  // (L^-1)^T L^-1, from the row's tile down
    const std::size_t depth = n - row.begin;
    Gemm({row.size, column.size, depth}, Transposed(lower.data() + row.begin * n + row.begin, n),
         Rows(lower.data() + row.begin * n + column.begin, n), 1.0F, false,
         inverse.data() + row.begin * n + column.begin, n);
    if (row.begin == column.begin) return;
    for (std::size_t c = 0; c < column.size; ++c) {
      for (std::size_t r = 0; r < row.size; ++r) {
        inverse[(column.begin + c) * n + row.begin + r] =
            inverse[(row.begin + r) * n + column.begin + c];
      }
    }
  });
}

void AddGram(std::size_t count, std::size_t k, std::span<const float> rows, std::span<float> gram) {
  Gemm({k, k, count, /*lower=*/true}, Transposed(rows.data(), k), Rows(rows.data(), k), 1.0F, true,
       gram.data(), k);
  for (std::size_t r = 0; r < k; ++r) {
    for (std::size_t c = r + 1; c < k; ++c) gram[r * k + c] = gram[c * k + r];
  }
}

void Multiply(std::size_t m, std::size_t n, std::size_t k, std::span<const float> a,
              std::span<const float> b, std::span<float> c) {
  Gemm({m, n, k}, Rows(a.data(), k), Rows(b.data(), n), 1.0F, false, c.data(), n);
}

void MultiplyTransposed(std::size_t m, std::size_t n, std::size_t k, std::span<const float> a,
                        std::span<const float> b, std::span<float> c) {
  Gemm({m, n, k}, Rows(a.data(), k), Transposed(b.data(), k), 1.0F, false, c.data(), n);
}

}  // namespace tsugi::models
