#include "engine/store/sqlite_erasure.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/store/sqlite_rows.h"

namespace tsugi {
namespace {

// In this order: reactions are found by the customer's exposures and contacts.
constexpr const char* kErasures[] = {
    ("DELETE FROM reactions WHERE customer_id = ?1 OR (recommendation_id <> '' AND "
     "recommendation_id IN (SELECT recommendation_id FROM exposures WHERE customer_id = ?1 "
     "UNION SELECT recommendation_id FROM contacts WHERE customer_id = ?1))"),
    ("DELETE FROM reserved_offers WHERE recommendation_id IN "
     "(SELECT recommendation_id FROM reservations WHERE customer_id = ?1)"),
    "DELETE FROM reservations WHERE customer_id = ?1",
    "DELETE FROM exposures WHERE customer_id = ?1",
    "DELETE FROM contacts WHERE customer_id = ?1",
    "DELETE FROM signals WHERE customer_id = ?1",
    "DELETE FROM subscriptions WHERE customer_id = ?1",
    "DELETE FROM customers WHERE customer_id = ?1",
    "UPDATE orders SET customer_id = '', erased = 1 WHERE customer_id = ?1",
};

absl::StatusOr<std::vector<Campaign>> CampaignsNaming(const SqliteDb& db,
                                                      const std::string& customer_id) {
  TSUGI_ASSIGN_OR_RETURN(
      SqliteStatement rows,
      db.Prepare(SelectSql<Campaign>(
          "WHERE instr(';' || customer_ids || ';', ';' || ?1 || ';') > 0 ORDER BY seq")));
  rows.Bind(1, customer_id);
  std::vector<Campaign> campaigns;
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) return campaigns;
    campaigns.push_back(ReadRow<Campaign>(rows).fact);
  }
}

// A campaign goes on without the customer. One that addressed nobody else ends with it: without
// any id it would address everyone.
absl::Status RemoveFrom(const SqliteDb& db, SqliteTransaction& transaction, Campaign campaign,
                        const std::string& customer_id) {
  TSUGI_RETURN_IF_ERROR(transaction.Bury(FactKind::kCampaign, campaign.id));
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement remove,
                         db.Prepare("DELETE FROM campaigns WHERE campaign_id = ?"));
  remove.Bind(1, campaign.id);
  TSUGI_RETURN_IF_ERROR(remove.Run());
  std::erase(campaign.customer_ids, customer_id);
  if (campaign.customer_ids.empty() && campaign.segments.empty()) return absl::OkStatus();
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement insert, db.Prepare(InsertSql<Campaign>()));
  return InsertRow(insert, db.handle(), transaction.Next(), campaign, DigestOf(campaign), 0)
      .status();
}

}  // namespace

absl::Status EraseCustomer(SqliteDb& db, SqliteTransaction& transaction,
                           const std::string& customer_id) {
  std::int64_t rows = 0;
  for (const char* sql : kErasures) {
    TSUGI_ASSIGN_OR_RETURN(SqliteStatement erase, db.Prepare(sql));
    erase.Bind(1, customer_id);
    TSUGI_RETURN_IF_ERROR(erase.Run());
    rows += sqlite3_changes64(db.handle());
  }
  TSUGI_ASSIGN_OR_RETURN(std::vector<Campaign> campaigns, CampaignsNaming(db, customer_id));
  if (rows == 0 && campaigns.empty()) {
    return absl::NotFoundError(absl::StrCat("customer_id '", customer_id,
                                            "': nothing in the store names it; check the id"));
  }
  TSUGI_RETURN_IF_ERROR(transaction.Bury(FactKind::kCustomer, customer_id));
  for (Campaign& campaign : campaigns) {
    TSUGI_RETURN_IF_ERROR(RemoveFrom(db, transaction, std::move(campaign), customer_id));
  }
  return absl::OkStatus();
}

}  // namespace tsugi
