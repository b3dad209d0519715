#include "engine/store/sqlite_queries.h"

#include <cstdint>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/store/sqlite_reservations.h"
#include "engine/store/sqlite_rows.h"

namespace tsugi {
namespace {

constexpr const char* kTables[] = {"products",    "customers", "subscriptions", "orders",
                                   "order_lines", "signals",   "campaigns",     "exposures",
                                   "reactions",   "contacts",  "reservations",  "tombstones",
                                   "sold_names"};

}  // namespace

absl::StatusOr<StoreInfo> ReadInfo(const SqliteDb& db) {
  StoreInfo info;
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement meta, db.Prepare("SELECT key, value FROM meta"));
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, meta.Step());
    if (!row) break;
    if (meta.Text(0) == "currency") info.settings.currency = meta.Text(1);
    if (meta.Text(0) == "time_zone") info.settings.time_zone = meta.Text(1);
    if (meta.Text(0) == "seq") info.seq = static_cast<Seq>(meta.Int(1));
  }
  TSUGI_ASSIGN_OR_RETURN(const std::int64_t version, db.QueryInt("PRAGMA user_version"));
  info.schema_version = static_cast<int>(version);
  for (const char* table : kTables) {
    TSUGI_ASSIGN_OR_RETURN(const std::int64_t rows,
                           db.QueryInt(absl::StrCat("SELECT count(*) FROM ", table)));
    info.rows.emplace_back(table, static_cast<std::uint64_t>(rows));
  }
  return info;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ReadSoldNames(const SqliteDb& db) {
  std::vector<std::pair<std::string, std::string>> names;
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement rows,
                         db.Prepare("SELECT product_id, name FROM sold_names "
                                    "ORDER BY product_id, last_at DESC, name"));
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) return names;
    if (!names.empty() && names.back().first == rows.Text(0)) continue;
    names.emplace_back(rows.Text(0), rows.Text(1));
  }
}

absl::StatusOr<std::vector<Exposure>> ReadExposures(const SqliteDb& db,
                                                    const std::string& recommendation_id) {
  TSUGI_ASSIGN_OR_RETURN(
      SqliteStatement rows,
      db.Prepare(SelectSql<Exposure>("WHERE recommendation_id = ? ORDER BY seq")));
  rows.Bind(1, recommendation_id);
  std::vector<Exposure> exposures;
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) break;
    exposures.push_back(ReadRow<Exposure>(rows).fact);
  }
  TSUGI_ASSIGN_OR_RETURN(std::vector<Exposure> reserved, ReservedOffers(db, recommendation_id));
  std::move(reserved.begin(), reserved.end(), std::back_inserter(exposures));
  return exposures;
}

}  // namespace tsugi
