#include "engine/candidates/bound_model.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace tsugi {

BoundModel BoundModel::Bind(std::string version, std::shared_ptr<const ModelSet> models,
                            FactIndex* index, LiveUpdates updates) {
  BoundModel bound;
  bound.version_ = std::move(version);
  bound.models_ = std::move(models);
  bound.product_of_ = index->InternProducts(bound.models_->product_ids);
  std::uint32_t most = 0;
  for (const ProductIndex product : bound.product_of_) most = std::max(most, product.value() + 1);
  bound.item_of_.assign(most, kNoItem);
  for (std::uint32_t item = 0; item < bound.num_items(); ++item) {
    bound.item_of_[bound.product_of_[item].value()] = item;
  }
  const bool knows_when = bound.models_->live.until != std::numeric_limits<base::Micros>::max();
  if (updates == LiveUpdates::kNone || !knows_when) return bound;
  const auto live =
      std::make_shared<LiveModel>(bound.models_, index, bound.product_of_, bound.item_of_);
  index->Follow(live);
  if (updates == LiveUpdates::kReady) index->SettleFollowers();
  bound.live_ = live;
  return bound;
}

void BoundModel::Prepare(base::Micros at) const {
  if (live_ != nullptr) live_->Prepare(at);
}

void BoundModel::PrepareBetween(base::Micros from, base::Micros until) const {
  if (live_ == nullptr) return;
  constexpr base::Micros kPeriod = base::Micros{kSolvePeriod} * 1'000'000;
  for (base::Micros at = from; at < until; at += kPeriod) live_->Prepare(at);
  live_->Prepare(until);
}

void BoundModel::Keep(base::Micros at) const {
  if (live_ != nullptr) live_->Keep(at);
}

std::uint32_t BoundModel::OrdersOf(ProductIndex product, base::Micros at) const {
  const std::uint32_t item = ItemOf(product);
  const auto& orders = models_->co_purchase.item_orders;
  std::uint32_t count = item != kNoItem && item < orders.size() ? orders[item] : 0;
  if (const LiveModel* live = LiveAsOf(at)) {
    const std::uint32_t slot = live->SlotOf(product);
    if (slot != LiveModel::kNoSlot) count += live->OrdersOf(slot, at);
  }
  return count;
}

std::uint32_t BoundModel::SegmentOf(std::string_view segment) const {
  const std::vector<std::string>& segments = models_->segments;
  const auto found = std::lower_bound(segments.begin(), segments.end(), segment);
  if (segment.empty() || found == segments.end() || *found != segment) return models::kNoSegment;
  return static_cast<std::uint32_t>(found - segments.begin());
}

}  // namespace tsugi
