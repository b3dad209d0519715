#include "models/item_scores.h"

#include <algorithm>
#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/item_scores.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef TSUGI_MODELS_ITEM_SCORES_BLEND_
#define TSUGI_MODELS_ITEM_SCORES_BLEND_
namespace tsugi::models {

// What the kernels share; arrays have a block's room behind their end.
struct Blend {
  const float* sums[ItemScores::kSources];
  float weights[ItemScores::kSources];
  unsigned proposing;
  float* scores;
  std::uint32_t* items;
};

}  // namespace tsugi::models
#endif  // TSUGI_MODELS_ITEM_SCORES_BLEND_

HWY_BEFORE_NAMESPACE();
namespace tsugi::models {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kLanes = ItemScores::kBlock;
using Tag = hn::CappedTag<float, kLanes>;
using Items = hn::RebindToUnsigned<Tag>;

// Score and item of what is proposed with a score above 0; how many there are.
std::size_t BlendBlocks(const Blend& blend, const std::uint32_t* blocks, std::size_t num_blocks) {
  constexpr std::size_t kSources = ItemScores::kSources;
  const Tag d;
  const Items di;
  hn::Vec<Tag> weights[kSources];
  hn::Vec<Items> proposing[kSources];  // all bits, or none
  for (std::size_t s = 0; s < kSources; ++s) {
    weights[s] = hn::Set(d, blend.weights[s]);
    proposing[s] = hn::Set(di, (blend.proposing >> s & 1U) != 0 ? ~0U : 0U);
  }
  std::size_t count = 0;
  for (std::size_t b = 0; b < num_blocks; ++b) {
    for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
      const std::size_t first = blocks[b] * kLanes + lane;
      auto score = hn::Zero(d);
      auto said = hn::Zero(di);
      for (std::size_t s = 0; s < kSources; ++s) {
        const auto sum = hn::LoadU(d, blend.sums[s] + first);
        score = hn::Add(score, hn::Mul(weights[s], sum));
        said = hn::Or(said, hn::And(hn::BitCast(di, sum), proposing[s]));
      }
      const auto proposed = hn::RebindMask(d, hn::Ne(said, hn::Zero(di)));
      const auto kept = hn::And(proposed, hn::Gt(score, hn::Zero(d)));
      const auto item = hn::Iota(di, static_cast<std::uint32_t>(first));
      // Not CompressStore, which is several times as slow where it compresses into memory.
      hn::StoreU(hn::Compress(item, hn::RebindMask(di, kept)), di, blend.items + count);
      hn::StoreU(hn::Compress(score, kept), d, blend.scores + count);
      count += hn::CountTrue(d, kept);
    }
  }
  return count;
}

// Moves those of at least `least` (above 0) to the front; how many they are.
std::size_t KeepAtLeast(float* scores, std::uint32_t* items, std::size_t count, float least) {
  const Tag d;
  const Items di;
  const auto bound = hn::Set(d, least);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {  // what lies behind the end is 0
    const auto score = hn::LoadU(d, scores + i);
    const auto item = hn::LoadU(di, items + i);
    const auto great = hn::Ge(score, bound);
    hn::StoreU(hn::Compress(item, hn::RebindMask(di, great)), di, items + kept);
    hn::StoreU(hn::Compress(score, great), d, scores + kept);
    kept += hn::CountTrue(d, great);
  }
  return kept;
}

std::size_t CountAtLeast(const float* scores, std::size_t count, float least) {
  const Tag d;
  const auto bound = hn::Set(d, least);
  std::size_t reached = 0;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {  // what lies behind the end is 0
    reached += hn::CountTrue(d, hn::Ge(hn::LoadU(d, scores + i), bound));
  }
  return reached;
}

float Greatest(const float* scores, std::size_t count) {
  const Tag d;
  auto greatest = hn::Zero(d);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    greatest = hn::Max(greatest, hn::LoadU(d, scores + i));
  }
  return hn::GetLane(hn::MaxOfLanes(d, greatest));
}

// How many of the keys, which are distinct, are less than `key`: its place among them.
std::size_t PlaceOf(const std::uint64_t* keys, std::size_t count, std::uint64_t key) {
  const hn::CappedTag<std::uint64_t, kLanes / 2> d;
  const auto bound = hn::Set(d, key);
  std::size_t less = 0;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {  // what lies behind the end is the most
    less += hn::CountTrue(d, hn::Lt(hn::LoadU(d, keys + i), bound));
  }
  return less;
}

void PlaceAll(const std::uint64_t* keys, std::size_t count, std::size_t most,
              std::uint32_t* items) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = PlaceOf(keys, count, keys[i]);
    if (place < most) items[place] = static_cast<std::uint32_t>(keys[i]);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(BlendBlocks);
HWY_EXPORT(CountAtLeast);
HWY_EXPORT(Greatest);
HWY_EXPORT(KeepAtLeast);
HWY_EXPORT(PlaceAll);

void ItemScores::Grow(std::size_t num_items) {
  const std::size_t blocks = (num_items + kBlock - 1) / kBlock;
  if (touched_.size() >= blocks) return;
  constexpr std::size_t kAtOnce = sizeof(std::uint64_t);  // marks looked at
  touched_.resize((blocks + kAtOnce - 1) / kAtOnce * kAtOnce);
  blocks_.resize(touched_.size() + 1);  // FindTouched writes one past the end
  for (std::vector<float>& sums : sums_) sums.resize(touched_.size() * kBlock);
  scores_.resize((touched_.size() + 1) * kBlock);
  items_.resize(scores_.size());
  keys_.resize(scores_.size());
  best_.resize(scores_.size());
}

std::span<const std::uint32_t> ItemScores::FindTouched() {
  std::size_t count = 0;
  for (std::size_t first = 0; first < touched_.size(); first += sizeof(std::uint64_t)) {
    std::uint64_t marks = 0;
    std::memcpy(&marks, &touched_[first], sizeof(marks));
    if (marks == 0) continue;
    for (std::size_t b = first; b < first + sizeof(marks); ++b) {
      blocks_[count] = static_cast<std::uint32_t>(b);
      count += touched_[b];
    }
  }
  return std::span(blocks_).first(count);
}

std::size_t ItemScores::KeepFew(std::size_t count, std::size_t most) {
  std::fill_n(scores_.begin() + static_cast<std::ptrdiff_t>(count), kBlock, 0.0F);
  float low = 0;
  if (count > most) {
    // Bisection between 0 and the greatest; few scores are great, so it begins low.
    float high = HWY_DYNAMIC_DISPATCH(Greatest)(scores_.data(), count);
    const std::size_t enough = most + most / 4;
    for (int pass = 0; pass < 12; ++pass) {
      const float middle = pass < 3 ? low + (high - low) / 8 : low + (high - low) / 2;
      const std::size_t reached = HWY_DYNAMIC_DISPATCH(CountAtLeast)(scores_.data(), count, middle);
      (reached >= most ? low : high) = middle;
      if (reached >= most && reached <= enough) break;
    }
  }
  if (low > 0) {
    count = HWY_DYNAMIC_DISPATCH(KeepAtLeast)(scores_.data(), items_.data(), count, low);
  }
  for (std::size_t i = 0; i < count; ++i) {
    // Scores are above 0: their bits order as they do.
    const std::uint64_t bits = ~std::bit_cast<std::uint32_t>(scores_[i]) & 0xFFFFFFFFU;
    keys_[i] = bits << 32 | items_[i];
  }
  return count;
}

std::span<const std::uint32_t> ItemScores::Best(const Weights& weights, unsigned proposing,
                                                std::size_t most) {
  if (touched_.empty()) return {};  // a model without products: there are no arrays to look at
  Blend blend{{}, {}, proposing, scores_.data(), items_.data()};
  for (std::size_t s = 0; s < kSources; ++s) {
    blend.sums[s] = sums_[s].data();
    blend.weights[s] = weights[s];
  }
  const std::span<const std::uint32_t> blocks = FindTouched();
  const std::size_t count = HWY_DYNAMIC_DISPATCH(BlendBlocks)(blend, blocks.data(), blocks.size());
  const std::size_t kept = KeepFew(count, most);
  const std::size_t given = std::min(kept, most);
  constexpr std::size_t kFew = 256;  // so many are placed by counting: no branch is mispredicted
  if (kept <= kFew) {
    std::fill_n(keys_.begin() + static_cast<std::ptrdiff_t>(kept), kBlock, ~std::uint64_t{0});
    HWY_DYNAMIC_DISPATCH(PlaceAll)(keys_.data(), kept, given, best_.data());
  } else {
    const auto end = keys_.begin() + static_cast<std::ptrdiff_t>(kept);
    std::partial_sort(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(given), end);
    for (std::size_t i = 0; i < given; ++i) best_[i] = static_cast<std::uint32_t>(keys_[i]);
  }
  return std::span(best_).first(given);
}

void ItemScores::Clear() {
  constexpr std::array<float, kBlock> kNone = {};
  for (const std::uint32_t block : FindTouched()) {
    touched_[block] = 0;
    for (std::vector<float>& sums : sums_) {
      std::memcpy(&sums[block * kBlock], kNone.data(), sizeof(kNone));
    }
  }
}

void ItemScores::ClearAll() {
  std::fill(touched_.begin(), touched_.end(), 0);
  for (std::vector<float>& sums : sums_) std::fill(sums.begin(), sums.end(), 0.0F);
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
