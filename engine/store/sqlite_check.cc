#include "engine/store/sqlite_check.h"

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/store/sqlite_orders.h"
#include "engine/store/sqlite_rows.h"

namespace tsugi {
namespace {

absl::Status Damaged(const SqliteDb& db, std::string_view what) {
  return absl::DataLossError(absl::StrCat("store '", db.path(), "': ", std::string(what),
                                          "; restore the store from a backup"));
}

absl::Status CheckFile(const SqliteDb& db) {
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement check, db.Prepare("PRAGMA integrity_check(1)"));
  TSUGI_ASSIGN_OR_RETURN(const bool row, check.Step());
  if (!row || check.Text(0) != "ok") return Damaged(db, row ? check.Text(0) : "no answer");
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement keys, db.Prepare("PRAGMA foreign_key_check"));
  TSUGI_ASSIGN_OR_RETURN(const bool broken, keys.Step());
  if (broken) {
    return Damaged(db, absl::StrCat("a row of ", std::string(keys.Text(0)), " names a row of ",
                                    std::string(keys.Text(2)), " that is not there"));
  }
  return absl::OkStatus();
}

absl::Status CheckSeq(const SqliteDb& db) {
  std::string all = "SELECT seq FROM orders UNION ALL SELECT seq FROM tombstones";
  ForEachFactTable([&all]<typename T>() {
    absl::StrAppend(&all, " UNION ALL SELECT seq FROM ", FactTable<T>::kTable);
  });
  TSUGI_ASSIGN_OR_RETURN(const std::int64_t newest,
                         db.QueryInt("SELECT value FROM meta WHERE key = 'seq'"));
  TSUGI_ASSIGN_OR_RETURN(const std::int64_t largest,
                         db.QueryInt(absl::StrCat("SELECT max(seq) FROM (", all, ")")));
  if (largest > newest) {
    return Damaged(db, absl::StrCat("a row has seq ", largest, ", the newest is ", newest));
  }
  TSUGI_ASSIGN_OR_RETURN(
      const std::int64_t twice,
      db.QueryInt(absl::StrCat("SELECT seq FROM (", all,
                               ") GROUP BY seq HAVING count(*) > 1 ORDER BY seq LIMIT 1")));
  if (twice > 0) return Damaged(db, absl::StrCat("seq ", twice, " was given to two rows"));
  return absl::OkStatus();
}

absl::Status CheckOrders(const SqliteDb& db) {
  TSUGI_ASSIGN_OR_RETURN(OrderCursor orders, OrderCursor::Create(db, 0));
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement digests,
                         db.Prepare("SELECT digest FROM orders ORDER BY seq"));
  Seq seq = 0;
  Order order;
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, orders.Next(seq, order));
    if (!row) return absl::OkStatus();
    TSUGI_ASSIGN_OR_RETURN(const bool digest, digests.Step());
    if (order.lines.empty()) return Damaged(db, absl::StrCat("order ", order.id, " has no lines"));
    if (!digest || digests.Int(0) != OrderDigest(order)) {
      return Damaged(db, absl::StrCat("order ", order.id, " is not as it was written"));
    }
  }
}

}  // namespace

absl::Status CheckIntegrity(const SqliteDb& db) {
  TSUGI_RETURN_IF_ERROR(CheckFile(db));
  TSUGI_RETURN_IF_ERROR(CheckSeq(db));
  return CheckOrders(db);
}

}  // namespace tsugi
