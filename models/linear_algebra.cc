#include "models/linear_algebra.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/parallel.h"

// LAPACK's Fortran entry points, which libopenblas holds; Debian ships no C header for them alone.
extern "C" {
void spotrf_(const char* uplo, const int* n, float* a, const int* lda, int* info);
void spotrs_(const char* uplo, const int* n, const int* nrhs, const float* a, const int* lda,
             float* b, const int* ldb, int* info);
}

namespace tsugi::models {
namespace {

constexpr std::size_t kTile = 256;

// A row-major lower triangle is a column-major upper one.
constexpr char kUpper = 'U';

void OneThread() {
  static const bool done = [] {
    openblas_set_num_threads(1);
    return true;
  }();
  static_cast<void>(done);
}

int Int(std::size_t value) { return static_cast<int>(value); }

bool Factor(std::size_t n, float* a, std::size_t stride) {
  const int size = Int(n);
  const int lda = Int(stride);
  int info = 0;
  spotrf_(&kUpper, &size, a, &lda, &info);
  return info == 0;
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

// a[row tile, column tile] -= L[row tile, panel] * L[column tile, panel]^T
void UpdateTile(float* a, std::size_t n, Tile panel, Tile row, Tile column) {
  const float* left = a + row.begin * n + panel.begin;
  const float* right = a + column.begin * n + panel.begin;
  float* out = a + row.begin * n + column.begin;
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, Int(row.size), Int(column.size),
              Int(panel.size), -1.0F, left, Int(n), right, Int(n), 1.0F, out, Int(n));
}

void UpdateTrailing(float* a, std::size_t n, Tile panel) {
  const std::vector<Tile> tiles = Tiles(panel.begin + panel.size, n);
  base::ParallelFor(tiles.size(), 1, [&](base::Chunk chunk) {
    const Tile row = tiles[chunk.begin];
    cblas_strsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, Int(row.size),
                Int(panel.size), 1.0F, a + panel.begin * n + panel.begin, Int(n),
                a + row.begin * n + panel.begin, Int(n));
  });
  std::vector<std::pair<Tile, Tile>> pairs;
  for (std::size_t r = 0; r < tiles.size(); ++r) {
    for (std::size_t c = 0; c <= r; ++c) pairs.emplace_back(tiles[r], tiles[c]);
  }
  base::ParallelFor(pairs.size(), 1, [&](base::Chunk chunk) {
    UpdateTile(a, n, panel, pairs[chunk.begin].first, pairs[chunk.begin].second);
  });
}

// Column tile of the inverse, from its diagonal down: the rows above follow by symmetry.
void InverseColumns(std::size_t n, const float* factor, Tile columns, float* inverse) {
  const std::size_t rows = n - columns.begin;
  std::vector<float> x(rows * columns.size, 0.0F);
  for (std::size_t c = 0; c < columns.size; ++c) x[c * columns.size + c] = 1.0F;
  const float* corner = factor + columns.begin * n + columns.begin;
  cblas_strsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, Int(rows),
              Int(columns.size), 1.0F, corner, Int(n), x.data(), Int(columns.size));
  cblas_strsm(CblasRowMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, Int(rows),
              Int(columns.size), 1.0F, corner, Int(n), x.data(), Int(columns.size));
  for (std::size_t r = 0; r < rows; ++r) {
    std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(r * columns.size),
                std::min(columns.size, r + 1), inverse + (columns.begin + r) * n + columns.begin);
  }
}

}  // namespace

bool Cholesky(std::size_t n, std::span<float> a) {
  OneThread();
  if (n == 0) return true;
  const std::vector<float> diagonal = Diagonal(n, a);
  return Factor(n, a.data(), n) && PivotsAreSound(n, a, diagonal);
}

bool ParallelCholesky(std::size_t n, std::span<float> a) {
  OneThread();
  const std::vector<float> diagonal = Diagonal(n, a);
  for (const Tile panel : Tiles(0, n)) {
    if (!Factor(panel.size, a.data() + panel.begin * n + panel.begin, n)) return false;
    UpdateTrailing(a.data(), n, panel);
  }
  return PivotsAreSound(n, a, diagonal);
}

void CholeskySolve(std::size_t n, std::span<const float> factor, std::span<float> b) {
  OneThread();
  const int size = Int(n);
  const int one = 1;
  int info = 0;
  if (n > 0) spotrs_(&kUpper, &size, &one, factor.data(), &size, b.data(), &size, &info);
}

void ParallelInverse(std::size_t n, std::span<const float> factor, std::span<float> inverse) {
  OneThread();
  const std::vector<Tile> tiles = Tiles(0, n);
  base::ParallelFor(tiles.size(), 1, [&](base::Chunk chunk) {
    InverseColumns(n, factor.data(), tiles[chunk.begin], inverse.data());
  });
  base::ParallelFor(n, 64, [&](base::Chunk chunk) {
    for (std::size_t r = chunk.begin; r < chunk.end; ++r) {
      for (std::size_t c = r + 1; c < n; ++c) inverse[r * n + c] = inverse[c * n + r];
    }
  });
}

void AddGram(std::size_t count, std::size_t k, std::span<const float> rows, std::span<float> gram) {
  OneThread();
  cblas_ssyrk(CblasRowMajor, CblasLower, CblasTrans, Int(k), Int(count), 1.0F, rows.data(), Int(k),
              1.0F, gram.data(), Int(k));
}

void Multiply(std::size_t m, std::size_t n, std::size_t k, std::span<const float> a,
              std::span<const float> b, std::span<float> c) {
  OneThread();
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, Int(m), Int(n), Int(k), 1.0F, a.data(),
              Int(k), b.data(), Int(n), 0.0F, c.data(), Int(n));
}

void MultiplyTransposed(std::size_t m, std::size_t n, std::size_t k, std::span<const float> a,
                        std::span<const float> b, std::span<float> c) {
  OneThread();
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, Int(m), Int(n), Int(k), 1.0F, a.data(),
              Int(k), b.data(), Int(k), 0.0F, c.data(), Int(n));
}

}  // namespace tsugi::models
