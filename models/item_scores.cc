#include "models/item_scores.h"

#include <algorithm>
#include <cstring>

#include "models/best_keys.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/item_scores.cc"  // this file, once for each instruction set
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef TSUGI_MODELS_ITEM_SCORES_BLEND_
#define TSUGI_MODELS_ITEM_SCORES_BLEND_
namespace tsugi::models {

// What the kernels share; arrays have a block's room behind their end.
struct Blend {
  const float* scores;
  const float* background;
  float background_weight;
  bool background_proposes;
  float* blends;
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

// Blend and item of what is proposed in one block; how many were there before and are there now.
HWY_INLINE std::size_t BlendBlock(const Blend& blend, std::size_t block, std::size_t count) {
  const Tag d;
  const Items di;
  const auto weight = hn::Set(d, blend.background_weight);
  const auto proposing = hn::Set(di, blend.background_proposes ? ~0U : 0U);  // all bits, or none
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
    const std::size_t first = block * kLanes + lane;
    const auto score = hn::LoadU(d, blend.scores + first);
    const auto background = hn::LoadU(d, blend.background + first);
    const auto both = hn::Add(score, hn::Mul(weight, background));
    const auto said =
        hn::Or(hn::BitCast(di, score), hn::And(hn::BitCast(di, background), proposing));
    const auto proposed = hn::RebindMask(d, hn::Ne(said, hn::Zero(di)));
    const auto kept = hn::And(proposed, hn::Gt(both, hn::Zero(d)));
    const auto item = hn::Iota(di, static_cast<std::uint32_t>(first));
    // Not CompressStore, which is several times as slow where it compresses into memory.
    hn::StoreU(hn::Compress(item, hn::RebindMask(di, kept)), di, blend.items + count);
    hn::StoreU(hn::Compress(both, kept), d, blend.blends + count);
    count += hn::CountTrue(d, kept);
  }
  return count;
}

// Of all blocks touched, by item; how many there are with a blend above 0.
std::size_t BlendTouched(const Blend& blend, const std::uint8_t* touched, std::size_t num_blocks) {
  std::size_t count = 0;
  for (std::size_t first = 0; first < num_blocks; first += sizeof(std::uint64_t)) {
    std::uint64_t marks = 0;
    std::memcpy(&marks, touched + first, sizeof(marks));
    if (marks == 0) continue;
    // Nothing is said in a block that was not touched; where most were, asking costs more.
    const bool most = hwy::PopCount(marks) * 2 > sizeof(marks);
    for (std::size_t block = first; block < first + sizeof(marks); ++block) {
      if (most || touched[block] != 0) count = BlendBlock(blend, block, count);
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

}  // namespace HWY_NAMESPACE
}  // namespace tsugi::models
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsugi::models {

HWY_EXPORT(BlendTouched);
HWY_EXPORT(CountAtLeast);
HWY_EXPORT(Greatest);
HWY_EXPORT(KeepAtLeast);

void ItemScores::Grow(std::size_t num_items) {
  const std::size_t blocks = (num_items + kBlock - 1) / kBlock;
  if (touched_.size() >= blocks) return;
  constexpr std::size_t kAtOnce = sizeof(std::uint64_t);  // marks looked at
  touched_.resize((blocks + kAtOnce - 1) / kAtOnce * kAtOnce);
  for (auto* sums : {&scores_, &background_}) sums->resize(touched_.size() * kBlock);
  greatest_.resize(touched_.size() * kBlock);
  blends_.resize((touched_.size() + 1) * kBlock);
  items_.resize(blends_.size());
}

void ItemScores::Raise(float weight, std::span<const std::uint32_t> items, const float* values) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    float& greatest = greatest_[items[i]];
    const float raised = std::max(greatest, values[i]);
    scores_[items[i]] += weight * (raised - greatest);
    greatest = raised;
    touched_[items[i] / kBlock] = 1;
  }
  raised_.insert(raised_.end(), items.begin(), items.end());
}

std::size_t ItemScores::KeepFew(std::size_t count, std::size_t most) {
  std::fill_n(blends_.begin() + static_cast<std::ptrdiff_t>(count), kBlock, 0.0F);
  float low = 0;
  if (count > most) {
    // Bisection between 0 and the greatest; few blends are great, so it begins low.
    float high = HWY_DYNAMIC_DISPATCH(Greatest)(blends_.data(), count);
    const std::size_t enough = most + most / 4;
    for (int pass = 0; pass < 12; ++pass) {
      const float middle = pass < 3 ? low + (high - low) / 8 : low + (high - low) / 2;
      const std::size_t reached = HWY_DYNAMIC_DISPATCH(CountAtLeast)(blends_.data(), count, middle);
      (reached >= most ? low : high) = middle;
      if (reached >= most && reached <= enough) break;
    }
  }
  if (low > 0) {
    count = HWY_DYNAMIC_DISPATCH(KeepAtLeast)(blends_.data(), items_.data(), count, low);
  }
  return count;
}

std::span<const std::uint32_t> ItemScores::Best(float background_weight, bool background_proposes,
                                                std::size_t most) {
  if (touched_.empty()) return {};  // a model without products: there are no arrays to look at
  const Blend blend{scores_.data(),      background_.data(), background_weight,
                    background_proposes, blends_.data(),     items_.data()};
  const std::size_t count =
      HWY_DYNAMIC_DISPATCH(BlendTouched)(blend, touched_.data(), touched_.size());
  keys_.resize(KeepFew(count, most));
  for (std::size_t i = 0; i < keys_.size(); ++i) keys_[i] = KeyOf(blends_[i], items_[i]);
  KeepBestKeys(most, keys_, other_keys_);
  best_.resize(keys_.size());
  for (std::size_t i = 0; i < best_.size(); ++i) best_[i] = ItemOfKey(keys_[i]);
  return best_;
}

void ItemScores::Clear() {
  for (std::size_t first = 0; first < touched_.size(); first += sizeof(std::uint64_t)) {
    std::uint64_t marks = 0;
    std::memcpy(&marks, &touched_[first], sizeof(marks));
    if (marks == 0) continue;
    for (std::size_t block = first; block < first + sizeof(marks); ++block) {
      if (touched_[block] == 0) continue;
      touched_[block] = 0;
      std::fill_n(&scores_[block * kBlock], kBlock, 0.0F);
      std::fill_n(&background_[block * kBlock], kBlock, 0.0F);
    }
  }
  for (const std::uint32_t item : raised_) greatest_[item] = 0;
  raised_.clear();
}

void ItemScores::ClearAll() {
  std::fill(touched_.begin(), touched_.end(), 0);
  for (auto* sums : {&scores_, &background_}) std::fill(sums->begin(), sums->end(), 0.0F);
  for (const std::uint32_t item : raised_) greatest_[item] = 0;
  raised_.clear();
}

}  // namespace tsugi::models
#endif  // HWY_ONCE
