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

SoldSpan::SoldSpan(base::Micros span, base::Micros at)
    : after_((at - span) / kSecond),
      until_(at / kSecond),
      over_a_week_(span > base::Micros{kWeek} * kSecond) {}

std::uint32_t SoldInstants::Within(const SoldSpan& span) const {
  if (base::Micros{newest_} <= span.after_) return 0;
  const std::size_t until =
      base::Micros{newest_} <= span.until_ ? seconds_.size() : Until(span.until_, seconds_.size());
  const std::size_t near = span.over_a_week_ ? month_ : week_;
  return static_cast<std::uint32_t>(until - Until(span.after_, near));
}

std::size_t SoldInstants::Until(base::Micros second, std::size_t near) const {
  if (second < 0) return 0;
  const auto bound = static_cast<std::uint32_t>(
      std::min<base::Micros>(second, std::numeric_limits<std::uint32_t>::max()));
  if (near == seconds_.size() || seconds_[near] > bound) return Before(bound, near);
  // Where the answer lies is hard to predict, but mostly it is near: blocks are counted whole.
  constexpr std::size_t kBlock = 8;
  std::size_t place = near;
  while (place + kBlock <= seconds_.size()) {
    std::uint32_t reached = 0;
    for (std::size_t i = 0; i < kBlock; ++i) reached += seconds_[place + i] <= bound ? 1 : 0;
    place += reached;
    if (reached < kBlock) return place;
  }
  std::size_t reached = 0;
  for (std::size_t i = place; i < seconds_.size(); ++i) reached += seconds_[i] <= bound ? 1 : 0;
  return place + reached;
}

std::size_t SoldInstants::Before(std::uint32_t bound, std::size_t end) const {
  // Steps that double, down, until the answer lies between low and high.
  std::size_t low = end;
  std::size_t high = end;
  for (std::size_t step = 1; low > 0 && seconds_[low - 1] > bound; step *= 2) {
    high = low - 1;
    low -= std::min(step, low);
  }
  const auto begin = seconds_.begin();
  return static_cast<std::size_t>(std::upper_bound(begin + static_cast<std::ptrdiff_t>(low),
                                                   begin + static_cast<std::ptrdiff_t>(high),
                                                   bound) -
                                  begin);
}

}  // namespace tsugi
