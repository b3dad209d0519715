#include "models/fast_log.h"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/fast_log.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void ShiftedLogsOnVectors(float floor, float* column, std::size_t count) {
  const hn::CappedTag<float, 16> d;
  const hn::RebindToSigned<decltype(d)> di;
  const auto scale = hn::Set(d, 1.0F / floor);
  for (std::size_t r = 0; r < count; r += hn::Lanes(d)) {
    const auto value = hn::LoadU(d, column + r);
    const auto positive = hn::IfThenElseZero(hn::Gt(value, hn::Zero(d)), value);
    const auto bits = hn::BitCast(di, hn::Mul(hn::Add(positive, hn::Set(d, floor)), scale));
    const auto exponent = hn::ConvertTo(d, hn::Sub(hn::ShiftRight<23>(bits), hn::Set(di, 127)));
    const auto mantissa = hn::And(bits, hn::Set(di, 0x7FFFFF));
    const auto m = hn::BitCast(d, hn::Or(mantissa, hn::Set(di, 0x3F800000)));
    auto p = hn::Set(d, -3.4436006e-2F);
    for (const float c : {3.1821337e-1F, -1.2315303F, 2.5988452F, -3.3241990F, 3.1157899F}) {
      p = hn::Add(hn::Mul(p, m), hn::Set(d, c));
    }
    const auto log2m = hn::Mul(p, hn::Sub(m, hn::Set(d, 1.0F)));
    hn::StoreU(hn::Mul(hn::Add(exponent, log2m), hn::Set(d, 0.69314718F)), d, column + r);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(ShiftedLogsOnVectors);

void ShiftedLogs(float floor, std::span<float> column) {
  HWY_DYNAMIC_DISPATCH(ShiftedLogsOnVectors)(floor, column.data(), column.size());
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
