#include "engine/outcomes/purchases.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace tsugi {
namespace {

PurchaseEvent Sale(const OutcomeFacts& facts, const Order& order, const OrderLine& line,
                   double default_margin) {
  PurchaseEvent sale;
  sale.at = order.ordered_at;
  sale.customer_id = order.customer_id;
  sale.product_id = line.product_id;
  sale.recommendation_id = line.recommendation_id;
  sale.quantity = static_cast<double>(line.quantity);
  if (!line.unit_price.has_value()) return sale;
  const double paid = line.unit_price->ToDouble() * (1 - line.discount_percent / 100);
  sale.revenue = paid * sale.quantity;
  if (paid == 0) return sale;  // kept for what was bought; counts nothing in money
  const auto* cost = VersionAt(facts.unit_costs, line.product_id, order.ordered_at);
  sale.margin = cost != nullptr && cost->has_value()
                    ? sale.revenue - (*cost)->ToDouble() * sale.quantity
                    : sale.revenue * default_margin;
  return sale;
}

class Events {
 public:
  explicit Events(const OutcomeFacts& facts, double default_margin)
      : facts_(facts), default_margin_(default_margin) {}

  void Add(const Order& order, const OrderLine& line) {
    if (line.quantity < 0) {
      TakeBack(order, line);
      return;
    }
    PurchaseEvent& sale = events_.emplace_back(Sale(facts_, order, line, default_margin_));
    sale.sale = events_.size() - 1;
    if (!order.customer_id.empty()) {
      open_[{order.customer_id, line.product_id}].push_back({sale.sale, sale.quantity});
    }
  }
  std::vector<PurchaseEvent> Take() { return std::move(events_); }

 private:
  struct OpenSale {
    std::size_t sale;
    double left;  // not taken back yet
  };

  void TakeBack(const Order& order, const OrderLine& line) {
    const auto sales = open_.find({order.customer_id, line.product_id});
    if (sales == open_.end()) return;
    double back = -static_cast<double>(line.quantity);
    while (back > 0 && !sales->second.empty()) {
      OpenSale& last = sales->second.back();
      const double part = std::min(back, last.left);
      PurchaseEvent event = events_[last.sale];
      const double share = part / event.quantity;
      event.at = order.ordered_at;
      event.quantity = -part;
      event.revenue *= -share;
      event.margin *= -share;
      events_.push_back(std::move(event));
      back -= part;
      last.left -= part;
      if (last.left <= 0) sales->second.pop_back();
    }
  }

  const OutcomeFacts& facts_;
  const double default_margin_;
  std::vector<PurchaseEvent> events_;
  absl::flat_hash_map<std::pair<std::string, std::string>, std::vector<OpenSale>> open_;
};

}  // namespace

std::vector<PurchaseEvent> PurchaseEvents(const OutcomeFacts& facts, double default_margin) {
  std::vector<const Order*> orders;
  orders.reserve(facts.orders.size());
  for (const Order& order : facts.orders) orders.push_back(&order);
  std::sort(orders.begin(), orders.end(), [](const Order* a, const Order* b) {
    return std::tie(a->ordered_at, a->id) < std::tie(b->ordered_at, b->id);
  });
  Events events(facts, default_margin);
  for (const Order* order : orders) {
    for (const OrderLine& line : order->lines) events.Add(*order, line);
  }
  return events.Take();
}

}  // namespace tsugi
