// Symmetric positive definite systems of up to a few thousand unknowns, one after the other.
//
// Conjugate gradients preconditioned by the diagonal (Hestenes, Stiefel 1952), until the residual
// is a 3e-6th of what it was: a ridge keeps the eigenvalues of a neighbourhood's scaled matrix
// together, so 5 to 30 products with the matrix do what a factorisation takes n / 6 of. A system
// that has not got there after kMostSteps is factorised. Where the matrix is singular and the right
// side lies in its range, the answer is one of the solutions.
//
// The products are compiled for each instruction set and chosen at run time (Highway); sums run in
// an order fixed by n and the instruction set.
//
// Thread safety: one thread.
#ifndef TSUGI_MODELS_ITEM_REGRESSION_RIDGE_SYSTEM_H_
#define TSUGI_MODELS_ITEM_REGRESSION_RIDGE_SYSTEM_H_

#include <cstddef>
#include <span>
#include <vector>

namespace tsugi::models {

class RidgeSystem {
 public:
  static constexpr std::size_t kMostSteps = 100;

  // An n x n matrix of zeros.
  void Start(std::size_t n);

  // Sets (i, j) and (j, i).
  void Set(std::size_t i, std::size_t j, float value) {
    matrix_[i * stride_ + j] = value;
    matrix_[j * stride_ + i] = value;
  }

  // Solves matrix * x = b in place. False where the matrix is not positive definite, as far as
  // float can tell, or the answer is not finite; b is undefined then.
  bool Solve(std::span<float> b);

 private:
  bool Factorise(std::span<float> b) const;

  std::size_t n_ = 0;
  std::size_t stride_ = 0;  // n, rounded up to whole vectors; what is beyond n stays 0
  std::vector<float> matrix_;
  std::vector<float> vectors_;  // of the conjugate gradients, each of `stride_`
};

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_ITEM_REGRESSION_RIDGE_SYSTEM_H_
