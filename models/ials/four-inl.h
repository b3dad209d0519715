// Four numbers at a time, one for each of four rows: dot products whose lanes are summed up
// together, which costs half of what four single sums do. Included once for each instruction set.
#if defined(TSUGI_MODELS_IALS_FOUR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TSUGI_MODELS_IALS_FOUR_INL_H_
#undef TSUGI_MODELS_IALS_FOUR_INL_H_
#else
#define TSUGI_MODELS_IALS_FOUR_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>

#include "models/dense/float_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR
struct Four {
  Vec row[4];
};

HWY_INLINE Four SumsOfFour(Vec a, Vec b, Vec c, Vec e) { return {{a, b, c, e}}; }

template <int kRow>
HWY_INLINE Vec Each(const Four& values) {
  return values.row[kRow];
}

HWY_INLINE void AddProducts(const Four& a, const Four& b, Four& sums) {
  for (std::size_t r = 0; r < 4; ++r) {
    sums.row[r] = hn::MulAdd(a.row[r], b.row[r], sums.row[r]);
  }
}

HWY_INLINE float Sum(const Four& values) {
  float sum = 0;
  for (const Vec value : values.row) sum += hn::GetLane(value);
  return sum;
}

HWY_INLINE void StoreFour(const Four& values, float* to) {
  for (std::size_t r = 0; r < 4; ++r) to[r] = hn::GetLane(values.row[r]);
}

HWY_INLINE Four NoFour() {
  const Vec zero = hn::Zero(Tag());
  return {{zero, zero, zero, zero}};
}
#else
using Four = Vec;  // lanes 0 1 2 3 0 1 2 3 ...

// The sums of the lanes of four vectors.
HWY_INLINE Four SumsOfFour(Vec a, Vec b, Vec c, Vec e) {
  const Tag d;
  const Vec ab = hn::Add(hn::ConcatEven(d, b, a), hn::ConcatOdd(d, b, a));
  const Vec ce = hn::Add(hn::ConcatEven(d, e, c), hn::ConcatOdd(d, e, c));
  Vec sums = hn::Add(hn::ConcatEven(d, ce, ab), hn::ConcatOdd(d, ce, ab));
  for (std::size_t left = hn::Lanes(d) / 4; left > 1; left /= 2) {
    sums = hn::Add(hn::ConcatEven(d, sums, sums), hn::ConcatOdd(d, sums, sums));
  }
  return sums;
}

template <int kRow>
HWY_INLINE Vec Each(Four values) {
  return hn::Broadcast<kRow>(values);
}

HWY_INLINE void AddProducts(Four a, Four b, Four& sums) { sums = hn::MulAdd(a, b, sums); }

HWY_INLINE float Sum(Four values) {
  const Tag d;
  const Vec once = hn::IfThenElseZero(hn::FirstN(d, 4), values);
  return hn::GetLane(hn::SumOfLanes(d, once));
}

HWY_INLINE void StoreFour(Four values, float* to) {
  const Tag d;
  hn::BlendedStore(values, hn::FirstN(d, 4), d, to);
}

HWY_INLINE Four NoFour() { return hn::Zero(Tag()); }
#endif

// The dot products with v of four rows, `stride` apart, of `size` floats.
HWY_INLINE Four DotsOfFour(const float* rows, std::size_t stride, std::size_t size,
                           const float* v) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec x = hn::Load(d, v);
  Vec a = hn::Mul(hn::Load(d, rows), x);
  Vec b = hn::Mul(hn::Load(d, rows + stride), x);
  Vec c = hn::Mul(hn::Load(d, rows + 2 * stride), x);
  Vec e = hn::Mul(hn::Load(d, rows + 3 * stride), x);
  for (std::size_t j = lanes; j < size; j += lanes) {
    x = hn::Load(d, v + j);
    a = hn::MulAdd(hn::Load(d, rows + j), x, a);
    b = hn::MulAdd(hn::Load(d, rows + stride + j), x, b);
    c = hn::MulAdd(hn::Load(d, rows + 2 * stride + j), x, c);
    e = hn::MulAdd(hn::Load(d, rows + 3 * stride + j), x, e);
  }
  return SumsOfFour(a, b, c, e);
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#endif  // TSUGI_MODELS_IALS_FOUR_INL_H_
