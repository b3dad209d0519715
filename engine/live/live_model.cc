#include "engine/live/live_model.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace tsugi {
namespace {

constexpr std::size_t kRowsAtATime = 8;  // settled under one lock

}  // namespace

LiveModel::LiveModel(std::shared_ptr<const ModelSet> models, FactIndex* index,
                     std::vector<ProductIndex> product_of, std::vector<std::uint32_t> item_of)
    : models_(std::move(models)),
      index_(index),
      from_(SecondFrom(models_->live.until)),
      product_of_(std::move(product_of)),
      slot_of_(std::move(item_of)),
      inverse_roots_(product_of_.size()),
      rows_(product_of_.size()) {
  for (std::uint32_t slot = 0; slot < num_slots(); ++slot) {
    inverse_roots_[slot] = InverseRootOf(slot, from_ == 0 ? 0 : from_ - 1);
  }
}

void LiveModel::Touched(std::span<const ProductIndex> products) {
  for (const ProductIndex product : products) {
    const std::span<const OrderLog::Holding> since =
        index_->order_log().Of(product, from_, std::numeric_limits<std::uint32_t>::max());
    std::uint32_t slot = SlotOf(product);
    if (slot == kNoSlot) {
      if (since.empty()) continue;
      if (slot_of_.size() <= product.value()) {
        slot_of_.resize(product.value() + std::size_t{1}, kNoSlot);
      }
      slot = num_slots();
      slot_of_[product.value()] = slot;
      product_of_.push_back(product);
      inverse_roots_.push_back(0);
      rows_.emplace_back();
    }
    if (!since.empty()) {
      oldest_ = std::min(oldest_, since.front().second);
      newest_ = std::max(newest_, since.back().second);
    }
    rows_[slot].ready = false;
    inverse_roots_[slot] = InverseRootOf(slot, std::numeric_limits<std::uint32_t>::max());
    unsettled_.push_back(slot);
  }
}

bool LiveModel::Settle() {
  for (std::size_t i = 0; i < kRowsAtATime && !unsettled_.empty(); ++i) {
    const std::uint32_t slot = unsettled_.back();
    unsettled_.pop_back();
    Kept& kept = rows_[slot];
    if (kept.ready) continue;
    const auto since = HoldingsOf(slot, std::numeric_limits<std::uint32_t>::max());
    kept.last = since.empty() ? 0 : since.back().second;
    MakeRow(slot, kept.last, kept_.get(), kept.row);
    kept.ready = true;
  }
  return !unsettled_.empty();
}

bool LiveModel::IdBefore(std::uint32_t a, std::uint32_t b) const {
  const std::uint32_t items = static_cast<std::uint32_t>(models_->product_ids.size());
  if (a < items && b < items) return a < b;
  return index_->product(product_of_[a]).id < index_->product(product_of_[b]).id;
}

float LiveModel::InverseRootOf(std::uint32_t slot, std::uint32_t until) const {
  const models::CoPurchaseView& view = models_->co_purchase;
  const auto since = static_cast<double>(HoldingsOf(slot, until).size());
  double weight = 0;
  double each =
      view.num_orders > 0 ? view.total_weight / static_cast<double>(view.num_orders) : 1.0;
  if (slot < view.num_items && view.item_orders[slot] > 0) {
    weight = double{view.item_weights[slot]};
    each = weight / view.item_orders[slot];
  }
  weight += since * each;
  return weight > 0 ? static_cast<float>(1 / std::sqrt(weight)) : 0.0F;
}

const LiveRow* LiveModel::Row(std::uint32_t slot, base::Micros at, LiveRow& scratch) const {
  const std::uint32_t until = SecondAt(at);
  const Kept& kept = rows_[slot];
  const LiveRegression* const regression = RegressionAt(until).get();
  if (kept.ready && kept.last <= until && regression == kept_.get()) {
    return kept.last == 0 && regression == nullptr ? nullptr : &kept.row;
  }
  return MakeRow(slot, until, regression, scratch) ? &scratch : nullptr;
}

LiveModel::Totals LiveModel::TotalsAsOf(base::Micros at) const {
  const LiveBasis& basis = models_->live;
  Totals totals;
  totals.until = SecondAt(at);
  totals.orders = static_cast<double>(index_->order_log().CountOrders(from_, totals.until));
  totals.model_recent = basis.recent_orders;
  totals.recent_each = 1;
  if (basis.recent_days > 0 && totals.until > from_) {
    const double half_lives = (totals.until - from_) / (86'400 * basis.recent_days);
    const double left = std::exp2(-half_lives);
    totals.model_recent *= left;
    totals.recent_each = (1 - left) / (half_lives * std::log(2.0));
  }
  totals.recent = totals.model_recent + totals.orders * totals.recent_each;
  return totals;
}

float LiveModel::Share(std::uint32_t slot, float by_model, const Totals& totals) const {
  const auto orders = static_cast<double>(models_->co_purchase.num_orders);
  const auto since = static_cast<double>(HoldingsOf(slot, totals.until).size());
  const double all = orders + totals.orders;
  return all > 0 ? static_cast<float>((double{by_model} * orders + since) / all) : 0.0F;
}

float LiveModel::RecentShare(std::uint32_t slot, float by_model, const Totals& totals) const {
  const auto since = static_cast<double>(HoldingsOf(slot, totals.until).size());
  const double weight = double{by_model} * totals.model_recent + since * totals.recent_each;
  return totals.recent > 0 ? static_cast<float>(weight / totals.recent) : 0.0F;
}

void LiveModel::Hot(base::Micros at, std::vector<std::uint32_t>& slots) const {
  struct Counted {
    std::size_t orders;
    std::uint32_t slot;
  };
  std::vector<Counted> counted;
  const std::uint32_t until = SecondAt(at);
  for (std::uint32_t slot = 0; slot < num_slots(); ++slot) {
    const std::size_t orders = HoldingsOf(slot, until).size();
    if (orders > 0) counted.push_back({orders, slot});
  }
  const auto better = [this](const Counted& a, const Counted& b) {
    return a.orders != b.orders ? a.orders > b.orders : IdBefore(a.slot, b.slot);
  };
  const std::size_t most = std::min(kHot, counted.size());
  std::partial_sort(counted.begin(), counted.begin() + static_cast<std::ptrdiff_t>(most),
                    counted.end(), better);
  slots.clear();
  for (std::size_t i = 0; i < most; ++i) slots.push_back(counted[i].slot);
}

}  // namespace tsugi
