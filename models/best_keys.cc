#include "models/best_keys.h"

#include <algorithm>
#include <functional>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/best_keys.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The `most` greatest of different keys, greatest first, into `best`: a key's place is how many are
// greater. A vector of room behind the keys.
void PlaceKeys(const std::uint64_t* keys, std::size_t count, std::size_t most,
               std::uint64_t* best) {
  const hn::CappedTag<std::int64_t, 8> d;  // the first bit of a key is that of a positive float: 0
  const std::size_t lanes = hn::Lanes(d);
  const auto one = hn::Set(d, 1);
  HWY_ALIGN std::int64_t places[8];
  for (std::size_t first = 0; first < count; first += lanes) {
    const auto own = hn::LoadU(d, reinterpret_cast<const std::int64_t*>(keys) + first);
    auto place = hn::Zero(d);
    for (std::size_t i = 0; i < count; ++i) {
      const auto other = hn::Set(d, static_cast<std::int64_t>(keys[i]));
      place = hn::IfThenElse(hn::Gt(other, own), hn::Add(place, one), place);
    }
    hn::Store(place, d, places);
    const std::size_t end = std::min(lanes, count - first);
    for (std::size_t lane = 0; lane < end; ++lane) {
      const auto at = static_cast<std::size_t>(places[lane]);
      if (at < most) best[at] = keys[first + lane];
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(PlaceKeys);

namespace {
constexpr std::size_t kRoom = 8;   // of the widest vectors
constexpr std::size_t kFew = 192;  // placed sooner than sorted
}  // namespace

void KeepBestKeys(std::size_t most, std::vector<std::uint64_t>& keys,
                  std::vector<std::uint64_t>& scratch) {
  const std::size_t count = keys.size();
  const std::size_t kept = std::min(most, count);
  if (count <= kFew) {
    keys.resize(count + kRoom);
    scratch.resize(kept);
    HWY_DYNAMIC_DISPATCH(PlaceKeys)(keys.data(), count, kept, scratch.data());
    keys.swap(scratch);
    return;
  }
  const auto end = keys.begin() + static_cast<std::ptrdiff_t>(kept);
  std::nth_element(keys.begin(), end, keys.end(), std::greater<>());
  keys.resize(kept);
  std::sort(keys.begin(), keys.end(), std::greater<>());
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
