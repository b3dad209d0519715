#include "engine/state/sold_instants.h"

#include <algorithm>
#include <limits>

namespace tsugi {
namespace {

constexpr base::Micros kSecond = 1'000'000;
constexpr std::uint32_t kDay = 86'400;
constexpr std::uint32_t kWeek = 7 * kDay;
constexpr std::uint32_t kMonth = 28 * kDay;

}  // namespace

void SoldInstants::Add(base::Micros at) {
  constexpr base::Micros kMost = std::numeric_limits<std::uint32_t>::max();
  const auto second =
      static_cast<std::uint32_t>(std::clamp<base::Micros>((at + kSecond - 1) / kSecond, 0, kMost));
  if (seconds_.empty() || newest_ < second) {
    seconds_.push_back(second);
    newest_ = second;
  } else {
    const auto place = std::lower_bound(seconds_.begin(), seconds_.end(), second);
    if (*place == second) return;
    const auto position = static_cast<std::uint32_t>(place - seconds_.begin());
    if (position < week_) ++week_;
    if (position < month_) ++month_;
    seconds_.insert(place, second);
  }
  while (newest_ - seconds_[week_] >= kWeek) ++week_;
  while (newest_ - seconds_[month_] >= kMonth) ++month_;
}

std::uint32_t SoldInstants::Within(base::Micros span, base::Micros at) const {
  if (base::Micros{newest_} <= (at - span) / kSecond) return 0;
  const std::size_t until =
      base::Micros{newest_} <= at / kSecond ? seconds_.size() : Until(at, seconds_.size());
  const std::size_t near = span > base::Micros{kWeek} * kSecond ? month_ : week_;
  return static_cast<std::uint32_t>(until - Until(at - span, near));
}

std::size_t SoldInstants::Until(base::Micros instant, std::size_t near) const {
  const base::Micros second = instant / kSecond;
  const auto later = [&](std::size_t position) {
    return base::Micros{seconds_[position]} > second;
  };
  // Steps that double, up or down, until the answer lies between low and high.
  std::size_t low = near;
  std::size_t high = near;
  if (near < seconds_.size() && !later(near)) {
    for (std::size_t step = 1; high < seconds_.size() && !later(high); step *= 2) {
      low = high + 1;
      high = std::min(high + step, seconds_.size());
    }
  } else {
    for (std::size_t step = 1; low > 0 && later(low - 1); step *= 2) {
      high = low - 1;
      low -= std::min(step, low);
    }
  }
  const auto begin = seconds_.begin();
  return static_cast<std::size_t>(
      std::upper_bound(begin + static_cast<std::ptrdiff_t>(low),
                       begin + static_cast<std::ptrdiff_t>(high), second,
                       [](base::Micros time, std::uint32_t other) { return time < other; }) -
      begin);
}

}  // namespace tsugi
