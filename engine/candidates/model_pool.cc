// ModelSources: which of the items proposed are kept.
#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "base/prefetch.h"
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
  if (wanted_ >= request.options.pool || pool_.size() == kMostPlaces) return false;
  if (in_pool_[item] != 0) return true;
  OfferKind kind = OfferKind::kCrossSell;
  if (Admit(request, request.ProductOf(item), &kind)) {
    pool_.push_back(item);
    in_pool_[item] = static_cast<Place>(pool_.size());
    pool_kinds_.push_back(kind);
  }
  return true;
}

void ModelSources::TryProduct(const Request& request, ProductIndex product) {
  const std::uint32_t item = request.ItemOf(product);
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
  for (std::size_t i = 0; i < repeats; ++i) PrefetchProduct(request, history_[i].item);
  for (std::size_t i = 0; i < repeats; ++i) TryItem(request, history_[i].item);
  PoolRanked(request);
  if (wanted_ < request.options.fill_to) PoolCategories(request);
  if (wanted_ < request.options.fill_to) PoolPopular(request);
  PrefetchPool(request);
}

void ModelSources::PoolRanked(const Request& request) {
  // A little more than the pool holds is enough but where many fall to stock, ownership or the
  // request's filter.
  const std::size_t some = request.options.pool + 16;
  const std::span<const std::uint32_t> best = Rank(request, some);
  for (const std::uint32_t item : best) PrefetchProduct(request, item);
  for (const std::uint32_t item : best) PrefetchEntry(request, item);
  const bool all = best.size() < some;
  for (const std::uint32_t item : best) {
    if (!TryItem(request, item)) return;
  }
  if (all) return;
  const std::span<const std::uint32_t> ranked =
      Rank(request, std::numeric_limits<std::size_t>::max());
  for (const std::uint32_t item : ranked.subspan(some)) {
    if (!TryItem(request, item)) return;
  }
}

void ModelSources::PrefetchProduct(const Request& request, std::uint32_t item) {
  const ProductRecord* const record = &request.index.product(request.ProductOf(item));
  base::Prefetch(record);
  base::Prefetch(&record->last_sold);
}

void ModelSources::PrefetchEntry(const Request& request, std::uint32_t item) {
  const auto versions = request.index.product(request.ProductOf(item)).versions.all();
  if (versions.empty()) return;
  const auto& newest = versions.back();  // what is read of it stands in four lines
  base::Prefetch(&newest);
  base::Prefetch(&newest.facts.facts.kind);
  base::Prefetch(&newest.facts.facts.active);
  base::Prefetch(&newest.facts.category);
}

void ModelSources::PrefetchPool(const Request& request) const {
  const models::IalsView& ials = request.model.models().ials;
  const bool factored = ials.dim > 0 && ials.num_items >= request.model.num_items();
  for (const std::uint32_t item : pool_) {
    request.index.product(request.ProductOf(item)).sold.Prefetch();
    if (!factored || item >= ials.num_items) continue;
    base::PrefetchAll(ials.item_factors.subspan(std::size_t{item} * ials.dim, ials.dim));
  }
}

std::span<const std::uint32_t> ModelSources::Rank(const Request& request, std::size_t most) {
  const std::span<const std::uint32_t> best =
      sums_.Best(request.options.history_weight, /*background_proposes=*/basket_.empty(), most);
  return request.live == nullptr ? best : ById(request, best);
}

std::span<const std::uint32_t> ModelSources::ById(const Request& request,
                                                  std::span<const std::uint32_t> best) {
  by_id_.assign(best.begin(), best.end());
  const auto score = [&](std::uint32_t item) {
    return sums_.Blended(item, request.options.history_weight);
  };
  // They come by score: only neighbours that are equal change places.
  for (auto begin = by_id_.begin(); begin != by_id_.end();) {
    const float first = score(*begin);
    auto end = begin + 1;
    while (end != by_id_.end() && score(*end) == first) ++end;
    std::sort(begin, end,
              [&](std::uint32_t a, std::uint32_t b) { return request.live->IdBefore(a, b); });
    begin = end;
  }
  return by_id_;
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
    float share = counted ? popularity.SegmentShare(request.segment, item) : 0;
    const std::uint32_t slot = request.ItemOf(product);
    if (request.live != nullptr && slot != kNoItem) {
      share = request.live->Share(slot, share, request.totals);
    }
    members.push_back({share, product});
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

// The best sellers of the model and of the orders since, by the share of both.
void ModelSources::PoolHot(const Request& request) {
  const models::PopularityView& popularity = request.model.models().popularity;
  std::vector<std::uint32_t> items;
  request.live->Hot(request.at, items);
  const std::span<const std::uint32_t> ranked = popularity.RankedIn(request.segment);
  items.insert(items.end(), ranked.begin(), ranked.end());
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  std::vector<std::pair<float, std::uint32_t>> best;
  for (const std::uint32_t item : items) {
    const bool counted = item < popularity.num_items;
    const float share = counted ? popularity.SegmentShare(request.segment, item) : 0.0F;
    best.emplace_back(request.live->Share(item, share, request.totals), item);
  }
  std::sort(best.begin(), best.end(), [&request](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : request.live->IdBefore(a.second, b.second);
  });
  for (const auto& [share, item] : best) {
    if (wanted_ >= request.options.fill_to || !TryItem(request, item)) return;
  }
}

void ModelSources::PoolPopular(const Request& request) {
  const models::PopularityView& popularity = request.model.models().popularity;
  if (popularity.num_items < request.model.num_items()) return;
  if (request.live != nullptr) {
    PoolHot(request);  // the segment's best sellers are among them
  } else {
    for (const std::uint32_t item : popularity.RankedIn(request.segment)) {
      if (wanted_ >= request.options.fill_to) return;
      TryItem(request, item);
    }
  }
  // The segment's best sellers may all be in the cart or owned.
  for (const std::uint32_t item : popularity.RankedIn(models::kNoSegment)) {
    if (wanted_ >= request.options.fill_to) return;
    TryItem(request, item);
  }
}

}  // namespace tsugi
