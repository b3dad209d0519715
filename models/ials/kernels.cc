#include "models/ials/kernels.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/ials/kernels.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

#include "models/ials/gram-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {

constexpr std::size_t kMostRounded = 64;  // floats at a time

// Vectors of a row that stay in registers with the sums they are added to.
constexpr std::size_t kMostVectors = HWY_MAX_BYTES >= 64 ? 8 : 4;

// What becomes of a row's dot product in a pass: coefficient = right - weight * dot (the residual),
// or weight * dot.
enum class Pass { kResidual, kApply };

// out += sum over rows of coefficient(row . v) * row, each row read once. kVectors vectors a row.
template <std::size_t kVectors, Pass kPass>
HWY_INLINE void FusedPass(const RowSystem& system, const float* panel, const float* v, float* out) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr std::size_t kTogether = kVectors <= 4 ? 4 : 2;
  const std::size_t entries = system.others.size();
  Vec sums[kVectors];
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kVectors; ++k) sums[k] = hn::Load(d, out + k * lanes);
  const auto coefficient = [&](std::size_t i, float dot) {
    const float weight = WeightOf(system, i);
    return kPass == Pass::kApply ? weight * dot : system.unobserved_weight + weight - weight * dot;
  };
  const float* row = panel;
  std::size_t i = 0;
  for (; i + kTogether <= entries; i += kTogether, row += kTogether * kVectors * lanes) {
    Vec dots[kTogether];
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTogether; ++r) {
      dots[r] = hn::Mul(hn::Load(d, row + r * kVectors * lanes), hn::Load(d, v));
#pragma GCC unroll 8
      for (std::size_t k = 1; k < kVectors; ++k) {
        dots[r] = hn::MulAdd(hn::Load(d, row + (r * kVectors + k) * lanes),
                             hn::Load(d, v + k * lanes), dots[r]);
      }
    }
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTogether; ++r) {
      const Vec c = hn::Set(d, coefficient(i + r, hn::GetLane(hn::SumOfLanes(d, dots[r]))));
#pragma GCC unroll 8
      for (std::size_t k = 0; k < kVectors; ++k) {
        sums[k] = hn::MulAdd(c, hn::Load(d, row + (r * kVectors + k) * lanes), sums[k]);
      }
    }
  }
  for (; i < entries; ++i, row += kVectors * lanes) {
    const Vec c = hn::Set(d, coefficient(i, Dot(row, v, kVectors * lanes)));
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kVectors; ++k) {
      sums[k] = hn::MulAdd(c, hn::Load(d, row + k * lanes), sums[k]);
    }
  }
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kVectors; ++k) hn::Store(sums[k], d, out + k * lanes);
}

// The same for rows of any number of vectors.
template <Pass kPass>
HWY_INLINE void WidePass(const RowSystem& system, std::size_t stride, const float* panel,
                         const float* v, float* out) {
  for (std::size_t i = 0; i < system.others.size(); ++i, panel += stride) {
    const float weight = WeightOf(system, i);
    const float dot = Dot(panel, v, stride);
    const float right = kPass == Pass::kApply ? 0.0F : system.unobserved_weight + weight;
    AddScaled(kPass == Pass::kApply ? weight * dot : right - weight * dot, panel, stride, out);
  }
}

template <Pass kPass>
HWY_INLINE void PanelPass(const RowSystem& system, std::size_t stride, const float* panel,
                          const float* v, float* out) {
  const std::size_t vectors = stride / hn::Lanes(Tag());
  if (vectors == 4) return FusedPass<4, kPass>(system, panel, v, out);
  if constexpr (kMostVectors >= 8) {
    if (vectors == 8) return FusedPass<8, kPass>(system, panel, v, out);
    if (vectors == 2) return FusedPass<2, kPass>(system, panel, v, out);
  }
  WidePass<kPass>(system, stride, panel, v, out);
}

HWY_INLINE void Gather(const RowSystem& system, std::size_t stride, float* panel) {
  constexpr std::size_t kAhead = 12;
  for (std::size_t i = 0; i < kAhead; ++i) PrefetchFactor(system, i);
  for (std::size_t i = 0; i < system.others.size(); ++i, panel += stride) {
    PrefetchFactor(system, i + kAhead);
    LoadFactor(system, i, stride, panel);
  }
}

// sum over rows of weight * (row . v)^2
HWY_INLINE float PanelEnergy(const RowSystem& system, std::size_t stride, const float* panel,
                             const float* v) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t entries = system.others.size();
  float energy = 0;
  std::size_t i = 0;
  for (; i + 4 <= entries; i += 4, panel += 4 * stride) {
    Vec a = hn::Zero(d);
    Vec b = a;
    Vec c = a;
    Vec e = a;
    for (std::size_t j = 0; j < stride; j += lanes) {
      const Vec x = hn::Load(d, v + j);
      a = hn::MulAdd(hn::Load(d, panel + j), x, a);
      b = hn::MulAdd(hn::Load(d, panel + stride + j), x, b);
      c = hn::MulAdd(hn::Load(d, panel + 2 * stride + j), x, c);
      e = hn::MulAdd(hn::Load(d, panel + 3 * stride + j), x, e);
    }
    const float dots[] = {hn::GetLane(hn::SumOfLanes(d, a)), hn::GetLane(hn::SumOfLanes(d, b)),
                          hn::GetLane(hn::SumOfLanes(d, c)), hn::GetLane(hn::SumOfLanes(d, e))};
    for (std::size_t r = 0; r < 4; ++r) energy += WeightOf(system, i + r) * dots[r] * dots[r];
  }
  for (; i < entries; ++i, panel += stride) {
    const float dot = Dot(panel, v, stride);
    energy += WeightOf(system, i) * dot * dot;
  }
  return energy;
}

// out = sign * a * b
HWY_INLINE void Scale(float sign, const float* a, const float* b, std::size_t size, float* out) {
  const Tag d;
  const Vec factor = hn::Set(d, sign);
  for (std::size_t j = 0; j < size; j += hn::Lanes(d)) {
    hn::Store(hn::Mul(factor, hn::Mul(hn::Load(d, a + j), hn::Load(d, b + j))), d, out + j);
  }
}

// The system's products, over a panel of its rows or over the matrix they make.
class Products {
 public:
  Products(const RowSystem& system, float* scratch)
      : system_(system), stride_(PaddedDim(system.dim)), right_(scratch), data_(scratch + stride_) {
    if (IsPanel()) {
      Gather(system_, stride_, data_);
      return;
    }
    NormalEquations(system_, stride_, data_ + stride_ * stride_, data_, right_);
    for (std::size_t i = 1; i < stride_; ++i) {
      for (std::size_t j = 0; j < i; ++j) data_[i * stride_ + j] = data_[j * stride_ + i];
    }
  }

  // out = right side - (diagonal + sum w f f^T) x
  void Residual(const float* x, float* out) const {
    if (IsPanel()) {
      Scale(-1.0F, system_.diagonal.data(), x, stride_, out);
      return PanelPass<Pass::kResidual>(system_, stride_, data_, x, out);
    }
    for (std::size_t j = 0; j < stride_; ++j) {
      out[j] = right_[j] - Dot(data_ + j * stride_, x, stride_);
    }
  }

  // out = (diagonal + sum w f f^T) v
  void Apply(const float* v, float* out) const {
    if (IsPanel()) {
      Scale(1.0F, system_.diagonal.data(), v, stride_, out);
      return PanelPass<Pass::kApply>(system_, stride_, data_, v, out);
    }
    for (std::size_t j = 0; j < stride_; ++j) out[j] = Dot(data_ + j * stride_, v, stride_);
  }

  // v . Apply(v), which needs no more than the dot products.
  float Energy(const float* v, float* out) const {
    if (!IsPanel()) {
      Apply(v, out);
      return Dot(v, out, stride_);
    }
    Scale(1.0F, system_.diagonal.data(), v, stride_, out);
    return Dot(v, out, stride_) + PanelEnergy(system_, stride_, data_, v);
  }

 private:
  bool IsPanel() const { return system_.others.size() <= kPanelRows; }

  const RowSystem& system_;
  std::size_t stride_;
  float* right_;
  float* data_;  // the panel, or the matrix and behind it a panel of few rows
};

void SolveCg(const RowSystem& system, std::uint32_t steps, float* scratch, float* x) {
  const std::size_t stride = PaddedDim(system.dim);
  float* r = scratch;
  float* z = r + stride;
  float* p = z + stride;
  float* ap = p + stride;
  float* inverse = ap + stride;
  const Products products(system, inverse + stride);
  const Tag tag;
  for (std::size_t j = 0; j < stride; j += hn::Lanes(tag)) {
    const Vec diagonal = hn::Load(tag, system.diagonal.data() + j);
    hn::Store(hn::Div(hn::Set(tag, 1.0F), diagonal), tag, inverse + j);
  }
  const auto precondition = [&] { Scale(1.0F, r, inverse, stride, z); };
  products.Residual(x, r);
  precondition();
  std::copy_n(z, stride, p);
  float energy = Dot(r, z, stride);
  for (std::uint32_t step = 1; step <= steps && energy > 1e-20F; ++step) {
    if (step == steps) {
      AddScaled(energy / products.Energy(p, ap), p, stride, x);
      break;
    }
    products.Apply(p, ap);
    const float length = energy / Dot(p, ap, stride);
    AddScaled(length, p, stride, x);
    AddScaled(-length, ap, stride, r);
    precondition();
    const float next = Dot(r, z, stride);
    const float keep = next / energy;
    for (std::size_t j = 0; j < stride; j += hn::Lanes(tag)) {
      hn::Store(hn::MulAdd(hn::Set(tag, keep), hn::Load(tag, p + j), hn::Load(tag, z + j)), tag,
                p + j);
    }
    energy = next;
  }
}

void Round(const float* rows, std::size_t count, std::size_t dim, std::uint16_t* out) {
  const Tag d;
  const hn::Rebind<hwy::float16_t, Tag> half;
  const std::size_t stride = PaddedDim(dim);
  alignas(64) float padded[kMostRounded] = {};
  for (std::size_t r = 0; r < count; ++r, rows += dim, out += stride) {
    for (std::size_t from = 0; from < stride; from += kMostRounded) {
      const std::size_t size = std::min(kMostRounded, dim - std::min(dim, from));
      std::copy_n(rows + from, size, padded);
      std::fill(padded + size, padded + kMostRounded, 0.0F);
      for (std::size_t j = 0; j < std::min(kMostRounded, stride - from); j += hn::Lanes(d)) {
        hn::StoreU(hn::DemoteTo(half, hn::Load(d, padded + j)), half,
                   reinterpret_cast<hwy::float16_t*>(out + from + j));
      }
    }
  }
}

void Dots(const float* rows, std::size_t count, std::size_t dim, const float* v, float* out) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t r = 0; r < count; ++r) {
    const float* row = rows + r * dim;
    Vec sum = hn::Zero(d);
    std::size_t j = 0;
    for (; j + lanes <= dim; j += lanes) {
      sum = hn::MulAdd(hn::LoadU(d, row + j), hn::LoadU(d, v + j), sum);
    }
    float total = hn::GetLane(hn::SumOfLanes(d, sum));
    for (; j < dim; ++j) total += row[j] * v[j];
    out[r] = total;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(SolveCg);
HWY_EXPORT(Dots);
HWY_EXPORT(Round);

std::size_t ConjugateGradientScratch(std::size_t dim, std::size_t others) {
  const std::size_t stride = PaddedDim(dim);
  if (others <= kPanelRows) return (6 + others) * stride;
  return (6 + stride) * stride + std::max(kChunkFloats, 4 * stride);
}

void SolveByConjugateGradient(const RowSystem& system, std::uint32_t steps,
                              std::span<float> scratch, std::span<float> x) {
  HWY_DYNAMIC_DISPATCH(SolveCg)(system, steps, scratch.data(), x.data());
}

void ToHalves(std::span<const float> rows, std::size_t dim, std::span<std::uint16_t> halves) {
  HWY_DYNAMIC_DISPATCH(Round)(rows.data(), rows.size() / dim, dim, halves.data());
}

void RowDots(std::span<const float> rows, std::span<const float> vector, std::span<float> out) {
  HWY_DYNAMIC_DISPATCH(Dots)(rows.data(), out.size(), vector.size(), vector.data(), out.data());
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
