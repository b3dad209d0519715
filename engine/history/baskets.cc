#include "engine/history/baskets.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace tsugi {
namespace {

constexpr base::Micros kMicrosPerDay = base::Micros{24} * 3600 * 1'000'000;

std::uint32_t DayOf(base::Micros time) {
  const base::Micros day = time / kMicrosPerDay;
  return time < 0 || day >= models::kNoDay ? models::kNoDay : static_cast<std::uint32_t>(day);
}

// Marks the products that occur in baskets of the view and may be sold at its end, and numbers
// them.
void NumberItems(const HistoryView& view, HistoryBaskets& out) {
  const OrderHistory& history = *view.history;
  out.item_of_product.assign(history.num_products(), kNoIndex);
  std::vector<std::uint8_t> occurs(history.num_products(), 0);
  std::vector<std::uint32_t> products;
  for (std::size_t order = 0; order < view.num_orders; ++order) {
    BasketOf(history, order, products);
    for (const std::uint32_t product : products) occurs[product] = 1;
  }
  for (std::uint32_t product = 0; product < occurs.size(); ++product) {
    if (occurs[product] == 0 || !history.ActiveAt(product, view.until - 1)) continue;
    out.item_of_product[product] = out.num_items();
    out.product_of_item.push_back(product);
  }
}

void WriteRows(const HistoryView& view, HistoryBaskets& out) {
  out.orders.num_columns = out.num_items();
  out.orders.offsets.push_back(0);
  std::vector<std::uint32_t> products;
  for (std::size_t order = 0; order < view.num_orders; ++order) {
    BasketOf(*view.history, order, products);
    for (const std::uint32_t product : products) {
      const std::uint32_t item = out.item_of_product[product];
      if (item != kNoIndex) out.orders.columns.push_back(item);
    }
    if (out.orders.columns.size() == out.orders.offsets.back()) continue;
    out.orders.offsets.push_back(out.orders.columns.size());
    out.order_of_row.push_back(static_cast<std::uint32_t>(order));
  }
}

void WriteCustomers(const HistoryView& view, HistoryBaskets& out) {
  for (const std::uint32_t order : out.order_of_row) {
    const std::uint32_t customer = view.history->columns().customers[order];
    const bool joined =
        customer != kNoIndex && view.history->MayProfileAt(customer, view.until - 1);
    out.customer_of_row.push_back(joined ? customer : kNoIndex);
  }
}

// Only segments that rows have: a segment of later orders must not show in an earlier view.
void WriteSegments(const HistoryColumns& columns, HistoryBaskets& out) {
  const auto segment_of = [&](std::size_t row) {
    return out.customer_of_row[row] == kNoIndex ? kNoIndex
                                                : columns.segments[out.order_of_row[row]];
  };
  std::vector<std::uint32_t> position(columns.segment_names.size(), models::kNoSegment);
  for (std::size_t row = 0; row < out.order_of_row.size(); ++row) {
    const std::uint32_t segment = segment_of(row);
    if (segment != kNoIndex) position[segment] = 0;
  }
  for (std::size_t s = 0; s < position.size(); ++s) {
    if (position[s] == models::kNoSegment) continue;
    position[s] = static_cast<std::uint32_t>(out.segment_names.size());
    out.segment_names.push_back(columns.segment_names[s]);
  }
  for (std::size_t row = 0; row < out.order_of_row.size(); ++row) {
    const std::uint32_t segment = segment_of(row);
    out.segments.push_back(segment == kNoIndex ? models::kNoSegment : position[segment]);
  }
}

}  // namespace

void BasketOf(const OrderHistory& history, std::size_t order,
              std::vector<std::uint32_t>& products) {
  products.clear();
  const HistoryColumns& columns = history.columns();
  const auto [begin, end] = history.LinesOf(order);
  for (std::uint64_t i = begin; i < end;) {  // lines stand by product
    const std::uint32_t product = columns.products[i];
    std::int64_t quantity = 0;
    for (; i < end && columns.products[i] == product; ++i) quantity += columns.quantities[i];
    if (quantity > 0) products.push_back(product);
  }
}

models::Baskets HistoryBaskets::View() const {
  return {.orders = orders.View(),
          .order_weights = weights,
          .days = days,
          .segments = segments,
          .num_segments = static_cast<std::uint32_t>(segment_names.size())};
}

HistoryBaskets MakeBaskets(const HistoryView& view, absl::Duration half_life) {
  HistoryBaskets out;
  NumberItems(view, out);
  WriteRows(view, out);
  const HistoryColumns& columns = view.history->columns();
  WriteCustomers(view, out);
  WriteSegments(columns, out);
  std::vector<base::Micros> times;
  times.reserve(out.order_of_row.size());
  for (const std::uint32_t order : out.order_of_row) {
    times.push_back(columns.times[order]);
    out.days.push_back(DayOf(columns.times[order]));
  }
  const double half_life_micros = half_life == absl::InfiniteDuration()
                                      ? std::numeric_limits<double>::infinity()
                                      : absl::ToDoubleMicroseconds(half_life);
  out.weights = models::RecencyWeights(times, times.empty() ? 0 : times.back(), half_life_micros);
  return out;
}

models::SparseMatrix MakeInteractions(const HistoryBaskets& baskets) {
  const models::SparseView rows = baskets.orders.View();
  std::vector<std::pair<std::uint32_t, std::uint32_t>> by_customer;  // (customer, row)
  std::vector<std::uint32_t> guests;
  for (std::uint32_t row = 0; row < rows.rows(); ++row) {
    const std::uint32_t customer = baskets.customer_of_row[row];
    if (customer == kNoIndex) {
      guests.push_back(row);
    } else {
      by_customer.emplace_back(customer, row);
    }
  }
  std::sort(by_customer.begin(), by_customer.end());

  models::SparseMatrix out;
  out.num_columns = baskets.num_items();
  out.offsets.push_back(0);
  const auto append = [&out](std::span<const std::uint32_t> items) {
    out.columns.insert(out.columns.end(), items.begin(), items.end());
  };
  for (std::size_t i = 0; i < by_customer.size();) {
    const std::uint32_t customer = by_customer[i].first;
    const auto begin = static_cast<std::ptrdiff_t>(out.columns.size());
    for (; i < by_customer.size() && by_customer[i].first == customer; ++i) {
      append(rows.Row(by_customer[i].second));
    }
    std::sort(out.columns.begin() + begin, out.columns.end());
    out.columns.erase(std::unique(out.columns.begin() + begin, out.columns.end()),
                      out.columns.end());
    out.offsets.push_back(out.columns.size());
  }
  for (const std::uint32_t row : guests) {
    append(rows.Row(row));
    out.offsets.push_back(out.columns.size());
  }
  return out;
}

}  // namespace tsugi
