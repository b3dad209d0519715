// ModelSources: which of the items proposed are kept.
#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

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
  // A little more than the pool holds is enough but where many fall to stock, ownership or the
  // request's filter.
  const std::size_t some = request.options.pool + 16;
  Rank(request.options, some);
  Prefetch(request);
  const bool all = num_ranked_ < some;
  for (const Ranked& entry : std::span(ranked_).first(num_ranked_)) {
    if (!TryItem(request, entry.item)) return;
  }
  if (all) return;
  Rank(request.options, std::numeric_limits<std::size_t>::max());
  for (std::size_t i = some; i < num_ranked_; ++i) {
    if (!TryItem(request, ranked_[i].item)) return;
  }
}

void ModelSources::Prefetch(const Request& request) const {
  const ModelSet& models = request.model.models();
  constexpr std::uint32_t kLine = 16;  // floats of a cache line
  const bool counted = models.popularity.num_items >= request.model.num_items();
  const bool factored = models.ials.dim > 0 && models.ials.num_items >= request.model.num_items();
  for (const Ranked& entry : std::span(ranked_).first(num_ranked_)) {
    const ProductRecord* record = &request.index.product(request.model.ProductOf(entry.item));
    __builtin_prefetch(record);
    __builtin_prefetch(&record->last_sold);
    if (counted) {
      __builtin_prefetch(&models.popularity.overall[entry.item]);
      __builtin_prefetch(&models.popularity.recent[entry.item]);
    }
    const Sums& sums = sums_[entry.item];
    if (sums.because_score > 0) {
      __builtin_prefetch(&models.co_purchase.item_orders[entry.item]);
      __builtin_prefetch(&models.co_purchase.pair_orders[sums.because_pair]);
      __builtin_prefetch(&models.co_purchase.since[sums.because_pair]);
    }
    if (!factored) continue;
    const float* const row = &models.ials.item_factors[std::size_t{entry.item} * models.ials.dim];
    for (std::uint32_t d = 0; d < models.ials.dim; d += kLine) __builtin_prefetch(row + d);
  }
}

void ModelSources::Rank(const CandidateOptions& options, std::size_t most) {
  const auto better = [](const Ranked& a, const Ranked& b) {
    return a.score > b.score || (a.score == b.score && a.item < b.item);
  };
  if (scores_.size() < num_proposed_) scores_.resize(num_proposed_);
  for (std::size_t i = 0; i < num_proposed_; ++i) {
    const Sums& sums = sums_[proposed_[i]];
    scores_[i] = sums.regression + options.history_weight * history_sums_[proposed_[i]] +
                 options.co_purchase_weight * sums.co_purchase +
                 options.name_weight * sums.name_best;
  }
  const float least = LeastOf(most);
  if (ranked_.size() <= num_proposed_) ranked_.resize(num_proposed_ + 1);
  std::size_t count = 0;
  for (std::size_t i = 0; i < num_proposed_; ++i) {
    ranked_[count] = {scores_[i], proposed_[i]};
    count += scores_[i] >= least && scores_[i] > 0 ? 1 : 0;
  }
  if (count > most) {
    std::nth_element(ranked_.begin(), ranked_.begin() + static_cast<std::ptrdiff_t>(most),
                     ranked_.begin() + static_cast<std::ptrdiff_t>(count), better);
    count = most;
  }
  num_ranked_ = count;
  std::sort(ranked_.begin(), ranked_.begin() + static_cast<std::ptrdiff_t>(count), better);
}

float ModelSources::LeastOf(std::size_t most) const {
  if (num_proposed_ <= most) return 0;
  const std::span<const float> scores = std::span(scores_).first(num_proposed_);
  float high = 0;
  for (const float score : scores) high = score > high ? score : high;
  // Bisection between 0 and the greatest; a pass is a few hundred compares, four at once.
  float low = 0;
  const std::size_t enough = most + most / 4;
  for (int pass = 0; pass < 12; ++pass) {
    const float middle = pass < 3 ? low + (high - low) / 8 : low + (high - low) / 2;
    std::int32_t reached = 0;
    for (const float score : scores) reached += score >= middle ? 1 : 0;
    if (static_cast<std::size_t>(reached) >= most) {
      low = middle;
      if (static_cast<std::size_t>(reached) <= enough) break;
    } else {
      high = middle;
    }
  }
  return low;
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
