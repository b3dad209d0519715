#include "engine/policy/explore.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "base/random.h"

namespace tsugi {
namespace {

ProductIndex ProductOf(const Ranked& ranked) { return ranked.offer->candidate.product.index; }

bool HoldsProduct(const std::vector<Ranked>& list, ProductIndex product) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Ranked& other) { return ProductOf(other) == product; });
}

// Near-equals that are not chosen, best first, one a product.
std::vector<Ranked> Others(double at_least, std::vector<Ranked> ranked,
                           const std::vector<Ranked>& chosen) {
  std::erase_if(ranked, [&](const Ranked& other) {
    return other.priority < at_least || IsLadderStep(*other.offer) ||
           HoldsProduct(chosen, ProductOf(other));
  });
  std::sort(ranked.begin(), ranked.end(), RanksBefore);
  std::vector<Ranked> others;
  for (const Ranked& other : ranked) {
    if (!HoldsProduct(others, ProductOf(other))) others.push_back(other);
  }
  return others;
}

}  // namespace

void Explore(const Exploration& exploration, std::uint64_t seed, std::vector<Ranked> ranked,
             std::vector<Ranked>* chosen) {
  if (chosen->empty() || exploration.percent <= 0) return;
  const double last = chosen->back().priority;
  if (!(last > 0)) return;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < chosen->size(); ++i) {
    const Ranked& offer = (*chosen)[i];
    if (offer.priority * (1 - exploration.near) <= last && !IsLadderStep(*offer.offer)) {
      places.push_back(i);
    }
  }
  if (places.empty()) return;
  std::vector<Ranked> pool = Others(last * (1 - exploration.near), std::move(ranked), *chosen);
  const double share = exploration.percent / 100;
  const auto m = static_cast<double>(places.size());
  const double dealt = share * m / (m + static_cast<double>(pool.size()));
  for (Ranked& other : pool) other.propensity = dealt;
  for (const std::size_t place : places) {
    Ranked& offer = (*chosen)[place];
    if (!pool.empty()) offer.propensity = 1 - share + dealt;
  }
  base::Random random(seed);
  if (!random.Chance(share)) return;
  for (const std::size_t place : places) pool.push_back((*chosen)[place]);
  random.Shuffle(std::span<Ranked>(pool));
  for (std::size_t i = 0; i < places.size(); ++i) (*chosen)[places[i]] = pool[i];
}

}  // namespace tsugi
