// ModelSources: which of the items proposed are kept.
#include <algorithm>
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
  ranked_.clear();
  for (const std::uint32_t item : touched_) {
    const Slot& slot = slots_[item];
    const float score = slot.regression + request.options.history_weight * slot.history +
                        request.options.co_purchase_weight * slot.co_purchase;
    if (score > 0) ranked_.push_back({score, item});
  }
  const auto better = [](const Ranked& a, const Ranked& b) {
    return a.score > b.score || (a.score == b.score && a.item < b.item);
  };
  // Sorted only as far as needed: a stretch a little longer than the pool, then the next.
  const auto stretch = static_cast<std::ptrdiff_t>(request.options.pool + 16);
  auto begin = ranked_.begin();
  while (begin != ranked_.end()) {
    const auto end = ranked_.end() - begin > stretch ? begin + stretch : ranked_.end();
    if (end != ranked_.end()) std::nth_element(begin, end, ranked_.end(), better);
    std::sort(begin, end, better);
    for (auto entry = begin; entry != end; ++entry) {
      if (!TryItem(request, entry->item)) return;
    }
    begin = end;
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
  const auto sorted = std::min<std::size_t>(members.size(), 4 * request.options.fill_to);
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
