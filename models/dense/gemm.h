// Products of dense float matrices: packed panels (of the left factor only where its rows lie far
// apart) and a register tile (Goto, van de Geijn 2008), compiled for each instruction set of x86-64
// and chosen at run time (Highway).
//
// Our own, since a BLAS of the distribution that does not know the processor it finds falls back to
// kernels of twenty years ago (docs/benchmarks.md has the figures). On the calling thread; sums run
// in an order fixed by the shapes and the instruction set.
//
//   Gemm({m, n, k}, Rows(a, k), Transposed(b, k), 1.0F, /*add=*/false, c, n);   // c = a b^T
#ifndef TSUGI_MODELS_DENSE_GEMM_H_
#define TSUGI_MODELS_DENSE_GEMM_H_

#include <cstddef>

namespace tsugi::models {

struct GemmShape {
  std::size_t m = 0;  // rows of the result
  std::size_t n = 0;  // columns of the result
  std::size_t k = 0;  // columns of a, rows of b
  // Only the result's elements on and left of its diagonal are wanted; of the others some are
  // left as they were and some overwritten.
  bool lower = false;
};

// Element (r, c) is data[r * row_stride + c * column_stride].
struct Strided {
  const float* data = nullptr;
  std::size_t row_stride = 0;
  std::size_t column_stride = 0;
};

inline Strided Rows(const float* data, std::size_t stride) { return {data, stride, 1}; }
inline Strided Transposed(const float* data, std::size_t stride) { return {data, 1, stride}; }

// c (rows `stride` apart) = scale * a * b, or with `add` c += scale * a * b. c overlaps neither.
void Gemm(const GemmShape& shape, const Strided& a, const Strided& b, float scale, bool add,
          float* c, std::size_t stride);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_DENSE_GEMM_H_
