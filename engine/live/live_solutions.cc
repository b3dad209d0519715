#include <algorithm>
#include <utility>

#include "engine/live/live_model.h"

namespace tsugi {

const std::shared_ptr<const LiveRegression>& LiveModel::RegressionAt(std::uint32_t until) const {
  static const std::shared_ptr<const LiveRegression> none;
  if (solutions_.empty()) return none;
  const auto after = solutions_.upper_bound(BoundaryAt(until));
  return after == solutions_.begin() ? none : std::prev(after)->second.regression;
}

bool LiveModel::IsSolved(std::uint32_t boundary) const {
  const auto found = solutions_.find(boundary);
  return found != solutions_.end() &&
         found->second.digest == index_->order_log().DigestOfDays(from_, boundary);
}

LiveModel::Solution LiveModel::SolvedBefore(std::uint32_t boundary) const {
  Solution solution;
  solution.digest = index_->order_log().DigestOfDays(from_, boundary);
  if (models_->live.half_life_days > 0) return solution;  // the boundary itself counts
  for (const auto& [other, solved] : solutions_) {
    if (solved.digest == solution.digest) solution.regression = solved.regression;
  }
  return solution;
}

LiveOrders LiveModel::OrdersBefore(std::uint32_t boundary) const {
  LiveOrders orders;
  orders.before = boundary;
  orders.num_slots = num_slots();
  std::vector<bool> seen(num_slots());
  index_->order_log().ForEachOrder(
      from_, boundary, [&](std::uint32_t second, std::span<const ProductIndex> products) {
        orders.orders.push_back(
            {second, static_cast<std::uint32_t>(products.size()), orders.slots.size()});
        for (const ProductIndex product : products) {
          const std::uint32_t slot = SlotOf(product);
          orders.slots.push_back(slot);
          if (slot >= models_->item_regression.gram_items && !seen[slot]) {
            seen[slot] = true;
            orders.strangers.push_back(slot);
          }
        }
      });
  std::sort(orders.strangers.begin(), orders.strangers.end(),
            [this](std::uint32_t a, std::uint32_t b) { return IdBefore(a, b); });
  return orders;
}

void LiveModel::SolveFor(std::uint32_t boundary) {
  Solution solution;
  LiveOrders orders;
  {
    const base::ReaderLock lock(&index_->mutex());
    if (IsSolved(boundary)) return;
    solution = SolvedBefore(boundary);
    if (solution.regression == nullptr) orders = OrdersBefore(boundary);
  }
  if (!orders.orders.empty()) {
    absl::StatusOr<LiveRegression> solved = LiveRegression::Solve(*models_, orders);
    // Where it cannot be solved the model's own regression stays, on every server alike.
    if (solved.ok()) {
      solution.regression = std::make_shared<const LiveRegression>(*std::move(solved));
    }
  }
  const base::WriterLock lock(&index_->mutex());
  solutions_[boundary] = std::move(solution);
  if (solutions_.size() > kMostSolutions) solutions_.erase(solutions_.begin());
}

void LiveModel::Prepare(base::Micros at) {
  const std::uint32_t boundary = BoundaryAt(SecondAt(at));
  if (boundary == 0) return;
  {
    const base::ReaderLock lock(&index_->mutex());
    if (IsSolved(boundary)) return;
  }
  const base::MutexLock one_at_a_time(&solving_);
  SolveFor(boundary);
}

void LiveModel::Keep(base::Micros at) {
  Prepare(at);
  const std::uint32_t second = SecondAt(at);
  {
    const base::ReaderLock lock(&index_->mutex());
    if (RegressionAt(second) == kept_) return;
  }
  {
    const base::WriterLock lock(&index_->mutex());
    kept_ = RegressionAt(second);
    unsettled_.clear();
    for (std::uint32_t slot = 0; slot < num_slots(); ++slot) {
      rows_[slot].ready = false;
      unsettled_.push_back(slot);
    }
  }
  index_->SettleFollowers();
}

}  // namespace tsugi
