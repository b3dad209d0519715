// The inner loops of iALS, compiled for each instruction set of x86-64 and chosen at run time
// (Highway). Rows are padded with zeros to `PaddedDim` floats so that no loop has a tail.
//
// Conjugate gradients gather a row's factors from memory once and keep them in a panel of the
// second cache for all passes, or, where there are more than MostKeptRows(dim), gather them again
// for each. The exact solver forms the matrix of the normal equations in registers from panels of
// the first cache; where there are fewer rows than ShortRows(dim) it solves for as many unknowns as
// there are rows instead (Woodbury).
//
// Sums run in a fixed order for one instruction set: equal inputs give equal bytes on one machine,
// while machines of different vector widths differ in the last bits.
#ifndef TSUGI_MODELS_IALS_KERNELS_H_
#define TSUGI_MODELS_IALS_KERNELS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tsugi::models {

inline constexpr std::size_t kChunkFloats = 6144;  // half of a first cache of 48 KiB
// Above, matrices leave the caches these kernels are made for.
inline constexpr std::size_t kMostExactDim = 256;

constexpr std::size_t PaddedDim(std::size_t dim) { return (dim + 15) / 16 * 16; }
// Rows that a panel of the nearest cache holds.
constexpr std::size_t ChunkRows(std::size_t stride) {
  return std::clamp<std::size_t>(kChunkFloats / stride, 4, 128);
}
// Rows that conjugate gradients have room for.
constexpr std::size_t PartRows(std::size_t dim, std::size_t others) {
  return std::min(others, ChunkRows(PaddedDim(dim)));
}
constexpr std::size_t ShortRows(std::size_t dim) { return dim / 4 * 3; }

// One row's normal equations (diagonal + sum w_i f_i f_i^T) x = sum (unobserved + w_i) f_i, in the
// basis in which the Gramian is diagonal.
struct RowSystem {
  std::span<const float> factors;         // of the other side, rows x dim
  std::span<const std::uint32_t> others;  // rows of `factors`
  std::span<const float> weights;         // one each; empty: 1
  std::span<const float> diagonal;  // PaddedDim(dim), all > 0: unobserved * eigenvalue + ridge
  std::size_t dim = 0;
  float unobserved_weight = 0;
  // `factors` rounded by ToHalves, read in their place; empty: none.
  std::span<const std::uint16_t> halves = {};
};

// Floats of scratch memory (64-byte aligned) that a row of `others` entries wants.
std::size_t ConjugateGradientScratch(std::size_t dim, std::size_t others);
std::size_t ExactScratch(std::size_t dim, std::size_t others);

// Improves x[PaddedDim(dim)] by `steps` passes of conjugate gradients preconditioned with the
// diagonal, stopping early once the residual is nothing. The padding of x stays 0. False where the
// result is not finite.
bool SolveByConjugateGradient(const RowSystem& system, std::uint32_t steps,
                              std::span<float> scratch, std::span<float> x);

// Overwrites x[PaddedDim(dim)] with the solution. False where the matrix is not positive definite
// as far as float can tell, or the solution not finite. REQUIRES: dim <= kMostExactDim.
bool SolveExactly(const RowSystem& system, std::span<float> scratch, std::span<float> x);

// diagonal[PaddedDim] of a RowSystem: Gramian and ridge; never 0, so that a direction nothing
// speaks about stays 0.
void FillDiagonal(std::span<const float> gramian, float ridge, std::span<float> diagonal);

// Rows of `dim` floats rounded to 16 bits (IEEE 754: 11 bits of precision, up to 65,504) into rows
// of PaddedDim(dim), padded with zeros.
void ToHalves(std::span<const float> rows, std::size_t dim, std::span<std::uint16_t> halves);

// out[r] = rows[r] . vector for out.size() rows of vector.size() floats.
void RowDots(std::span<const float> rows, std::span<const float> vector, std::span<float> out);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_IALS_KERNELS_H_
