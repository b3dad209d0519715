#include "engine/store/sqlite_orders.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/store/sqlite_rows.h"

namespace tsugi {
namespace {

constexpr std::size_t kCachedNames = 100'000;

bool HasPart(std::string_view parts, std::int64_t digest) {
  const std::vector<std::string> all = SplitIds(parts);
  return std::find(all.begin(), all.end(), std::to_string(digest)) != all.end();
}

std::uint64_t LineDigest(const OrderLine& line) {
  FieldDigest digest;
  digest.Put(line.product_id);
  digest.Put(line.quantity);
  digest.Put(line.unit_price);
  digest.Put(line.discount_percent);
  digest.Put(line.recommendation_id);
  digest.Put(line.product_name);
  return static_cast<std::uint64_t>(digest.Value());
}

void ReadLine(const SqliteStatement& row, int column, OrderLine& line) {
  line.product_id = row.Text(column);
  line.quantity = row.Int(column + 1);
  line.unit_price.reset();
  if (!row.IsNull(column + 2)) line.unit_price = base::Decimal::FromMicros(row.Int(column + 2));
  line.discount_percent = row.Double(column + 3);
  line.recommendation_id = row.Text(column + 4);
  line.product_name = row.Text(column + 5);
}

constexpr const char* kLineColumns =
    "l.product_id, l.quantity, l.unit_price_micros, l.discount_percent, l.recommendation_id, "
    "n.name FROM order_lines l LEFT JOIN sold_names n ON n.name_id = l.name_id ";

}  // namespace

std::int64_t OrderDigest(const Order& order) {
  FieldDigest header;
  header.Put(order.ordered_at);
  header.Put(order.channel);
  std::uint64_t sum = static_cast<std::uint64_t>(header.Value());
  for (const OrderLine& line : order.lines) sum += LineDigest(line);
  return static_cast<std::int64_t>(sum);
}

absl::StatusOr<SoldNameTable> SoldNameTable::Create(const SqliteDb& db) {
  SoldNameTable t;
  TSUGI_ASSIGN_OR_RETURN(
      t.find_,
      db.Prepare("SELECT name_id, last_at FROM sold_names WHERE product_id = ? AND name = ?"));
  TSUGI_ASSIGN_OR_RETURN(
      t.insert_, db.Prepare("INSERT INTO sold_names(product_id, name, last_at) VALUES (?, ?, ?) "
                            "RETURNING name_id"));
  TSUGI_ASSIGN_OR_RETURN(
      t.update_, db.Prepare("UPDATE sold_names SET last_at = max(last_at, ?) WHERE name_id = ?"));
  return t;
}

absl::StatusOr<std::int64_t> SoldNameTable::IdOf(const std::string& product_id,
                                                 const std::string& name, std::int64_t at) {
  key_.assign(product_id).push_back('\0');
  key_ += name;
  const auto known = cache_.find(key_);
  if (known != cache_.end()) {
    Entry& entry = known->second;
    entry.changed = entry.changed || at > entry.last_at;
    entry.last_at = std::max(entry.last_at, at);
    return entry.id;
  }
  if (cache_.size() >= kCachedNames) {
    TSUGI_RETURN_IF_ERROR(Flush());
    Forget();
  }
  find_.Bind(1, product_id);
  find_.Bind(2, name);
  TSUGI_ASSIGN_OR_RETURN(const bool found, find_.Step());
  Entry entry;
  if (found) {
    entry = {find_.Int(0), std::max(find_.Int(1), at), at > find_.Int(1)};
    find_.Reset();
  } else {
    insert_.Bind(1, product_id);
    insert_.Bind(2, name);
    insert_.Bind(3, at);
    TSUGI_ASSIGN_OR_RETURN(const bool row, insert_.Step());
    if (!row) return absl::InternalError("sold_names took no row");
    entry = {insert_.Int(0), at, false};
    insert_.Reset();
  }
  cache_.emplace(key_, entry);
  return entry.id;
}

absl::Status SoldNameTable::Flush() {
  for (auto& [key, entry] : cache_) {
    if (!entry.changed) continue;
    update_.Bind(1, entry.last_at);
    update_.Bind(2, entry.id);
    TSUGI_RETURN_IF_ERROR(update_.Run());
    entry.changed = false;
  }
  return absl::OkStatus();
}

absl::StatusOr<OrderTable> OrderTable::Create(const SqliteDb& db) {
  OrderTable t;
  TSUGI_ASSIGN_OR_RETURN(t.names_, SoldNameTable::Create(db));
  TSUGI_ASSIGN_OR_RETURN(
      t.find_,
      db.Prepare("SELECT seq, customer_id, digest, erased, parts FROM orders WHERE order_id = ?"));
  TSUGI_ASSIGN_OR_RETURN(
      t.insert_, db.Prepare("INSERT INTO orders(seq, order_id, customer_id, ordered_at, channel, "
                            "digest, erased, parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  TSUGI_ASSIGN_OR_RETURN(
      t.insert_line_,
      db.Prepare("INSERT INTO order_lines(seq, line, product_id, quantity, unit_price_micros, "
                 "discount_percent, recommendation_id, name_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  TSUGI_ASSIGN_OR_RETURN(t.remove_lines_, db.Prepare("DELETE FROM order_lines WHERE seq = ?"));
  TSUGI_ASSIGN_OR_RETURN(t.remove_, db.Prepare("DELETE FROM orders WHERE seq = ?"));
  TSUGI_ASSIGN_OR_RETURN(
      t.header_,
      db.Prepare("SELECT order_id, customer_id, ordered_at, channel FROM orders WHERE seq = ?"));
  TSUGI_ASSIGN_OR_RETURN(t.lines_, db.Prepare(std::string("SELECT ") + kLineColumns +
                                              "WHERE l.seq = ? ORDER BY l.line"));
  return t;
}

absl::StatusOr<bool> OrderTable::Find(const std::string& order_id, Existing& existing) {
  find_.Bind(1, order_id);
  TSUGI_ASSIGN_OR_RETURN(const bool found, find_.Step());
  if (!found) return false;
  existing.seq = static_cast<Seq>(find_.Int(0));
  existing.customer_id = find_.Text(1);
  existing.digest = find_.Int(2);
  existing.erased = find_.Int(3) != 0;
  existing.parts = find_.Text(4);
  find_.Reset();
  return true;
}

absl::Status OrderTable::Write(const Order& order, const WriteOptions& options,
                               SqliteTransaction& transaction, WriteResult& counts) {
  Existing existing;
  TSUGI_ASSIGN_OR_RETURN(const bool found, Find(order.id, existing));
  const auto count_written = [&order, &counts] {
    counts.written += order.lines.size();
    counts.returns += static_cast<std::uint64_t>(
        std::count_if(order.lines.begin(), order.lines.end(),
                      [](const OrderLine& line) { return line.quantity < 0; }));
  };
  if (!found) {
    count_written();
    return Insert(order, false, "", transaction);
  }
  const std::int64_t digest = OrderDigest(order);
  const bool same_customer = existing.erased || existing.customer_id == order.customer_id;
  if ((digest == existing.digest && same_customer) ||
      (options.append_lines && HasPart(existing.parts, digest))) {
    counts.already_there += order.lines.size();
    return absl::OkStatus();
  }
  if (options.append_lines) {
    TSUGI_RETURN_IF_ERROR(Append(order, existing, transaction, counts));
  } else {
    TSUGI_RETURN_IF_ERROR(Replace(order, existing, "", transaction));
    ++counts.replaced;
  }
  count_written();
  return absl::OkStatus();
}

absl::Status OrderTable::Append(const Order& order, const Existing& existing,
                                SqliteTransaction& transaction, WriteResult& counts) {
  Order whole;
  TSUGI_RETURN_IF_ERROR(ReadOrder(existing.seq, whole));
  if (whole.customer_id.empty()) whole.customer_id = order.customer_id;
  if (!order.customer_id.empty() && order.customer_id != whole.customer_id) {
    return absl::InvalidArgumentError(
        absl::StrCat("customer_id '", order.customer_id, "': order_id '", order.id,
                     "' belongs to '", whole.customer_id, "'; append lines of the same customer"));
  }
  if (whole.channel.empty()) whole.channel = order.channel;
  whole.ordered_at = std::min(whole.ordered_at, order.ordered_at);
  whole.lines.insert(whole.lines.end(), order.lines.begin(), order.lines.end());
  std::string parts = existing.parts.empty() ? std::to_string(existing.digest) : existing.parts;
  parts += ";" + std::to_string(OrderDigest(order));
  ++counts.appended;
  return Replace(whole, existing, parts, transaction);
}

absl::Status OrderTable::Replace(const Order& order, const Existing& existing,
                                 const std::string& parts, SqliteTransaction& transaction) {
  TSUGI_RETURN_IF_ERROR(transaction.Bury(FactKind::kOrder, order.id));
  remove_lines_.Bind(1, static_cast<std::int64_t>(existing.seq));
  TSUGI_RETURN_IF_ERROR(remove_lines_.Run());
  remove_.Bind(1, static_cast<std::int64_t>(existing.seq));
  TSUGI_RETURN_IF_ERROR(remove_.Run());
  return Insert(order, existing.erased, parts, transaction);
}

absl::Status OrderTable::Insert(const Order& order, bool erased, const std::string& parts,
                                SqliteTransaction& transaction) {
  const Seq seq = transaction.Next();
  const std::int64_t ordered_at = StoredMicros(order.ordered_at);
  insert_.Bind(1, static_cast<std::int64_t>(seq));
  insert_.Bind(2, order.id);
  insert_.Bind(3, erased ? std::string_view() : order.customer_id);
  insert_.Bind(4, ordered_at);
  insert_.Bind(5, order.channel);
  insert_.Bind(6, OrderDigest(order));
  insert_.Bind(7, std::int64_t{erased});
  insert_.Bind(8, parts);
  TSUGI_RETURN_IF_ERROR(insert_.Run());
  std::int64_t number = 0;
  for (const OrderLine& line : order.lines) {
    TSUGI_RETURN_IF_ERROR(InsertLine(seq, ++number, line, ordered_at));
  }
  return absl::OkStatus();
}

absl::Status OrderTable::InsertLine(Seq seq, std::int64_t number, const OrderLine& line,
                                    std::int64_t ordered_at) {
  insert_line_.Bind(1, static_cast<std::int64_t>(seq));
  insert_line_.Bind(2, number);
  insert_line_.Bind(3, line.product_id);
  insert_line_.Bind(4, line.quantity);
  if (line.unit_price.has_value()) {
    insert_line_.Bind(5, line.unit_price->micros());
  } else {
    insert_line_.BindNull(5);
  }
  insert_line_.Bind(6, line.discount_percent);
  if (line.recommendation_id.empty()) {
    insert_line_.BindNull(7);
  } else {
    insert_line_.Bind(7, line.recommendation_id);
  }
  if (line.product_name.empty()) {
    insert_line_.BindNull(8);
  } else {
    TSUGI_ASSIGN_OR_RETURN(const std::int64_t name,
                           names_.IdOf(line.product_id, line.product_name, ordered_at));
    insert_line_.Bind(8, name);
  }
  return insert_line_.Run();
}

absl::Status OrderTable::ReadOrder(Seq seq, Order& order) {
  header_.Bind(1, static_cast<std::int64_t>(seq));
  TSUGI_ASSIGN_OR_RETURN(const bool found, header_.Step());
  if (!found) return absl::DataLossError(absl::StrCat("order of seq ", seq, " is gone"));
  order.id = header_.Text(0);
  order.customer_id = header_.Text(1);
  order.ordered_at = FromStoredMicros(header_.Int(2));
  order.channel = header_.Text(3);
  header_.Reset();
  lines_.Bind(1, static_cast<std::int64_t>(seq));
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, lines_.Step());
    if (!row) return absl::OkStatus();
    ReadLine(lines_, 0, order.lines.emplace_back());
  }
}

absl::StatusOr<OrderCursor> OrderCursor::Create(const SqliteDb& db, Seq after) {
  OrderCursor c;
  TSUGI_ASSIGN_OR_RETURN(
      c.orders_, db.Prepare("SELECT seq, order_id, customer_id, ordered_at, channel FROM orders "
                            "WHERE seq > ? ORDER BY seq"));
  TSUGI_ASSIGN_OR_RETURN(c.lines_, db.Prepare(std::string("SELECT l.seq, ") + kLineColumns +
                                              "WHERE l.seq > ? ORDER BY l.seq, l.line"));
  c.orders_.Bind(1, static_cast<std::int64_t>(after));
  c.lines_.Bind(1, static_cast<std::int64_t>(after));
  TSUGI_RETURN_IF_ERROR(c.AdvanceLine());
  return c;
}

absl::Status OrderCursor::AdvanceLine() {
  TSUGI_ASSIGN_OR_RETURN(has_line_, lines_.Step());
  return absl::OkStatus();
}

absl::StatusOr<bool> OrderCursor::Next(Seq& seq, Order& order) {
  TSUGI_ASSIGN_OR_RETURN(const bool row, orders_.Step());
  if (!row) return false;
  seq = static_cast<Seq>(orders_.Int(0));
  order.id = orders_.Text(1);
  order.customer_id = orders_.Text(2);
  order.ordered_at = FromStoredMicros(orders_.Int(3));
  order.channel = orders_.Text(4);
  std::size_t count = 0;
  while (has_line_ && static_cast<Seq>(lines_.Int(0)) == seq) {
    if (order.lines.size() == count) order.lines.emplace_back();
    ReadLine(lines_, 1, order.lines[count++]);
    TSUGI_RETURN_IF_ERROR(AdvanceLine());
  }
  order.lines.resize(count);
  return true;
}

}  // namespace tsugi
