// What the kernels on floats share: the widest vectors of an instruction set, and the tile of sums
// that fills its registers. Included once for each instruction set (Highway).
#if defined(TSUGI_MODELS_DENSE_FLOAT_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TSUGI_MODELS_DENSE_FLOAT_VECTORS_INL_H_
#undef TSUGI_MODELS_DENSE_FLOAT_VECTORS_INL_H_
#else
#define TSUGI_MODELS_DENSE_FLOAT_VECTORS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;

// A tile of sums: rows x vectors.
constexpr std::size_t kTileRows = HWY_MAX_BYTES >= 64 ? 8 : 4;
constexpr std::size_t kTileVectors = 3;

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#endif  // TSUGI_MODELS_DENSE_FLOAT_VECTORS_INL_H_
