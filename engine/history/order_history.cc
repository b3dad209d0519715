#include "engine/history/order_history.h"

#include <algorithm>

namespace tsugi {
namespace {

static_assert(sizeof(HistoryColumns::products[0]) + sizeof(HistoryColumns::quantities[0]) +
                  sizeof(HistoryColumns::line_prices[0]) ==
              kBytesPerLine);
static_assert(sizeof(HistoryColumns::times[0]) + sizeof(HistoryColumns::customers[0]) +
                  sizeof(HistoryColumns::segments[0]) + sizeof(HistoryColumns::channels[0]) +
                  sizeof(HistoryColumns::line_offsets[0]) +
                  sizeof(HistoryColumns::customer_orders[0]) ==
              kBytesPerOrder);

std::uint32_t Find(const std::vector<std::string>& sorted, const std::string& id) {
  const auto place = std::lower_bound(sorted.begin(), sorted.end(), id);
  if (place == sorted.end() || *place != id) return kNoIndex;
  return static_cast<std::uint32_t>(place - sorted.begin());
}

// The newest version of `row` at `at`; before the first, and without any, on.
bool IsOnAt(const std::vector<std::uint32_t>& offsets, const std::vector<FlagVersion>& versions,
            std::uint32_t row, base::Micros at) {
  bool on = true;
  for (std::uint32_t i = offsets[row]; i < offsets[row + 1]; ++i) {
    if (versions[i].from > at) break;
    on = versions[i].on;
  }
  return on;
}

}  // namespace

HistoryLine OrderHistory::Line(std::uint64_t line) const {
  HistoryLine result{.product = columns_.products[line],
                     .quantity = columns_.quantities[line],
                     .unit_price_micros = std::nullopt};
  const std::uint32_t price = columns_.line_prices[line];
  if (price != kNoIndex) result.unit_price_micros = columns_.prices[price];
  return result;
}

std::span<const std::uint32_t> OrderHistory::OrdersOf(std::uint32_t customer) const {
  const std::uint64_t begin = columns_.customer_offsets[customer];
  const std::uint64_t end = columns_.customer_offsets[customer + 1];
  return std::span(columns_.customer_orders).subspan(begin, end - begin);
}

bool OrderHistory::ActiveAt(std::uint32_t product, base::Micros at) const {
  return IsOnAt(columns_.active_offsets, columns_.active_versions, product, at);
}

bool OrderHistory::MayProfileAt(std::uint32_t customer, base::Micros at) const {
  return IsOnAt(columns_.consent_offsets, columns_.consent_versions, customer, at);
}

std::uint32_t OrderHistory::FindProduct(const std::string& id) const {
  return Find(columns_.product_ids, id);
}

std::uint32_t OrderHistory::FindCustomer(const std::string& id) const {
  return Find(columns_.customer_ids, id);
}

HistoryView OrderHistory::AsOf(absl::Time until) const {
  // The smallest Micros stands for the infinite past, before which there is nothing.
  const base::Micros cut =
      std::max(base::ToMicros(until), std::numeric_limits<base::Micros>::min() + 1);
  const auto end = std::lower_bound(columns_.times.begin(), columns_.times.end(), cut);
  return {this, static_cast<std::size_t>(end - columns_.times.begin()), cut};
}

HistoryView OrderHistory::All() const {
  return {this, num_orders(), std::numeric_limits<base::Micros>::max()};
}

std::optional<std::pair<base::Micros, base::Micros>> HistoryView::Range() const {
  if (num_orders == 0) return std::nullopt;
  const std::vector<base::Micros>& times = history->columns().times;
  return std::make_pair(times[0], times[num_orders - 1]);
}

HistoryView HistoryView::Before(std::size_t order) const {
  const std::vector<base::Micros>& times = history->columns().times;
  if (order >= num_orders) return *this;
  const auto end = std::lower_bound(
      times.begin(), times.begin() + static_cast<std::ptrdiff_t>(order), times[order]);
  return {history, static_cast<std::size_t>(end - times.begin()), times[order]};
}

}  // namespace tsugi
