#include "engine/state/order_log.h"

#include <algorithm>
#include <limits>

#include "base/random.h"

namespace tsugi {
namespace {

constexpr base::Micros kSecond = 1'000'000;
constexpr std::uint32_t kDay = 86'400;

std::uint32_t ToSecond(base::Micros seconds) {
  constexpr base::Micros kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp<base::Micros>(seconds, 0, kMost));
}

}  // namespace

std::uint32_t SecondFrom(base::Micros at) {
  const base::Micros whole = at / kSecond;
  return ToSecond(at > whole * kSecond ? whole + 1 : whole);
}

std::uint32_t SecondAt(base::Micros at) { return ToSecond(at / kSecond); }

void OrderLog::Add(const Id& id, base::Micros at, std::span<const ProductIndex> products) {
  Remove(id);
  if (products.empty()) return;
  Insert(id, SecondFrom(at), products);
  if (lines_.size() > most_lines_) Compact();
}

void OrderLog::Insert(const Id& id, std::uint32_t second, std::span<const ProductIndex> products) {
  const auto slot = static_cast<std::uint32_t>(orders_.size());
  orders_.push_back({.id = id,
                     .second = second,
                     .count = static_cast<std::uint32_t>(products.size()),
                     .first = lines_.size()});
  lines_.insert(lines_.end(), products.begin(), products.end());
  live_lines_ += products.size();
  slot_of_[id] = slot;
  Day& day = days_[second / kDay];
  std::vector<std::uint32_t>& seconds = day.seconds;
  seconds.insert(std::upper_bound(seconds.begin(), seconds.end(), second), second);  // mostly last
  day.digest += DigestOf(second, products);
  for (const ProductIndex product : products) {
    if (holdings_.size() <= product.value()) holdings_.resize(product.value() + std::size_t{1});
    std::vector<Holding>& held = holdings_[product.value()];
    const auto place =
        std::upper_bound(held.begin(), held.end(), second,
                         [](std::uint32_t time, const Holding& h) { return time < h.second; });
    held.insert(place, {second, slot});
  }
}

void OrderLog::Remove(const Id& id) {
  const auto found = slot_of_.find(id);
  if (found == slot_of_.end()) return;
  const std::uint32_t slot = found->second;
  slot_of_.erase(found);
  Placed& placed = orders_[slot];
  Day& day = days_[placed.second / kDay];
  std::vector<std::uint32_t>& seconds = day.seconds;
  seconds.erase(std::lower_bound(seconds.begin(), seconds.end(), placed.second));
  day.digest -= DigestOf(placed.second, Products(slot));
  for (const ProductIndex product : Products(slot)) {
    std::erase_if(holdings_[product.value()], [slot](const Holding& h) { return h.slot == slot; });
  }
  live_lines_ -= placed.count;
  placed.count = 0;
}

// Keeps the newest three quarters of what may be held, whole seconds.
void OrderLog::Compact() {
  ++compactions_;
  std::vector<Placed> kept;
  for (const Placed& placed : orders_) {
    if (placed.count > 0) kept.push_back(placed);
  }
  std::sort(kept.begin(), kept.end(), [](const Placed& a, const Placed& b) {
    return a.second != b.second ? a.second > b.second : a.id < b.id;
  });
  const std::size_t most = most_lines_ / 4 * 3;
  std::size_t lines = 0;
  std::size_t end = 0;
  while (end < kept.size() && lines + kept[end].count <= most) lines += kept[end++].count;
  kept.resize(end);
  std::reverse(kept.begin(), kept.end());
  const std::vector<ProductIndex> old_lines = std::move(lines_);
  orders_.clear();
  lines_.clear();
  days_.clear();
  slot_of_.clear();
  live_lines_ = 0;
  for (std::vector<Holding>& held : holdings_) held.clear();
  for (const Placed& placed : kept) {
    Insert(placed.id, placed.second, std::span(old_lines).subspan(placed.first, placed.count));
  }
}

std::span<const OrderLog::Holding> OrderLog::Of(ProductIndex product, std::uint32_t from,
                                                std::uint32_t until) const {
  const std::span<const Holding> all = Of(product);
  auto begin = all.begin();
  auto end = all.end();
  if (!all.empty() && all.front().second < from) {
    begin = std::lower_bound(begin, end, from,
                             [](const Holding& h, std::uint32_t time) { return h.second < time; });
  }
  if (begin != end && (end - 1)->second > until) {
    end = std::upper_bound(begin, end, until,
                           [](std::uint32_t time, const Holding& h) { return time < h.second; });
  }
  return {begin, end};
}

std::size_t OrderLog::CountOrders(std::uint32_t from, std::uint32_t until) const {
  std::size_t count = 0;
  for (auto day = days_.lower_bound(from / kDay); day != days_.end(); ++day) {
    if (day->first > until / kDay) break;
    const std::vector<std::uint32_t>& seconds = day->second.seconds;
    const auto begin = day->first == from / kDay
                           ? std::lower_bound(seconds.begin(), seconds.end(), from)
                           : seconds.begin();
    const auto end =
        day->first == until / kDay ? std::upper_bound(begin, seconds.end(), until) : seconds.end();
    count += static_cast<std::size_t>(end - begin);
  }
  return count;
}

std::uint64_t OrderLog::DigestOf(std::uint32_t second, std::span<const ProductIndex> products) {
  std::uint64_t digest = base::Mix64(second);
  for (const ProductIndex product : products) digest = base::Mix64(digest ^ product.value());
  return digest;
}

std::uint64_t OrderLog::DigestOfDays(std::uint32_t from, std::uint32_t until) const {
  std::uint64_t digest = 0;
  for (auto day = days_.lower_bound(from / kDay); day != days_.end(); ++day) {
    if (day->first >= until / kDay) break;
    digest += day->second.digest;
  }
  return digest;
}

}  // namespace tsugi
