#include "models/item_regression/ridge_system.h"

#include <algorithm>
#include <cmath>

#include "models/dense/linear_algebra.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/item_regression/ridge_system.cc"
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

namespace tsugi::models {

#ifndef TSUGI_MODELS_ITEM_REGRESSION_STEPS
#define TSUGI_MODELS_ITEM_REGRESSION_STEPS
// The vectors of the conjugate gradients; all of `stride` floats, zeros beyond the unknowns.
struct GradientSteps {
  const float* matrix;
  std::size_t n;
  std::size_t stride;
  float* x;         // starts as zeros
  float* residual;  // starts as the right side
  float* direction;
  float* product;
  const float* inverse_diagonal;
};
#endif

}  // namespace tsugi::models

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Tag>;

// product[columns of kVectors vectors from `at`] = those columns of the matrix, which is symmetric,
// times the direction: sums stay in registers. Unrolled by hand, as g++ at -O2 leaves loops over
// arrays of vectors as they are.
HWY_INLINE void MultiplyFour(const GradientSteps& s, std::size_t at) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec sum0 = hn::Zero(d);
  Vec sum1 = hn::Zero(d);
  Vec sum2 = hn::Zero(d);
  Vec sum3 = hn::Zero(d);
  const float* row = s.matrix + at;
  for (std::size_t i = 0; i < s.n; ++i, row += s.stride) {
    const Vec factor = hn::Set(d, s.direction[i]);
    sum0 = hn::MulAdd(factor, hn::LoadU(d, row), sum0);
    sum1 = hn::MulAdd(factor, hn::LoadU(d, row + lanes), sum1);
    sum2 = hn::MulAdd(factor, hn::LoadU(d, row + 2 * lanes), sum2);
    sum3 = hn::MulAdd(factor, hn::LoadU(d, row + 3 * lanes), sum3);
  }
  hn::StoreU(sum0, d, s.product + at);
  hn::StoreU(sum1, d, s.product + at + lanes);
  hn::StoreU(sum2, d, s.product + at + 2 * lanes);
  hn::StoreU(sum3, d, s.product + at + 3 * lanes);
}

HWY_INLINE void MultiplyOne(const GradientSteps& s, std::size_t at) {
  const Tag d;
  Vec even = hn::Zero(d);
  Vec odd = hn::Zero(d);
  const float* row = s.matrix + at;
  std::size_t i = 0;
  for (; i + 2 <= s.n; i += 2, row += 2 * s.stride) {
    even = hn::MulAdd(hn::Set(d, s.direction[i]), hn::LoadU(d, row), even);
    odd = hn::MulAdd(hn::Set(d, s.direction[i + 1]), hn::LoadU(d, row + s.stride), odd);
  }
  if (i < s.n) even = hn::MulAdd(hn::Set(d, s.direction[i]), hn::LoadU(d, row), even);
  hn::StoreU(hn::Add(even, odd), d, s.product + at);
}

HWY_INLINE void MultiplyMatrix(const GradientSteps& s) {
  const std::size_t lanes = hn::Lanes(Tag());
  std::size_t at = 0;
  for (; at + 4 * lanes <= s.stride; at += 4 * lanes) MultiplyFour(s, at);
  for (; at < s.stride; at += lanes) MultiplyOne(s, at);
}

HWY_INLINE float Dot(const float* a, const float* b, std::size_t stride) {
  const Tag d;
  Vec sum = hn::Zero(d);
  for (std::size_t i = 0; i < stride; i += hn::Lanes(d)) {
    sum = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), sum);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

// x += step * direction, residual -= step * product; the residual's new size in the metric of the
// inverse diagonal.
HWY_INLINE float Advance(const GradientSteps& s, float step) {
  const Tag d;
  const Vec factor = hn::Set(d, step);
  Vec size = hn::Zero(d);
  for (std::size_t i = 0; i < s.stride; i += hn::Lanes(d)) {
    const Vec direction = hn::LoadU(d, s.direction + i);
    hn::StoreU(hn::MulAdd(factor, direction, hn::LoadU(d, s.x + i)), d, s.x + i);
    const Vec left =
        hn::NegMulAdd(factor, hn::LoadU(d, s.product + i), hn::LoadU(d, s.residual + i));
    hn::StoreU(left, d, s.residual + i);
    size = hn::MulAdd(hn::Mul(left, left), hn::LoadU(d, s.inverse_diagonal + i), size);
  }
  return hn::GetLane(hn::SumOfLanes(d, size));
}

// direction = inverse diagonal * residual + keep * direction
HWY_INLINE void Turn(const GradientSteps& s, float keep) {
  const Tag d;
  const Vec factor = hn::Set(d, keep);
  for (std::size_t i = 0; i < s.stride; i += hn::Lanes(d)) {
    const Vec fresh = hn::Mul(hn::LoadU(d, s.inverse_diagonal + i), hn::LoadU(d, s.residual + i));
    hn::StoreU(hn::MulAdd(factor, hn::LoadU(d, s.direction + i), fresh), d, s.direction + i);
  }
}

// Whether the residual's size (squared) fell to `share` of what it was within `most` steps.
bool ConjugateGradients(const GradientSteps& s, float share, std::size_t most) {
  float size = Advance(s, 0.0F);
  const float goal = share * size;
  Turn(s, 0.0F);
  for (std::size_t step = 0; step < most; ++step) {
    if (size <= goal) return true;
    MultiplyMatrix(s);
    const float curvature = Dot(s.direction, s.product, s.stride);
    if (!(curvature > 0)) return false;  // not positive definite, or not finite
    const float next = Advance(s, size / curvature);
    Turn(s, next / size);
    size = next;
  }
  return size <= goal;
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(ConjugateGradients);

namespace {
constexpr std::size_t kLanes = 16;  // of the widest vectors
constexpr float kShare = 1e-11F;    // of the residual's square
}  // namespace

void RidgeSystem::Start(std::size_t n) {
  n_ = n;
  stride_ = (n + kLanes - 1) / kLanes * kLanes;
  matrix_.assign(n * stride_, 0.0F);
}

bool RidgeSystem::Solve(std::span<float> b) {
  if (n_ == 0) return true;
  vectors_.assign(5 * stride_, 0.0F);
  float* const x = vectors_.data();
  float* const inverse = x + 4 * stride_;
  for (std::size_t i = 0; i < n_; ++i) {
    const float own = matrix_[i * stride_ + i];
    if (!(own > 0)) return false;
    inverse[i] = 1.0F / own;
  }
  std::copy(b.begin(), b.end(), x + stride_);
  const GradientSteps steps = {matrix_.data(),  n_,     stride_, x, x + stride_, x + 2 * stride_,
                               x + 3 * stride_, inverse};
  if (!HWY_DYNAMIC_DISPATCH(ConjugateGradients)(steps, kShare, kMostSteps)) return Factorise(b);
  std::copy_n(x, n_, b.begin());
  return std::all_of(b.begin(), b.end(), [](float value) { return std::isfinite(value); });
}

bool RidgeSystem::Factorise(std::span<float> b) const {
  std::vector<float> factor(n_ * n_);
  for (std::size_t i = 0; i < n_; ++i) {
    std::copy_n(matrix_.begin() + static_cast<std::ptrdiff_t>(i * stride_), n_,
                factor.begin() + static_cast<std::ptrdiff_t>(i * n_));
  }
  if (!Cholesky(n_, factor)) return false;
  CholeskySolve(n_, factor, b);
  return std::all_of(b.begin(), b.end(), [](float value) { return std::isfinite(value); });
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
