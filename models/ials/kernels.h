// The inner loops of iALS, compiled for each instruction set of x86-64 and chosen at run time
// (Highway). Rows are padded with zeros to `PaddedDim` floats so that no loop has a tail.
//
// Sums run in a fixed order for one instruction set: equal inputs give equal bytes on one machine,
// while machines of different vector widths differ in the last bits.
#ifndef TSUGI_MODELS_IALS_KERNELS_H_
#define TSUGI_MODELS_IALS_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace tsugi::models {

// Rows that a panel holds at once; longer rows are gathered anew in each pass.
inline constexpr std::size_t kPanelRows = 4096;

constexpr std::size_t PaddedDim(std::size_t dim) { return (dim + 15) / 16 * 16; }

// One row's normal equations (diagonal + sum w_i f_i f_i^T) x = sum (unobserved + w_i) f_i, in the
// basis in which the Gramian is diagonal.
struct RowSystem {
  std::span<const float> factors;         // of the other side, rows x dim
  std::span<const std::uint32_t> others;  // rows of `factors`
  std::span<const float> weights;         // one each; empty: 1
  std::span<const float> diagonal;  // PaddedDim(dim), all > 0: unobserved * eigenvalue + ridge
  std::size_t dim = 0;
  float unobserved_weight = 0;
};

// Floats of scratch memory that SolveByConjugateGradient wants for a row of `others` entries.
std::size_t ConjugateGradientScratch(std::size_t dim, std::size_t others);

// Improves x[PaddedDim(dim)] by `steps` passes of conjugate gradients preconditioned with the
// diagonal, stopping early once the residual is nothing. The padding of x stays 0.
void SolveByConjugateGradient(const RowSystem& system, std::uint32_t steps,
                              std::span<float> scratch, std::span<float> x);

// out[r] = rows[r] . vector for out.size() rows of vector.size() floats.
void RowDots(std::span<const float> rows, std::span<const float> vector, std::span<float> out);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_IALS_KERNELS_H_
