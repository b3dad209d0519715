#include "models/ials/kernels.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/ials/kernels.cc"  // this file, once for each instruction set
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;

// Rows of `stride` floats, a multiple of the vector width.
struct Panel {
  float* data;
  std::size_t rows;
  std::size_t stride;
  float* coefficients;  // one a row
};

HWY_INLINE float Dot(const float* a, const float* b, std::size_t size) {
  const Tag d;
  Vec sum = hn::Zero(d);
  for (std::size_t j = 0; j < size; j += hn::Lanes(d)) {
    sum = hn::MulAdd(hn::Load(d, a + j), hn::Load(d, b + j), sum);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

// y += scale * x
HWY_INLINE void AddScaled(float scale, const float* x, std::size_t size, float* y) {
  const Tag d;
  const Vec factor = hn::Set(d, scale);
  for (std::size_t j = 0; j < size; j += hn::Lanes(d)) {
    hn::Store(hn::MulAdd(factor, hn::Load(d, x + j), hn::Load(d, y + j)), d, y + j);
  }
}

// coefficients = panel * v, four rows at a time so that v is read once for them.
HWY_INLINE void Multiply(const Panel& panel, const float* v) {
  const Tag d;
  const std::size_t stride = panel.stride;
  std::size_t i = 0;
  for (; i + 4 <= panel.rows; i += 4) {
    const float* row = panel.data + i * stride;
    Vec s0 = hn::Zero(d);
    Vec s1 = s0;
    Vec s2 = s0;
    Vec s3 = s0;
    for (std::size_t j = 0; j < stride; j += hn::Lanes(d)) {
      const Vec x = hn::Load(d, v + j);
      s0 = hn::MulAdd(hn::Load(d, row + j), x, s0);
      s1 = hn::MulAdd(hn::Load(d, row + stride + j), x, s1);
      s2 = hn::MulAdd(hn::Load(d, row + 2 * stride + j), x, s2);
      s3 = hn::MulAdd(hn::Load(d, row + 3 * stride + j), x, s3);
    }
    panel.coefficients[i] = hn::GetLane(hn::SumOfLanes(d, s0));
    panel.coefficients[i + 1] = hn::GetLane(hn::SumOfLanes(d, s1));
    panel.coefficients[i + 2] = hn::GetLane(hn::SumOfLanes(d, s2));
    panel.coefficients[i + 3] = hn::GetLane(hn::SumOfLanes(d, s3));
  }
  for (; i < panel.rows; ++i) {
    panel.coefficients[i] = Dot(panel.data + i * stride, v, stride);
  }
}

// out += panel^T * coefficients, four vectors of columns at a time, which stay in registers.
HWY_INLINE void AddTransposed(const Panel& panel, float* out) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t j = 0;
  for (; j + 4 * lanes <= panel.stride; j += 4 * lanes) {
    Vec s0 = hn::Load(d, out + j);
    Vec s1 = hn::Load(d, out + j + lanes);
    Vec s2 = hn::Load(d, out + j + 2 * lanes);
    Vec s3 = hn::Load(d, out + j + 3 * lanes);
    const float* row = panel.data + j;
    for (std::size_t i = 0; i < panel.rows; ++i, row += panel.stride) {
      const Vec c = hn::Set(d, panel.coefficients[i]);
      s0 = hn::MulAdd(c, hn::Load(d, row), s0);
      s1 = hn::MulAdd(c, hn::Load(d, row + lanes), s1);
      s2 = hn::MulAdd(c, hn::Load(d, row + 2 * lanes), s2);
      s3 = hn::MulAdd(c, hn::Load(d, row + 3 * lanes), s3);
    }
    hn::Store(s0, d, out + j);
    hn::Store(s1, d, out + j + lanes);
    hn::Store(s2, d, out + j + 2 * lanes);
    hn::Store(s3, d, out + j + 3 * lanes);
  }
  for (; j < panel.stride; j += lanes) {
    Vec sum = hn::Load(d, out + j);
    for (std::size_t i = 0; i < panel.rows; ++i) {
      sum = hn::MulAdd(hn::Set(d, panel.coefficients[i]),
                       hn::Load(d, panel.data + i * panel.stride + j), sum);
    }
    hn::Store(sum, d, out + j);
  }
}

void Gather(const RowSystem& system, std::size_t begin, const Panel& panel) {
  constexpr std::size_t kAhead = 8;
  const float* factors = system.factors.data();
  const std::size_t last = begin + panel.rows;
  for (std::size_t i = begin; i < last; ++i) {
    if (i + kAhead < last) {
      const float* next = factors + std::size_t{system.others[i + kAhead]} * system.dim;
      for (std::size_t j = 0; j < system.dim; j += 16) hwy::Prefetch(next + j);
    }
    float* row = panel.data + (i - begin) * panel.stride;
    std::memcpy(row, factors + std::size_t{system.others[i]} * system.dim,
                system.dim * sizeof(float));
    std::fill(row + system.dim, row + panel.stride, 0.0F);
  }
}

// The system's products, over one panel that stays or over several that come and go.
class Products {
 public:
  Products(const RowSystem& system, float* scratch)
      : system_(system), stride_(PaddedDim(system.dim)), count_(system.others.size()) {
    const std::size_t rows = std::min(count_, kPanelRows);
    panel_ = {scratch, rows, stride_, scratch + rows * stride_};
    if (count_ <= kPanelRows) Gather(system_, 0, panel_);
  }

  // out = right side - (diagonal + sum w f f^T) x
  void Residual(const float* x, float* out) {
    for (std::size_t j = 0; j < stride_; ++j) out[j] = -system_.diagonal[j] * x[j];
    Pass(x, out, [&](std::size_t i, float dot) {
      const float weight = Weight(i);
      return system_.unobserved_weight + weight - weight * dot;
    });
  }

  // out = (diagonal + sum w f f^T) v
  void Apply(const float* v, float* out) {
    for (std::size_t j = 0; j < stride_; ++j) out[j] = system_.diagonal[j] * v[j];
    Pass(v, out, [&](std::size_t i, float dot) { return Weight(i) * dot; });
  }

 private:
  float Weight(std::size_t i) const { return system_.weights.empty() ? 1.0F : system_.weights[i]; }

  template <typename Coefficient>
  HWY_INLINE void Pass(const float* v, float* out, Coefficient coefficient) {
    for (std::size_t begin = 0; begin < count_; begin += kPanelRows) {
      panel_.rows = std::min(kPanelRows, count_ - begin);
      if (count_ > kPanelRows) Gather(system_, begin, panel_);
      Multiply(panel_, v);
      for (std::size_t i = 0; i < panel_.rows; ++i) {
        panel_.coefficients[i] = coefficient(begin + i, panel_.coefficients[i]);
      }
      AddTransposed(panel_, out);
    }
  }

  const RowSystem& system_;
  std::size_t stride_;
  std::size_t count_;
  Panel panel_;
};

void SolveCg(const RowSystem& system, std::uint32_t steps, float* scratch, float* x) {
  const std::size_t stride = PaddedDim(system.dim);
  float* r = scratch;
  float* z = r + stride;
  float* p = z + stride;
  float* ap = p + stride;
  Products products(system, ap + stride);
  const auto precondition = [&] {
    for (std::size_t j = 0; j < stride; ++j) z[j] = r[j] / system.diagonal[j];
  };
  products.Residual(x, r);
  precondition();
  std::copy_n(z, stride, p);
  float energy = Dot(r, z, stride);
  for (std::uint32_t step = 0; step < steps && energy > 1e-20F; ++step) {
    products.Apply(p, ap);
    const float length = energy / Dot(p, ap, stride);
    AddScaled(length, p, stride, x);
    if (step + 1 == steps) break;
    AddScaled(-length, ap, stride, r);
    precondition();
    const float next = Dot(r, z, stride);
    const float keep = next / energy;
    for (std::size_t j = 0; j < stride; ++j) p[j] = z[j] + keep * p[j];
    energy = next;
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

std::size_t ConjugateGradientScratch(std::size_t dim, std::size_t others) {
  const std::size_t rows = std::min(others, kPanelRows);
  return 4 * PaddedDim(dim) + rows * (PaddedDim(dim) + 1);
}

void SolveByConjugateGradient(const RowSystem& system, std::uint32_t steps,
                              std::span<float> scratch, std::span<float> x) {
  HWY_DYNAMIC_DISPATCH(SolveCg)(system, steps, scratch.data(), x.data());
}

void RowDots(std::span<const float> rows, std::span<const float> vector, std::span<float> out) {
  HWY_DYNAMIC_DISPATCH(Dots)(rows.data(), out.size(), vector.size(), vector.data(), out.data());
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
