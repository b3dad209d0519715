#include "models/co_purchase/best_neighbours.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "models/best_keys.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/co_purchase/best_neighbours.cc"
#include <hwy/foreach_target.h>
// After it:
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Tag>;
using SignedTag = hn::RebindToSigned<Tag>;

HWY_INLINE Vec WeightsOf(const PairRow& row, hn::Vec<SignedTag> place) {
  const Tag d;
  const SignedTag di;
  const auto* const words = reinterpret_cast<const std::int32_t*>(row.words());
  return row.weighted() ? hn::BitCast(d, hn::GatherIndex(di, words, hn::Add(place, place)))
                        : hn::ConvertTo(d, hn::GatherIndex(di, words, place));
}

// The places whose weight times root is at least `least`, in the order they come, into `chosen`,
// which has room for all of them and a vector more; how many.
std::size_t ChooseByCosine(const PairRow& row, const float* roots, float least,
                           std::uint32_t* chosen) {
  const Tag d;
  const SignedTag di;
  const std::size_t lanes = hn::Lanes(d);
  const std::span<const std::uint32_t> places = row.touched();
  const Vec cut = hn::Set(d, least);
  std::size_t count = 0;
  std::size_t i = 0;
  for (; i + lanes <= places.size(); i += lanes) {
    const auto place = hn::LoadU(di, reinterpret_cast<const std::int32_t*>(places.data()) + i);
    const Vec score = hn::Mul(WeightsOf(row, place), hn::GatherIndex(d, roots, place));
    count += hn::CompressStore(place, hn::RebindMask(di, hn::Ge(score, cut)), di,
                               reinterpret_cast<std::int32_t*>(chosen) + count);
  }
  for (; i < places.size(); ++i) {
    chosen[count] = places[i];
    count += row.weight(places[i]) * roots[places[i]] >= least ? 1 : 0;
  }
  return count;
}

// A bound of the log-likelihood ratio of pairs that meet more often than by chance, from one
// logarithm: O ln(O / E) is at most O (O - E) / E, which is taken for the three cells that differ
// little from what is expected of them. What float may take from it is added.
HWY_INLINE Vec RatioBound(Vec both, Vec first, Vec second, Vec total) {
  const Tag d;
  constexpr float kRounding = 2e-5F;
  const Vec inverse = hn::Div(hn::Set(d, 1.0F), total);
  const Vec without_first = hn::Mul(hn::Sub(total, first), inverse);
  const Vec without_second = hn::Sub(total, second);
  const Vec expected = hn::Mul(hn::Mul(first, second), inverse);
  const Vec more = hn::Sub(both, expected);
  const Vec only_first =
      hn::Div(hn::Sub(first, both), hn::Mul(hn::Mul(first, inverse), without_second));
  const Vec only_second = hn::Div(hn::Sub(second, both), hn::Mul(without_first, second));
  const Vec neither = hn::Div(hn::Add(hn::Sub(without_second, first), both),
                              hn::Mul(without_first, without_second));
  const Vec gain = hn::Mul(both, hn::Log(d, hn::Div(both, expected)));
  const Vec cost = hn::Mul(more, hn::Sub(hn::Add(only_first, only_second), neither));
  const Vec slack = hn::Mul(hn::Set(d, kRounding), hn::MulAdd(both, hn::Set(d, 4.0F), gain));
  const Vec half = hn::Add(hn::Sub(gain, cost), slack);
  return hn::Add(half, half);
}

// As ChooseByCosine, the places whose bound is at least `least` or not a number; `weights` by
// place.
std::size_t ChooseByRatio(const PairRow& row, const float* weights, float first, float total,
                          float least, std::uint32_t* chosen) {
  const Tag d;
  const SignedTag di;
  const std::size_t lanes = hn::Lanes(d);
  const std::span<const std::uint32_t> places = row.touched();
  const Vec cut = hn::Set(d, least);
  const Vec own = hn::Set(d, first);
  const Vec chance =
      hn::Set(d, first * (1.0F - 1e-5F));  // surely rarer below; nearer, the bound holds
  const Vec all = hn::Set(d, total);
  std::size_t count = 0;
  std::size_t i = 0;
  for (; i + lanes <= places.size(); i += lanes) {
    const auto place = hn::LoadU(di, reinterpret_cast<const std::int32_t*>(places.data()) + i);
    const Vec second = hn::GatherIndex(d, weights, place);
    const Vec both = WeightsOf(row, place);
    const auto rare = hn::Lt(hn::Mul(both, all), hn::Mul(chance, second));
    const auto out = hn::Or(rare, hn::Lt(RatioBound(both, own, second, all), cut));
    count += hn::CompressStore(place, hn::RebindMask(di, hn::Not(out)), di,
                               reinterpret_cast<std::int32_t*>(chosen) + count);
  }
  for (; i < places.size(); ++i) chosen[count++] = places[i];
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(ChooseByCosine);
HWY_EXPORT(ChooseByRatio);

namespace {
constexpr std::size_t kSample = 64;
constexpr std::size_t kRoom = 16;          // of the widest vectors
constexpr float kRounding = 1.0F - 1e-6F;  // what float may take from a score in double
}  // namespace

BestNeighbours::BestNeighbours(const PairInput& input, const CoPurchaseOptions& options)
    : input_(input), options_(options), roots_(input.num_items, 0.0) {
  for (std::size_t place = 0; place < roots_.size(); ++place) {
    const float weight = input.item_weights[input.item_at[place]];
    if (weight > 0) roots_[place] = 1.0 / std::sqrt(double{weight});
    narrow_roots_.push_back(static_cast<float>(roots_[place]));
    place_weights_.push_back(weight);
  }
}

void BestNeighbours::ScoreByCosine(std::uint32_t item, const PairRow& row,
                                   NeighbourScratch& scratch) const {
  const double own = roots_[input_.place_of[item]];
  for (std::size_t i = 0; i < scratch.chosen.size(); ++i) {
    const std::uint32_t place = scratch.chosen[i];
    const bool enough = row.orders(place) >= options_.min_pair_orders;
    const double score = own * roots_[place] * double{row.weight(place)};
    scratch.scores[i] = enough ? static_cast<float>(score) : 0.0F;
  }
}

void BestNeighbours::ScoreChosen(std::uint32_t item, const PairRow& row,
                                 NeighbourScratch& scratch) const {
  const std::vector<std::uint32_t>& chosen = scratch.chosen;
  const std::size_t count = chosen.size();
  scratch.scores.resize(count);
  if (options_.measure == Association::kCosine) return ScoreByCosine(item, row, scratch);
  scratch.both.resize(count);
  scratch.second.resize(count);
  scratch.ratios.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    scratch.both[i] = double{row.weight(chosen[i])};
    scratch.second[i] = double{place_weights_[chosen[i]]};
  }
  const double own = double{input_.item_weights[item]};
  if (options_.measure == Association::kLogLikelihood) {
    LogLikelihoods(own, input_.total_weight, scratch.both, scratch.second, scratch.ratios);
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      scratch.ratios[i] =
          Measure(options_.measure, {scratch.both[i], own, scratch.second[i], input_.total_weight});
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const bool enough = row.orders(chosen[i]) >= options_.min_pair_orders;
    scratch.scores[i] = enough ? static_cast<float>(scratch.ratios[i]) : 0.0F;
  }
}

// A score that at least as many as are wanted probably reach, and few more; 0 where no guess is
// worth it.
float BestNeighbours::GuessCut(std::uint32_t item, const PairRow& row,
                               NeighbourScratch& scratch) const {
  const std::span<const std::uint32_t> places = row.touched();
  const std::size_t wanted = options_.neighbours;
  if (places.size() < 4 * wanted || places.size() < 4 * kSample) return 0.0F;
  const std::size_t rank = wanted * kSample / places.size();
  const std::size_t safe = rank + 2 + rank / 2;
  if (safe >= kSample) return 0.0F;
  const std::size_t step = places.size() / kSample;
  scratch.chosen.resize(kSample);
  for (std::size_t i = 0; i < kSample; ++i) scratch.chosen[i] = places[i * step];
  ScoreChosen(item, row, scratch);
  scratch.keys.resize(kSample);
  for (std::uint32_t i = 0; i < kSample; ++i) scratch.keys[i] = KeyOf(scratch.scores[i], i);
  KeepBestKeys(safe + 1, scratch.keys, scratch.other_keys);
  return ScoreOfKey(scratch.keys.back());
}

// The places that may reach the cut.
void BestNeighbours::Choose(std::uint32_t item, const PairRow& row, float cut,
                            NeighbourScratch& scratch) const {
  const std::span<const std::uint32_t> places = row.touched();
  std::vector<std::uint32_t>& chosen = scratch.chosen;
  chosen.resize(places.size() + kRoom);
  std::size_t count = places.size();
  const double own = roots_[input_.place_of[item]];
  if (cut > 0 && options_.measure == Association::kCosine && own > 0) {
    const auto least = static_cast<float>(double{cut} / own * double{kRounding});
    count = HWY_DYNAMIC_DISPATCH(ChooseByCosine)(row, narrow_roots_.data(), least, chosen.data());
  } else if (cut > 0 && options_.measure == Association::kLogLikelihood) {
    const auto total = static_cast<float>(input_.total_weight);
    count = HWY_DYNAMIC_DISPATCH(ChooseByRatio)(
        row, place_weights_.data(), input_.item_weights[item], total, cut, chosen.data());
  } else {
    std::copy(places.begin(), places.end(), chosen.begin());
  }
  chosen.resize(count);
}

// The keys of scores of at least `cut` and above 0.
void BestNeighbours::Collect(std::uint32_t item, const PairRow& row, float cut,
                             NeighbourScratch& scratch) const {
  Choose(item, row, cut, scratch);
  std::vector<std::uint64_t>& keys = scratch.keys;
  keys.resize(scratch.chosen.size() + 1);
  const float least = std::max(cut, std::numeric_limits<float>::denorm_min());
  ScoreChosen(item, row, scratch);
  std::size_t count = 0;
  for (std::size_t i = 0; i < scratch.chosen.size(); ++i) {
    const float score = scratch.scores[i];
    keys[count] = KeyOf(score, input_.item_at[scratch.chosen[i]]);
    count += score >= least ? 1 : 0;
  }
  keys.resize(count);
}

void BestNeighbours::Emit(std::uint32_t item, const PairRow& row, NeighbourScratch& scratch,
                          PairEntries& entries) const {
  const std::size_t wanted = options_.neighbours;
  const float cut = GuessCut(item, row, scratch);
  Collect(item, row, cut, scratch);
  if (cut > 0 && scratch.keys.size() < wanted) Collect(item, row, 0.0F, scratch);  // too high
  std::vector<std::uint64_t>& keys = scratch.keys;
  KeepBestKeys(wanted, keys, scratch.other_keys);
  std::size_t to = entries.Grow(keys.size());
  for (const std::uint64_t key : keys) {
    const std::uint32_t other = ItemOfKey(key);
    const std::uint32_t place = input_.place_of[other];
    entries.items[to] = other;
    entries.orders[to] = row.orders(place);
    entries.weights[to] = row.weight(place);
    entries.scores[to] = ScoreOfKey(key);
    entries.since[to] = row.since(place);
    ++to;
  }
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
