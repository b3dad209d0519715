#include <algorithm>
#include <cmath>

#include "models/ials/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE \
  "models/ials/conjugate_gradients.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

#include "models/ials/panel-inl.h"
#include "models/ials/rounded-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {

// out = sign * a * b
HWY_INLINE void Scale(float sign, const float* a, const float* b, std::size_t size, float* out) {
  const Tag d;
  const Vec factor = hn::Set(d, sign);
#pragma GCC unroll 8
  for (std::size_t j = 0; j < size; j += hn::Lanes(d)) {
    hn::Store(hn::Mul(factor, hn::Mul(hn::Load(d, a + j), hn::Load(d, b + j))), d, out + j);
  }
}

// The system's products over its rows: kept in a panel of the nearest cache where they fit it; else
// read where they lie, if rounded; else gathered a part at a time for each product.
template <std::size_t kVectors>
class Products {
 public:
  // Also residual = right side - (diagonal + sum w f f^T) x.
  Products(const RowSystem& system, const float* x, float* scratch, float* residual)
      : system_(system),
        kept_(system.others.size() <= ChunkRows(StrideOf<kVectors>(system))),
        weights_(scratch),
        rows_(scratch + PaddedDim(PartRows(system.dim, system.others.size()))) {
    Scale(-1.0F, system_.diagonal.data(), x, Stride(), residual);
    if (kept_) panel_ = GatherPanel<kVectors>(system_, 0, system_.others.size(), weights_, rows_);
    Add<Pass::kResidual>(x, residual);
  }

  // out = (diagonal + sum w f f^T) v
  void Apply(const float* v, float* out) const {
    Scale(1.0F, system_.diagonal.data(), v, Stride(), out);
    Add<Pass::kApply>(v, out);
  }

  // v . Apply(v), which needs no more than the dot products.
  float Energy(const float* v, float* out) const {
    Scale(1.0F, system_.diagonal.data(), v, Stride(), out);
    float energy = Dot(v, out, Stride());
    if constexpr (kVectors > 0) {
      if (IsReadInPlace()) return energy + FusedEnergy<kVectors>(InPlace(), v);
    }
    ForParts([&](const Panel& part) { energy += PanelEnergy<kVectors>(part, Stride(), v); });
    return energy;
  }

 private:
  std::size_t Stride() const { return StrideOf<kVectors>(system_); }
  bool IsReadInPlace() const { return !kept_ && !system_.halves.empty(); }
  HWY_INLINE auto InPlace() const { return RoundedCursor<kVectors * hn::MaxLanes(Tag())>(system_); }

  template <Pass kPass>
  HWY_INLINE void Add(const float* v, float* out) const {
    if constexpr (kVectors > 0) {
      if (IsReadInPlace()) {
        return FusedPass<kVectors, kPass>(InPlace(), system_.unobserved_weight, v, out);
      }
    }
    ForParts([&](const Panel& part) { PanelPass<kVectors, kPass>(part, Stride(), v, out); });
  }

  template <typename Use>
  HWY_INLINE void ForParts(const Use& use) const {
    if (kept_) return use(panel_);
    const std::size_t most = ChunkRows(Stride()) / kTogether * kTogether;
    for (std::size_t begin = 0; begin < system_.others.size(); begin += most) {
      use(GatherPanel<kVectors>(system_, begin, most, weights_, rows_));
    }
  }

  const RowSystem& system_;
  bool kept_;
  float* weights_;
  float* rows_;
  Panel panel_ = {};
};

// The vectors of conjugate gradients, `stride` floats each.
struct Steps {
  float* x;
  float* r;  // residual
  float* z;  // residual, preconditioned
  float* p;  // direction
  float* ap;
  float* inverse;  // of the diagonal
};

// x += length * p, r -= length * ap, z = r / diagonal; r . z.
HWY_INLINE float Advance(const Steps& s, float length, std::size_t stride) {
  const Tag d;
  const Vec by = hn::Set(d, length);
  Vec energy = hn::Zero(d);
#pragma GCC unroll 8
  for (std::size_t j = 0; j < stride; j += hn::Lanes(d)) {
    hn::Store(hn::MulAdd(by, hn::Load(d, s.p + j), hn::Load(d, s.x + j)), d, s.x + j);
    const Vec r = hn::NegMulAdd(by, hn::Load(d, s.ap + j), hn::Load(d, s.r + j));
    const Vec z = hn::Mul(r, hn::Load(d, s.inverse + j));
    hn::Store(r, d, s.r + j);
    hn::Store(z, d, s.z + j);
    energy = hn::MulAdd(r, z, energy);
  }
  return hn::GetLane(hn::SumOfLanes(d, energy));
}

// p = z + keep * p
HWY_INLINE void Turn(const Steps& s, float keep, std::size_t stride) {
  const Tag d;
  const Vec by = hn::Set(d, keep);
#pragma GCC unroll 8
  for (std::size_t j = 0; j < stride; j += hn::Lanes(d)) {
    hn::Store(hn::MulAdd(by, hn::Load(d, s.p + j), hn::Load(d, s.z + j)), d, s.p + j);
  }
}

template <std::size_t kVectors>
bool SolveWidth(const RowSystem& system, std::uint32_t steps, float* scratch, float* x) {
  const std::size_t stride = StrideOf<kVectors>(system);
  const Steps s = {x,
                   scratch,
                   scratch + stride,
                   scratch + 2 * stride,
                   scratch + 3 * stride,
                   scratch + 4 * stride};
  const Tag tag;
#pragma GCC unroll 8
  for (std::size_t j = 0; j < stride; j += hn::Lanes(tag)) {
    const Vec diagonal = hn::Load(tag, system.diagonal.data() + j);
    hn::Store(hn::Div(hn::Set(tag, 1.0F), diagonal), tag, s.inverse + j);
  }
  const Products<kVectors> products(system, x, scratch + 5 * stride, s.r);
  Scale(1.0F, s.r, s.inverse, stride, s.p);
  float energy = Dot(s.r, s.p, stride);
  for (std::uint32_t step = 1; step <= steps && energy > 1e-20F; ++step) {
    if (step == steps) {
      AddScaled(energy / products.Energy(s.p, s.ap), s.p, stride, x);
      break;
    }
    products.Apply(s.p, s.ap);
    const float next = Advance(s, energy / Dot(s.p, s.ap, stride), stride);
    Turn(s, next / energy, stride);
    energy = next;
  }
  return std::isfinite(energy) && IsFinite(x, stride);
}

bool SolveCg(const RowSystem& system, std::uint32_t steps, float* scratch, float* x) {
  const std::size_t vectors = PaddedDim(system.dim) / hn::Lanes(Tag());
  if (vectors == 4) return SolveWidth<4>(system, steps, scratch, x);
  if constexpr (kMostVectors >= 8) {
    if (vectors == 8) return SolveWidth<8>(system, steps, scratch, x);
    if (vectors == 2) return SolveWidth<2>(system, steps, scratch, x);
  }
  return SolveWidth<0>(system, steps, scratch, x);
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(SolveCg);

std::size_t ConjugateGradientScratch(std::size_t dim, std::size_t others) {
  const std::size_t rows = PaddedDim(PartRows(dim, others));
  return (5 + rows) * PaddedDim(dim) + rows;
}

bool SolveByConjugateGradient(const RowSystem& system, std::uint32_t steps,
                              std::span<float> scratch, std::span<float> x) {
  return HWY_DYNAMIC_DISPATCH(SolveCg)(system, steps, scratch.data(), x.data());
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
