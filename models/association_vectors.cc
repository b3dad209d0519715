#include <cstddef>
#include <limits>
#include <span>

#include "models/association.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE \
  "models/association_vectors.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
// After it:
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<double>;
using Vec = hn::Vec<Tag>;

// seen ln(seen / expected), 0 at seen = 0; `inverse` is 1 / expected, of no meaning where that is
// 0.
HWY_INLINE Vec Surprise(Vec seen, Vec inverse) {
  const Tag d;
  const Vec ratio = hn::Mul(seen, inverse);
  const Vec least = hn::Set(d, std::numeric_limits<double>::min());
  const Vec most = hn::Set(d, std::numeric_limits<double>::max());
  const auto counts = hn::And(hn::Ge(ratio, least), hn::Le(ratio, most));
  const Vec safe = hn::IfThenElse(counts, ratio, hn::Set(d, 1.0));
  return hn::Mul(seen, hn::Log(d, safe));
}

// The four cells as in LogLikelihood, with a division for each margin in place of one a cell.
HWY_INLINE Vec Ratio(Vec first, Vec total, Vec inverse_first, Vec inverse_without_first, Vec both,
                     Vec second) {
  const Tag d;
  const Vec zero = hn::Zero(d);
  const Vec inverse_second = hn::Div(total, second);
  const Vec inverse_without_second = hn::Div(total, hn::Sub(total, second));
  const Vec only_first = hn::Max(zero, hn::Sub(first, both));
  const Vec only_second = hn::Max(zero, hn::Sub(second, both));
  const Vec neither = hn::Max(zero, hn::Add(hn::Sub(hn::Sub(total, first), second), both));
  const Vec inverse = hn::Mul(inverse_first, inverse_second);
  const Vec with_first =
      hn::Add(Surprise(both, inverse),
              Surprise(only_first, hn::Mul(inverse_first, inverse_without_second)));
  const Vec without_first =
      hn::Add(Surprise(only_second, hn::Mul(inverse_without_first, inverse_second)),
              Surprise(neither, hn::Mul(inverse_without_first, inverse_without_second)));
  const Vec sum = hn::Add(with_first, without_first);
  const Vec strength = hn::Max(zero, hn::Add(sum, sum));
  const auto rare = hn::Lt(hn::Mul(both, total), hn::Mul(first, second));
  return hn::IfThenElse(rare, hn::Neg(strength), strength);
}

void RatiosOnVectors(double first, double total, const double* both, const double* second,
                     std::size_t count, double* ratios) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const Vec first_margin = hn::Set(d, first);
  const Vec all = hn::Set(d, total);
  const Vec inverse_first = hn::Set(d, 1.0 / first);
  const Vec inverse_without_first = hn::Set(d, 1.0 / (total - first));
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Vec ratio = Ratio(first_margin, all, inverse_first, inverse_without_first,
                            hn::LoadU(d, both + i), hn::LoadU(d, second + i));
    hn::StoreU(ratio, d, ratios + i);
  }
  if (i == count) return;
  HWY_ALIGN double rest_both[HWY_MAX_BYTES / sizeof(double)] = {};
  HWY_ALIGN double rest_second[HWY_MAX_BYTES / sizeof(double)] = {};
  HWY_ALIGN double rest[HWY_MAX_BYTES / sizeof(double)];
  for (std::size_t j = i; j < count; ++j) {
    rest_both[j - i] = both[j];
    rest_second[j - i] = second[j];
  }
  hn::Store(Ratio(first_margin, all, inverse_first, inverse_without_first, hn::Load(d, rest_both),
                  hn::Load(d, rest_second)),
            d, rest);
  for (std::size_t j = i; j < count; ++j) ratios[j] = rest[j - i];
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(RatiosOnVectors);

void LogLikelihoods(double first, double total, std::span<const double> both,
                    std::span<const double> second, std::span<double> ratios) {
  HWY_DYNAMIC_DISPATCH(RatiosOnVectors)
  (first, total, both.data(), second.data(), both.size(), ratios.data());
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
