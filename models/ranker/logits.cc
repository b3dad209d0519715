#include "models/ranker/logits.h"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/ranker/logits.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
// After it:
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#ifndef TSUGI_MODELS_RANKER_LOGITS_FARTHEST_
#define TSUGI_MODELS_RANKER_LOGITS_FARTHEST_
namespace tsugi::models {
constexpr double kFarthest = 700;  // the exponential of more overflows
}
#endif  // TSUGI_MODELS_RANKER_LOGITS_FARTHEST_

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void LogitsOnVectors(const double* coefficients, std::size_t num_features, const float* values,
                     std::size_t stride, double* logits) {
  const hn::CappedTag<double, kColumnLanes> d;
  const hn::Rebind<float, decltype(d)> df;
  for (std::size_t r = 0; r < stride; r += hn::Lanes(d)) {
    auto sum = hn::Set(d, coefficients[0]);
    for (std::size_t f = 0; f < num_features; ++f) {
      const auto feature = hn::PromoteTo(d, hn::LoadU(df, values + f * stride + r));
      sum = hn::Add(sum, hn::Mul(hn::Set(d, coefficients[f + 1]), feature));
    }
    hn::StoreU(sum, d, logits + r);
  }
}

void SigmoidsOnVectors(double* values, std::size_t count) {
  const hn::CappedTag<double, kColumnLanes> d;
  const auto one = hn::Set(d, 1.0);
  for (std::size_t r = 0; r < count; r += hn::Lanes(d)) {
    const auto power = hn::Neg(hn::Max(hn::LoadU(d, values + r), hn::Set(d, -kFarthest)));
    hn::StoreU(hn::Div(one, hn::Add(one, hn::Exp(d, power))), d, values + r);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(LogitsOnVectors);
HWY_EXPORT(SigmoidsOnVectors);

void Logits(std::span<const double> coefficients, const FeatureColumns& columns,
            std::span<double> logits) {
  HWY_DYNAMIC_DISPATCH(LogitsOnVectors)
  (coefficients.data(), coefficients.size() - 1, columns.values.data(), columns.stride,
   logits.data());
}

void Sigmoids(std::span<double> values) {
  HWY_DYNAMIC_DISPATCH(SigmoidsOnVectors)(values.data(), values.size());
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
