// Symmetric positive definite systems on our own products (gemm.h): what the models need and
// nothing more.
//
// Matrices are n x n, row-major; of symmetric ones the lower triangle is read. Each function runs
// on the calling thread but for the parallel ones, which cut the work into fixed tiles, so that
// results do not depend on the number of threads. Triangles are inverted tile by tile, so that
// nearly all of the work is products: n^3 / 3 multiply-adds for a factor and its inverse's two
// steps together n^3 / 3, where a general inverse takes n^3.
#ifndef TSUGI_MODELS_DENSE_LINEAR_ALGEBRA_H_
#define TSUGI_MODELS_DENSE_LINEAR_ALGEBRA_H_

#include <cstddef>
#include <span>

namespace tsugi::models {

// Overwrites the lower triangle of `a` with its Cholesky factor L (a = L L^T); the rest is
// undefined afterwards. False where `a` is not finite, or not positive definite as far as float can
// tell.
bool Cholesky(std::size_t n, std::span<float> a);
bool ParallelCholesky(std::size_t n, std::span<float> a);

// Solves (L L^T) x = b in place, given the factor.
void CholeskySolve(std::size_t n, std::span<const float> factor, std::span<float> b);

// inverse = (L L^T)^-1, both triangles, given the factor.
void ParallelInverse(std::size_t n, std::span<const float> factor, std::span<float> inverse);

// gram (k x k, symmetric) += rows^T rows, of `count` rows of k.
void AddGram(std::size_t count, std::size_t k, std::span<const float> rows, std::span<float> gram);

// c (m x n) = a (m x k) * b (k x n).
void Multiply(std::size_t m, std::size_t n, std::size_t k, std::span<const float> a,
              std::span<const float> b, std::span<float> c);

// c (m x n) = a (m x k) * b^T (n x k).
void MultiplyTransposed(std::size_t m, std::size_t n, std::size_t k, std::span<const float> a,
                        std::span<const float> b, std::span<float> c);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_DENSE_LINEAR_ALGEBRA_H_
