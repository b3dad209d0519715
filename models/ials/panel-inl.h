// Products with the rows of one system gathered into a panel. Included once for each instruction
// set (Highway).
#if defined(TSUGI_MODELS_IALS_PANEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TSUGI_MODELS_IALS_PANEL_INL_H_
#undef TSUGI_MODELS_IALS_PANEL_INL_H_
#else
#define TSUGI_MODELS_IALS_PANEL_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "models/ials/four-inl.h"
#include "models/ials/gram-inl.h"
#include "models/ials/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {

// Vectors of a row that stay in registers with the sums they are added to.
constexpr std::size_t kMostVectors = HWY_MAX_BYTES >= 64 ? 8 : 4;
constexpr std::size_t kTogether = 4;  // rows whose dot products are summed up as one

// Rows of factors gathered, and rows of zeros (of weight 0) up to a multiple of kTogether.
struct Panel {
  const float* rows;
  const float* weights;
  std::size_t count;
  float unobserved_weight;
};

constexpr std::size_t PanelRows(std::size_t entries) {
  return (entries + kTogether - 1) / kTogether * kTogether;
}

// Floats of a row: known when compiling where the row has kVectors vectors, and not 0.
template <std::size_t kVectors>
HWY_INLINE std::size_t StrideOf(const RowSystem& system) {
  return kVectors > 0 ? kVectors * hn::Lanes(Tag()) : PaddedDim(system.dim);
}

// What becomes of a row's dot product in a pass: coefficient = right - weight * dot (the residual),
// or weight * dot.
enum class Pass { kResidual, kApply };

#if HWY_TARGET == HWY_SCALAR
template <Pass kPass>
HWY_INLINE Four Coefficients(const float* weights, float unobserved_weight, const Four& dots) {
  Four result = {};
  for (std::size_t r = 0; r < kTogether; ++r) {
    const float weight = weights[r];
    const float applied = weight * hn::GetLane(dots.row[r]);
    const float value = kPass == Pass::kApply ? applied : unobserved_weight + weight - applied;
    result.row[r] = hn::Set(Tag(), value);
  }
  return result;
}
#else
template <Pass kPass>
HWY_INLINE Four Coefficients(const float* weights, float unobserved_weight, Four dots) {
  const Tag d;
  const Vec weight = hn::LoadDup128(d, weights);
  if (kPass == Pass::kApply) return hn::Mul(weight, dots);
  return hn::NegMulAdd(weight, dots, hn::Add(hn::Set(d, unobserved_weight), weight));
}
#endif

// kTogether rows, of floats or of their 16 bits.
template <typename T>
struct FactorRows {
  const T* row[kTogether];
  const float* weights;
};

template <std::size_t kVectors, typename T>
HWY_INLINE Four DotsOf(const FactorRows<T>& rows, const float* v) {
  const Tag d;
  Vec sums[kTogether];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kTogether; ++r) sums[r] = hn::Zero(d);
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kVectors; ++k) {
    const Vec x = hn::Load(d, v + k * hn::Lanes(d));
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTogether; ++r) {
      sums[r] = hn::MulAdd(LoadAt(rows.row[r], k * hn::Lanes(d)), x, sums[r]);
    }
  }
  return SumsOfFour(sums[0], sums[1], sums[2], sums[3]);
}

// out += sum over rows of coefficient(row . v) * row, for the rows, of kVectors vectors each, that
// a cursor gives. Its Next may put weights into `last`.
template <std::size_t kVectors, Pass kPass, typename Cursor>
HWY_INLINE void FusedPass(Cursor cursor, float unobserved_weight, const float* v, float* out) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec sums[kVectors];
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kVectors; ++k) sums[k] = hn::Load(d, out + k * lanes);
  FactorRows<typename Cursor::Element> rows;
  HWY_ALIGN float last[kTogether];
  while (cursor.Next(rows, last)) {
    const Four c = Coefficients<kPass>(rows.weights, unobserved_weight, DotsOf<kVectors>(rows, v));
    const Vec each[kTogether] = {Each<0>(c), Each<1>(c), Each<2>(c), Each<3>(c)};
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTogether; ++r) {
#pragma GCC unroll 8
      for (std::size_t k = 0; k < kVectors; ++k) {
        sums[k] = hn::MulAdd(each[r], LoadAt(rows.row[r], k * lanes), sums[k]);
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kVectors; ++k) hn::Store(sums[k], d, out + k * lanes);
}

// sum over rows of weight * (row . v)^2
template <std::size_t kVectors, typename Cursor>
HWY_INLINE float FusedEnergy(Cursor cursor, const float* v) {
  Four energy = NoFour();
  FactorRows<typename Cursor::Element> rows;
  HWY_ALIGN float last[kTogether];
  while (cursor.Next(rows, last)) {
    const Four dots = DotsOf<kVectors>(rows, v);
    AddProducts(Coefficients<Pass::kApply>(rows.weights, 0.0F, dots), dots, energy);
  }
  return Sum(energy);
}

// The rows of a panel.
template <std::size_t kStride>
class PanelCursor {
 public:
  using Element = float;

  HWY_INLINE explicit PanelCursor(const Panel& panel)
      : rows_(panel.rows), weights_(panel.weights), end_(panel.weights + panel.count) {}

  HWY_INLINE bool Next(FactorRows<float>& rows, float* /*last*/) {
    if (weights_ == end_) return false;
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTogether; ++r) rows.row[r] = rows_ + r * kStride;
    rows.weights = weights_;
    rows_ += kTogether * kStride;
    weights_ += kTogether;
    return true;
  }

 private:
  const float* rows_;
  const float* weights_;
  const float* end_;
};

template <std::size_t kVectors>
using PanelRowsOf = PanelCursor<kVectors * hn::MaxLanes(Tag())>;

// The same for rows of any number of vectors.
template <Pass kPass>
HWY_INLINE void WidePass(const Panel& panel, std::size_t stride, const float* v, float* out) {
  const Tag d;
  const float* rows = panel.rows;
  for (std::size_t i = 0; i < panel.count; i += kTogether, rows += kTogether * stride) {
    const Four c = Coefficients<kPass>(panel.weights + i, panel.unobserved_weight,
                                       DotsOfFour(rows, stride, stride, v));
    const Vec each[kTogether] = {Each<0>(c), Each<1>(c), Each<2>(c), Each<3>(c)};
    for (std::size_t j = 0; j < stride; j += hn::Lanes(d)) {
      Vec sum = hn::Load(d, out + j);
#pragma GCC unroll 8
      for (std::size_t r = 0; r < kTogether; ++r) {
        sum = hn::MulAdd(each[r], hn::Load(d, rows + r * stride + j), sum);
      }
      hn::Store(sum, d, out + j);
    }
  }
}

template <std::size_t kVectors, Pass kPass>
HWY_INLINE void PanelPass(const Panel& panel, std::size_t stride, const float* v, float* out) {
  if constexpr (kVectors > 0) {
    FusedPass<kVectors, kPass>(PanelRowsOf<kVectors>(panel), panel.unobserved_weight, v, out);
  } else {
    WidePass<kPass>(panel, stride, v, out);
  }
}

// Gathers at most `most` entries from `begin` on into `weights` and `rows`.
template <std::size_t kVectors>
HWY_INLINE Panel GatherPanel(const RowSystem& system, std::size_t begin, std::size_t most,
                             float* weights, float* rows) {
  const RowsAt at(system);
  const std::size_t stride = StrideOf<kVectors>(system);
  const std::size_t entries = std::min(most, at.count - begin);
  const std::size_t count = PanelRows(entries);
  for (std::size_t i = 0; i < kAhead; ++i) PrefetchFactor(at, begin + i, stride);
  for (std::size_t i = 0; i < entries; ++i) {
    PrefetchFactor(at, begin + i + kAhead, stride);
    LoadFactor(at, begin + i, stride, rows + i * stride);
    weights[i] = WeightOf(system, begin + i);
  }
  std::fill(rows + entries * stride, rows + count * stride, 0.0F);
  std::fill(weights + entries, weights + count, 0.0F);
  return {rows, weights, count, system.unobserved_weight};
}

// sum over rows of weight * (row . v)^2
template <std::size_t kVectors>
HWY_INLINE float PanelEnergy(const Panel& panel, std::size_t stride, const float* v) {
  if constexpr (kVectors > 0) return FusedEnergy<kVectors>(PanelRowsOf<kVectors>(panel), v);
  Four energy = NoFour();
  const float* rows = panel.rows;
  for (std::size_t i = 0; i < panel.count; i += kTogether, rows += kTogether * stride) {
    const Four dots = DotsOfFour(rows, stride, stride, v);
    AddProducts(Coefficients<Pass::kApply>(panel.weights + i, 0.0F, dots), dots, energy);
  }
  return Sum(energy);
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#endif  // TSUGI_MODELS_IALS_PANEL_INL_H_
