// ModelSources: which of the items proposed are kept.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <limits>

#include "engine/candidates/eligibility.h"
#include "engine/candidates/model_sources.h"

namespace tsugi {

bool ModelSources::Admit(const Request& request, ProductIndex product, OfferKind* kind) {
  if (std::binary_search(request.taken.begin(), request.taken.end(), product)) return false;
  const std::optional<OfferKind> found = KindBesideCart(request.index, request.context, product);
  if (!found.has_value()) return false;
  *kind = *found;
  if (IsWanted(request.index, request.context, product, *found)) {
    ++wanted_;
    return true;
  }
  if (unwanted_ >= request.options.unwanted) return false;
  ++unwanted_;
  return true;
}

bool ModelSources::TryItem(const Request& request, std::uint32_t item) {
  if (wanted_ >= request.options.pool) return false;
  Mark& mark = marks_[item];
  if (mark.pooled_stamp == stamp_) return true;
  OfferKind kind = OfferKind::kCrossSell;
  if (Admit(request, request.model.ProductOf(item), &kind)) {
    mark.pooled_stamp = stamp_;
    mark.pooled = static_cast<std::uint32_t>(pool_.size());
    pool_.push_back(item);
    pool_kinds_.push_back(kind);
  }
  return true;
}

void ModelSources::TryProduct(const Request& request, ProductIndex product) {
  const std::uint32_t item = request.model.ItemOf(product);
  if (item != kNoItem) {
    TryItem(request, item);
    return;
  }
  const bool there = std::any_of(strangers_.begin(), strangers_.end(),
                                 [&](const auto& other) { return other.first == product; });
  OfferKind kind = OfferKind::kCrossSell;
  if (!there && Admit(request, product, &kind)) strangers_.emplace_back(product, kind);
}

void ModelSources::FillPool(const Request& request) {
  for (const auto& [product, completed] : complements_) TryProduct(request, product);
  const std::size_t repeats = std::min<std::size_t>(history_.size(), request.options.repeats);
  for (std::size_t i = 0; i < repeats; ++i) TryItem(request, history_[i].item);
  PoolRanked(request);
  if (wanted_ < request.options.fill_to) PoolCategories(request);
  if (wanted_ < request.options.fill_to) PoolPopular(request);
}

void ModelSources::PoolRanked(const Request& request) {
  // A little more than the pool holds is enough but where many fall to stock, ownership or the
  // request's filter.
  const std::size_t some = request.options.pool + 16;
  Rank(request.options, some);
  Prefetch(request);
  const bool all = ranked_.size() < some;
  for (const Ranked& entry : ranked_) {
    if (!TryItem(request, entry.item)) return;
  }
  if (all) return;
  Rank(request.options, std::numeric_limits<std::size_t>::max());
  for (std::size_t i = some; i < ranked_.size(); ++i) {
    if (!TryItem(request, ranked_[i].item)) return;
  }
}

void ModelSources::Prefetch(const Request& request) const {
  const ModelSet& models = request.model.models();
  const bool counted = models.popularity.num_items >= request.model.num_items();
  const bool factored = models.ials.dim > 0 && models.ials.num_items >= request.model.num_items();
  for (const Ranked& entry : ranked_) {
    const ProductRecord* record = &request.index.product(request.model.ProductOf(entry.item));
    __builtin_prefetch(record);
    __builtin_prefetch(&record->last_sold);
    if (counted) {
      __builtin_prefetch(&models.popularity.overall[entry.item]);
      __builtin_prefetch(&models.popularity.recent[entry.item]);
    }
    if (entry.item < models.co_purchase.num_items) {
      __builtin_prefetch(&models.co_purchase.item_orders[entry.item]);
    }
    if (!factored) continue;
    const float* const row = &models.ials.item_factors[std::size_t{entry.item} * models.ials.dim];
    for (std::uint32_t d = 0; d < models.ials.dim; d += kBlock) __builtin_prefetch(row + d);
  }
}

void ModelSources::Rank(const CandidateOptions& options, std::size_t most) {
  const auto better = [](const Ranked& a, const Ranked& b) {
    return a.score > b.score || (a.score == b.score && a.item < b.item);
  };
  ScoreBlocks(options);
  // Where `most` blocks have a best score of at least t, `most` items have, and the best `most`
  // items are among them: only blocks that reach t need be read.
  float least = 0;
  if (block_best_.size() > most) {
    blocks_.assign(block_best_.begin(), block_best_.end());
    const auto place = blocks_.begin() + static_cast<std::ptrdiff_t>(most - 1);
    std::nth_element(blocks_.begin(), place, blocks_.end(), std::greater<>());
    least = std::max(least, *place);
  }
  ranked_.clear();
  for (std::size_t b = 0; b < block_best_.size(); ++b) {
    if (block_best_[b] < least || block_best_[b] <= 0) continue;
    const std::size_t first = std::size_t{scored_blocks_[b]} * kBlock;
    for (std::size_t i = 0; i < kBlock; ++i) {
      const float score = scores_[b * kBlock + i];
      if (score >= least && score > 0) {
        ranked_.push_back({score, static_cast<std::uint32_t>(first + i)});
      }
    }
  }
  if (ranked_.size() > most) {
    std::nth_element(ranked_.begin(), ranked_.begin() + static_cast<std::ptrdiff_t>(most),
                     ranked_.end(), better);
    ranked_.resize(most);
  }
  std::sort(ranked_.begin(), ranked_.end(), better);
}

void ModelSources::ScoreBlocks(const CandidateOptions& options) {
  // Four lanes of plain x86-64; by hand, since the compiler may not reorder a maximum of floats.
  using Lanes = float __attribute__((vector_size(16)));
  constexpr std::size_t kLanes = 4;
  const Lanes history_weight = Lanes{} + options.history_weight;
  const Lanes co_purchase_weight = Lanes{} + options.co_purchase_weight;
  scored_blocks_.clear();
  block_best_.clear();
  scores_.resize(touched_.size() * kBlock);
  float* out = scores_.data();
  for (std::size_t block = 0; block < touched_.size(); ++block) {
    if (touched_[block] == 0) continue;
    Lanes best = {};
    for (std::size_t i = block * kBlock; i < (block + 1) * kBlock; i += kLanes) {
      Lanes regression;
      Lanes history;
      Lanes co_purchase;
      std::memcpy(&regression, &regression_[i], sizeof(Lanes));
      std::memcpy(&history, &history_sums_[i], sizeof(Lanes));
      std::memcpy(&co_purchase, &co_purchase_[i], sizeof(Lanes));
      const Lanes score = regression + history * history_weight + co_purchase * co_purchase_weight;
      std::memcpy(out, &score, sizeof(Lanes));
      out += kLanes;
      best = score > best ? score : best;
    }
    scored_blocks_.push_back(static_cast<std::uint32_t>(block));
    block_best_.push_back(std::max(std::max(best[0], best[1]), std::max(best[2], best[3])));
  }
}

void ModelSources::PoolCategories(const Request& request) {
  for (const std::uint32_t category : unknown_groups_) PoolCategory(request, category);
  for (const std::string& name : request.context.filter.categories) {
    const std::uint32_t category = request.index.FindCategory(name);
    if (category != kNoGroup) PoolCategory(request, category);
  }
}

void ModelSources::PoolCategory(const Request& request, std::uint32_t category) {
  const models::PopularityView& popularity = request.model.models().popularity;
  struct Member {
    float share;
    ProductIndex product;
  };
  std::vector<Member> members;
  for (const ProductIndex product : request.index.OfCategory(category)) {
    const CatalogEntry* entry = request.index.EntryAsOf(product, request.at);
    if (entry == nullptr || entry->category != category) continue;
    const std::uint32_t item = request.model.ItemOf(product);
    const bool counted = item != kNoItem && item < popularity.num_items;
    members.push_back({counted ? popularity.SegmentShare(request.segment, item) : 0, product});
  }
  const auto better = [&](const Member& a, const Member& b) {
    if (a.share != b.share) return a.share > b.share;
    return request.index.product(a.product).id < request.index.product(b.product).id;
  };
  const auto sorted = std::min(members.size(), std::size_t{4} * request.options.fill_to);
  std::partial_sort(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(sorted),
                    members.end(), better);
  for (std::size_t i = 0; i < sorted && wanted_ < request.options.fill_to; ++i) {
    TryProduct(request, members[i].product);
  }
}

void ModelSources::PoolPopular(const Request& request) {
  const models::PopularityView& popularity = request.model.models().popularity;
  if (popularity.num_items < request.model.num_items()) return;
  for (const std::uint32_t item : popularity.RankedIn(request.segment)) {
    if (wanted_ >= request.options.fill_to) return;
    TryItem(request, item);
  }
  // The segment's best sellers may all be in the cart or owned.
  for (const std::uint32_t item : popularity.RankedIn(models::kNoSegment)) {
    if (wanted_ >= request.options.fill_to) return;
    TryItem(request, item);
  }
}

}  // namespace tsugi
