#include "engine/store/sqlite_returns.h"

#include <algorithm>
#include <string>

#include "base/status_macros.h"

namespace tsugi {
namespace {

// All lines of the pairs of customer and product that have a return in question.
constexpr const char* kPairs = R"sql(
WITH pairs(customer_id, product_id) AS MATERIALIZED (
  SELECT DISTINCT o.customer_id, l.product_id
  FROM order_lines l JOIN orders o ON o.seq = l.seq
  WHERE l.seq > ?1 AND l.seq <= ?2 AND l.quantity < 0 AND o.customer_id <> '')
SELECT o.customer_id, l.product_id, o.seq, l.quantity
FROM (SELECT DISTINCT customer_id FROM pairs) c
  CROSS JOIN orders o ON o.customer_id = c.customer_id AND o.customer_id <> ''
  CROSS JOIN order_lines l ON l.seq = o.seq
WHERE (o.customer_id, l.product_id) IN (SELECT customer_id, product_id FROM pairs)
ORDER BY o.customer_id, l.product_id, o.ordered_at, o.order_id, l.quantity < 0, l.line
)sql";

constexpr const char* kVisitors = R"sql(
SELECT count(*) FROM order_lines l JOIN orders o ON o.seq = l.seq
WHERE l.seq > ?1 AND l.seq <= ?2 AND l.quantity < 0 AND o.customer_id = ''
)sql";

}  // namespace

absl::StatusOr<std::uint64_t> CountUnmatchedReturns(const SqliteDb& db, Seq after, Seq until) {
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement visitors, db.Prepare(kVisitors));
  visitors.Bind(1, static_cast<std::int64_t>(after));
  visitors.Bind(2, static_cast<std::int64_t>(until));
  TSUGI_ASSIGN_OR_RETURN(const bool counted, visitors.Step());
  std::uint64_t unmatched = counted ? static_cast<std::uint64_t>(visitors.Int(0)) : 0;
  visitors.Reset();
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement lines, db.Prepare(kPairs));
  lines.Bind(1, static_cast<std::int64_t>(after));
  lines.Bind(2, static_cast<std::int64_t>(until));
  std::string customer;
  std::string product;
  std::int64_t sold = 0;  // and not yet returned
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, lines.Step());
    if (!row) return unmatched;
    if (lines.Text(0) != customer || lines.Text(1) != product) {
      customer = lines.Text(0);
      product = lines.Text(1);
      sold = 0;
    }
    const Seq seq = static_cast<Seq>(lines.Int(2));
    const std::int64_t quantity = lines.Int(3);
    if (quantity < 0 && -quantity > sold && seq > after && seq <= until) ++unmatched;
    sold = std::max<std::int64_t>(sold + quantity, 0);
  }
}

}  // namespace tsugi
