// Dense indexes that cannot be confused with one another.
//
//   struct ProductTag; using ProductIndex = base::StrongId<ProductTag>;
//   ProductIndex p(3U);  names[p.value()];
#ifndef TSUGI_BASE_STRONG_ID_H_
#define TSUGI_BASE_STRONG_ID_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

namespace tsugi::base {

template <typename Tag>
class StrongId {
 public:
  constexpr StrongId() = default;  // Invalid()
  constexpr explicit StrongId(std::uint32_t value) : value_(value) {}
  constexpr explicit StrongId(std::size_t value) : value_(static_cast<std::uint32_t>(value)) {}

  static constexpr StrongId Invalid() { return StrongId(); }
  constexpr bool valid() const { return value_ != kInvalid; }
  constexpr std::uint32_t value() const { return value_; }

  friend constexpr auto operator<=>(StrongId, StrongId) = default;

  template <typename H>
  friend H AbslHashValue(H state, StrongId id) {
    return H::combine(std::move(state), id.value_);
  }

 private:
  static constexpr std::uint32_t kInvalid = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t value_ = kInvalid;
};

}  // namespace tsugi::base

template <typename Tag>
struct std::hash<tsugi::base::StrongId<Tag>> {
  std::size_t operator()(tsugi::base::StrongId<Tag> id) const noexcept { return id.value(); }
};

#endif  // TSUGI_BASE_STRONG_ID_H_
