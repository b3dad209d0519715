#include "models/co_purchase/best_neighbours.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <span>

namespace tsugi::models {
namespace {

constexpr std::size_t kSample = 64;

// A score that at least `wanted` values probably reach, and few more; 0 where no guess is worth it.
float GuessCut(std::span<const float> scores, std::size_t wanted, std::vector<float>& sample) {
  if (scores.size() < 4 * wanted || scores.size() < 4 * kSample) return 0.0F;
  sample.clear();
  const std::size_t step = scores.size() / kSample;
  for (std::size_t i = 0; i < kSample; ++i) sample.push_back(scores[i * step]);
  const std::size_t rank = wanted * kSample / scores.size();
  const std::size_t safe = rank + 2 + rank / 2;
  if (safe >= kSample) return 0.0F;
  const auto at = sample.begin() + static_cast<std::ptrdiff_t>(safe);
  std::nth_element(sample.begin(), at, sample.end(), std::greater<>());
  return *at;
}

// Collects the scores of at least `cut` (and above 0), without a branch: which they are can't be
// predicted.
void Collect(std::span<const float> scores, std::span<const std::uint32_t> places,
             std::span<const std::uint32_t> item_at, float cut, std::vector<std::uint64_t>& keys) {
  keys.resize(scores.size() + 1);
  std::size_t count = 0;
  const float least = std::max(cut, std::numeric_limits<float>::denorm_min());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    keys[count] = std::uint64_t{std::bit_cast<std::uint32_t>(scores[i])} << 32 |
                  std::uint64_t{~item_at[places[i]]};
    count += scores[i] >= least ? 1 : 0;
  }
  keys.resize(count);
}

}  // namespace

BestNeighbours::BestNeighbours(const PairInput& input, const CoPurchaseOptions& options)
    : input_(input), options_(options), roots_(input.num_items, 0.0) {
  for (std::size_t place = 0; place < roots_.size(); ++place) {
    const float weight = input.item_weights[input.item_at[place]];
    if (weight > 0) roots_[place] = 1.0 / std::sqrt(double{weight});
  }
}

void BestNeighbours::ScoreRow(std::uint32_t item, const PairRow& row,
                              std::vector<float>& scores) const {
  const std::span<const std::uint32_t> places = row.touched();
  scores.resize(places.size());
  if (options_.measure == Association::kCosine) {  // two products, as the roots are known
    const double own = roots_[input_.place_of[item]];
    for (std::size_t i = 0; i < places.size(); ++i) {
      scores[i] = static_cast<float>(own * roots_[places[i]] * double{row.weight(places[i])});
    }
  } else {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const double other = double{input_.item_weights[input_.item_at[places[i]]]};
      scores[i] = static_cast<float>(Measure(
          options_.measure, {double{row.weight(places[i])}, double{input_.item_weights[item]},
                             other, input_.total_weight}));
    }
  }
  if (options_.min_pair_orders <= 1) return;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (row.orders(places[i]) < options_.min_pair_orders) scores[i] = 0.0F;
  }
}

void BestNeighbours::Emit(std::uint32_t item, const PairRow& row, NeighbourScratch& scratch,
                          PairEntries& entries) const {
  const std::size_t wanted = options_.neighbours;
  ScoreRow(item, row, scratch.scores);
  const float cut = GuessCut(scratch.scores, wanted, scratch.sample);
  Collect(scratch.scores, row.touched(), input_.item_at, cut, scratch.keys);
  if (cut > 0 && scratch.keys.size() < wanted) {  // guessed too high
    Collect(scratch.scores, row.touched(), input_.item_at, 0.0F, scratch.keys);
  }
  std::vector<std::uint64_t>& keys = scratch.keys;
  if (keys.size() > wanted) {
    std::nth_element(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(wanted), keys.end(),
                     std::greater<>());
    keys.resize(wanted);
  }
  std::sort(keys.begin(), keys.end(), std::greater<>());
  for (const std::uint64_t key : keys) {
    const std::uint32_t other = ~static_cast<std::uint32_t>(key);
    const std::uint32_t place = input_.place_of[other];
    entries.items.push_back(other);
    entries.orders.push_back(row.orders(place));
    entries.weights.push_back(row.weight(place));
    entries.scores.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(key >> 32)));
    entries.since.push_back(row.since(place));
  }
}

}  // namespace tsugi::models
