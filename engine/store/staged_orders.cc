#include "engine/store/staged_orders.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/facts/validate.h"
#include "engine/store/sqlite_rows.h"

namespace tsugi {
namespace {
constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
}

absl::Status StagedOrders::Prepare(SqliteDb& db) {
  db_ = &db;
  TSUGI_RETURN_IF_ERROR(
      db.Execute("CREATE TABLE staged_orders (number INTEGER PRIMARY KEY, order_id TEXT UNIQUE, "
                 "customer_id TEXT, ordered_at INTEGER, channel TEXT, first INTEGER, "
                 "last INTEGER, lines INTEGER)"));
  TSUGI_ASSIGN_OR_RETURN(find_,
                         db.Prepare("SELECT number, customer_id, ordered_at, channel, first, last "
                                    "FROM staged_orders WHERE order_id = ?"));
  TSUGI_ASSIGN_OR_RETURN(
      put_, db.Prepare("INSERT INTO staged_orders(number, order_id, customer_id, ordered_at, "
                       "channel, first, last, lines) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                       "ON CONFLICT(number) DO UPDATE SET customer_id = excluded.customer_id, "
                       "ordered_at = excluded.ordered_at, channel = excluded.channel, "
                       "first = excluded.first, last = excluded.last, "
                       "lines = excluded.lines"));
  return absl::OkStatus();
}

absl::Status StagedOrders::WriteChunk() {
  TSUGI_ASSIGN_OR_RETURN(const ChunkPlace place, log_.Append(chunk_));
  if (last_ == kNoChunk) {
    first_ = place;
  } else {
    TSUGI_RETURN_IF_ERROR(log_.Link(last_, place));
  }
  last_ = place;
  chunk_.clear();
  return absl::OkStatus();
}

absl::Status StagedOrders::PutBack() {
  if (chunk_.empty()) return absl::OkStatus();  // nothing has changed
  TSUGI_RETURN_IF_ERROR(WriteChunk());
  put_.Bind(1, number_);
  put_.Bind(2, current_.id);
  put_.Bind(3, current_.customer_id);
  put_.Bind(4, StoredMicros(current_.ordered_at));
  put_.Bind(5, current_.channel);
  put_.Bind(6, first_);
  put_.Bind(7, last_);
  put_.Bind(8, lines_);
  return put_.Run();
}

absl::Status StagedOrders::SwitchTo(const Order& order) {
  TSUGI_RETURN_IF_ERROR(PutBack());
  find_.Bind(1, order.id);
  TSUGI_ASSIGN_OR_RETURN(const bool found, find_.Step());
  current_.id = order.id;
  if (found) {
    number_ = find_.Int(0);
    current_.customer_id = find_.Text(1);
    current_.ordered_at = FromStoredMicros(find_.Int(2));
    current_.channel = find_.Text(3);
    first_ = find_.Int(4);
    last_ = find_.Int(5);
    lines_ = find_.Int(6);
    find_.Reset();
  } else {
    number_ = ++orders_;
    current_.customer_id = order.customer_id;
    current_.ordered_at = order.ordered_at;
    current_.channel = order.channel;
    first_ = last_ = kNoChunk;
    lines_ = 0;
  }
  return absl::OkStatus();
}

absl::Status StagedOrders::Add(const Order& order) {
  if (number_ == 0 || order.id != current_.id) TSUGI_RETURN_IF_ERROR(SwitchTo(order));
  const auto added = static_cast<std::int64_t>(order.lines.size());
  if (lines_ + added > static_cast<std::int64_t>(kMaxOrderLines)) {
    return absl::InvalidArgumentError(absl::StrCat("order_id '", order.id, "': has more than ",
                                                   kMaxOrderLines, " lines; split it"));
  }
  if (order.customer_id != current_.customer_id && !order.customer_id.empty()) {
    if (!current_.customer_id.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "customer_id '", order.customer_id, "': an earlier line of order_id '", order.id,
          "' names '", current_.customer_id, "'; an order belongs to one customer"));
    }
    current_.customer_id = order.customer_id;
  }
  if (current_.channel.empty()) current_.channel = order.channel;
  current_.ordered_at = std::min(current_.ordered_at, order.ordered_at);
  for (const OrderLine& line : order.lines) AppendLine(line, chunk_);
  lines_ += added;
  // The rest goes into a chunk of its own when it comes: PutBack needs one to see the change.
  if (chunk_.size() < kChunkBytes) return absl::OkStatus();
  return PutBack();
}

absl::Status StagedOrders::ForEach(const std::function<absl::Status(const Order&)>& visit) {
  TSUGI_RETURN_IF_ERROR(PutBack());
  TSUGI_ASSIGN_OR_RETURN(
      SqliteStatement rows,
      db_->Prepare("SELECT order_id, customer_id, ordered_at, channel, first FROM staged_orders "
                   "ORDER BY number"));
  Order order;
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) return absl::OkStatus();
    order.id = rows.Text(0);
    order.customer_id = rows.Text(1);
    order.ordered_at = FromStoredMicros(rows.Int(2));
    order.channel = rows.Text(3);
    TSUGI_RETURN_IF_ERROR(log_.Read(rows.Int(4), order.lines));
    TSUGI_RETURN_IF_ERROR(visit(order));
  }
}

}  // namespace tsugi
