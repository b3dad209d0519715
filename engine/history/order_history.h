// Order history: what was bought, by whom and when, as immutable columns made by one scan of the
// store (builder.h). Everything learned starts here.
//
// Orders stand by time, equal times by order id, and the lines of one order by product, larger
// quantities first; so the columns do not depend on the order in which facts were written. Ids are
// turned into dense indexes once, in the order of the ids themselves.
//
// "As of T" is a HistoryView: the prefix of orders before T, not a copy. A return (negative
// quantity) is a line at its own time and never changes a line before it, see returns.h.
//
// Memory: kBytesPerLine a line, kBytesPerOrder an order, and the text of each id once.
//
// Thread safety: immutable.
#ifndef TSUGI_ENGINE_HISTORY_ORDER_HISTORY_H_
#define TSUGI_ENGINE_HISTORY_ORDER_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/time.h"

namespace tsugi {

// No customer (an unknown visitor), no segment, no channel, no price, no such item.
inline constexpr std::uint32_t kNoIndex = std::numeric_limits<std::uint32_t>::max();

// A return line (or a part of it) and the sale it takes back.
struct ReturnMatch {
  std::uint64_t return_line = 0;
  std::uint64_t sale_line = 0;
  std::int32_t quantity = 0;  // above 0
};

// From `from` on something is (not) so: a product may be sold, a customer consents to profiling.
struct FlagVersion {
  base::Micros from = 0;
  bool on = true;
};

struct HistoryColumns {
  // One an order. Segment: the customer's as of the order's time.
  std::vector<base::Micros> times;
  std::vector<std::uint32_t> customers;
  std::vector<std::uint32_t> segments;
  std::vector<std::uint32_t> channels;
  std::vector<std::uint64_t> line_offsets;  // orders + 1

  // One a line. A price is a number into `prices`, or kNoIndex.
  std::vector<std::uint32_t> products;
  std::vector<std::int32_t> quantities;  // never 0; cut to 32 bits
  std::vector<std::uint32_t> line_prices;

  std::vector<std::int64_t> prices;  // distinct unit prices after discount, in micros, ascending

  // Sorted texts; an index is the position.
  std::vector<std::string> product_ids;
  std::vector<std::string> customer_ids;  // those with orders
  std::vector<std::string> segment_names;
  std::vector<std::string> channel_names;

  std::vector<std::uint32_t> active_offsets;    // products + 1, into
  std::vector<FlagVersion> active_versions;     // by time; a product without any is active
  std::vector<std::uint32_t> consent_offsets;   // customers + 1, into
  std::vector<FlagVersion> consent_versions;    // by time; a customer without any consents
  std::vector<std::uint64_t> customer_offsets;  // customers + 1, into
  std::vector<std::uint32_t> customer_orders;   // each customer's orders, by time
  std::vector<ReturnMatch> returns;             // by return line
  std::uint64_t unmatched_returns = 0;          // units returned that no earlier sale explains
};

// Stated so that memory can be planned; tests hold the columns to it.
inline constexpr std::size_t kBytesPerLine = 12;
inline constexpr std::size_t kBytesPerOrder = 32;  // customer_orders included

struct HistoryLine {
  std::uint32_t product = 0;
  std::int32_t quantity = 0;
  std::optional<std::int64_t> unit_price_micros;  // after discount
};

struct HistoryView;

class OrderHistory {
 public:
  OrderHistory() = default;
  explicit OrderHistory(HistoryColumns columns) : columns_(std::move(columns)) {}

  const HistoryColumns& columns() const { return columns_; }
  std::size_t num_orders() const { return columns_.times.size(); }
  std::size_t num_lines() const { return columns_.products.size(); }
  std::size_t num_products() const { return columns_.product_ids.size(); }
  std::size_t num_customers() const { return columns_.customer_ids.size(); }

  // Line numbers [first, second) of an order.
  std::pair<std::uint64_t, std::uint64_t> LinesOf(std::size_t order) const {
    return {columns_.line_offsets[order], columns_.line_offsets[order + 1]};
  }
  HistoryLine Line(std::uint64_t line) const;
  // All orders of a customer, by time.
  std::span<const std::uint32_t> OrdersOf(std::uint32_t customer) const;
  // May `product` be sold at `at`, by the catalogue as it was then?
  bool ActiveAt(std::uint32_t product, base::Micros at) const;
  // Does the customer consent to profiling at `at`? Without it, nothing may be learned of or for
  // the person: the orders count like those of unknown visitors.
  bool MayProfileAt(std::uint32_t customer, base::Micros at) const;

  // Index of an id, or kNoIndex. O(log n).
  std::uint32_t FindProduct(const std::string& id) const;
  std::uint32_t FindCustomer(const std::string& id) const;

  // Orders before `until`. The history must outlive its views.
  HistoryView AsOf(absl::Time until) const;
  HistoryView All() const;

 private:
  HistoryColumns columns_;
};

// The orders [0, num_orders) of a history; facts of the catalogue count up to `until`.
struct HistoryView {
  const OrderHistory* history = nullptr;
  std::size_t num_orders = 0;
  base::Micros until = 0;  // not included

  std::size_t num_lines() const { return history->columns().line_offsets[num_orders]; }
  // Times of the first and the last order; none where there is no order.
  std::optional<std::pair<base::Micros, base::Micros>> Range() const;
  // The same history up to the time of order `order`, that instant not included.
  HistoryView Before(std::size_t order) const;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_HISTORY_ORDER_HISTORY_H_
