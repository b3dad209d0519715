#include "engine/store/sqlite_reservations.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/store/sqlite_rows.h"

namespace tsugi {
namespace {

constexpr char kOfferColumns[] =
    "recommendation_id, product_id, at, customer_id, visitor_id, placement, moment, offer_kind, "
    "rule_id, control, position, propensity, model_version";

// ?1 customer, ?2 now, ?3 start of the period (not included), ?4 outbound placements, each between
// line feeds. One recommendation is one contact, at its earliest instant.
constexpr char kCount[] = R"sql(
SELECT min(at), max(confirmed) FROM (
  SELECT CASE recommendation_id WHEN '' THEN 'e' || event_id ELSE 'r' || recommendation_id END
           AS contact, at, lapses_at IS NULL AS confirmed
  FROM contacts WHERE customer_id = ?1 AND (lapses_at IS NULL OR lapses_at > ?2)
  UNION ALL
  SELECT 'r' || recommendation_id, at, 1
  FROM exposures
  WHERE customer_id = ?1 AND control = 0 AND instr(?4, char(10) || placement || char(10)) > 0
) GROUP BY contact HAVING min(at) > ?3 ORDER BY min(at), contact
)sql";

std::string OffersSql() {
  return absl::StrCat("SELECT ", kOfferColumns,
                      " FROM reserved_offers WHERE recommendation_id = ? "
                      "ORDER BY position, product_id");
}

absl::StatusOr<std::vector<Exposure>> ReadOffers(SqliteStatement& rows,
                                                 const std::string& recommendation_id) {
  std::vector<Exposure> offers;
  rows.Bind(1, std::string_view(recommendation_id));
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) return offers;
    FieldReader reader(rows, 0);
    FactTable<Exposure>::Columns(offers.emplace_back(), reader);
  }
}

std::string Listed(const std::vector<std::string>& placements) {
  std::string list = "\n";
  for (const std::string& placement : placements) absl::StrAppend(&list, placement, "\n");
  return list;
}

KeptAnswer ReadKept(const SqliteStatement& row) {
  return {std::string(row.Text(0)), static_cast<std::uint64_t>(row.Int(1)),
          std::string(row.Text(2))};
}

constexpr char kFindRequest[] =
    "SELECT recommendation_id, request_print, answer, keep_until FROM reservations "
    "WHERE request_id = ?";

}  // namespace

absl::Status Validate(const Reservation& reservation) {
  if (reservation.recommendation_id.empty()) {
    return absl::InvalidArgumentError("recommendation_id '': a reservation needs one");
  }
  if (reservation.customer_id.empty()) {
    return absl::InvalidArgumentError("customer_id '': only a known customer's contacts count");
  }
  if (reservation.lapses_at <= reservation.at) {
    return absl::InvalidArgumentError(absl::StrCat("lapses_at '",
                                                   base::FormatTime(reservation.lapses_at),
                                                   "': give an instant after that of the answer"));
  }
  return absl::OkStatus();
}

absl::Status ReservationTable::Prepare(SqliteDb& db) {
  db_ = &db;
  TSUGI_ASSIGN_OR_RETURN(expired_, db.Prepare("SELECT recommendation_id FROM reservations WHERE "
                                              "keep_until <= ? ORDER BY keep_until LIMIT 16"));
  TSUGI_ASSIGN_OR_RETURN(remove_offers_,
                         db.Prepare("DELETE FROM reserved_offers WHERE recommendation_id = ?"));
  TSUGI_ASSIGN_OR_RETURN(remove_reservation_,
                         db.Prepare("DELETE FROM reservations WHERE recommendation_id = ?"));
  TSUGI_ASSIGN_OR_RETURN(remove_contact_, db.Prepare("DELETE FROM contacts WHERE lapses_at IS NOT "
                                                     "NULL AND recommendation_id = ?"));
  TSUGI_ASSIGN_OR_RETURN(find_request_, db.Prepare(kFindRequest));
  TSUGI_ASSIGN_OR_RETURN(count_, db.Prepare(kCount));
  TSUGI_ASSIGN_OR_RETURN(insert_contact_, db.Prepare(InsertSql<Contact>()));
  TSUGI_ASSIGN_OR_RETURN(
      insert_reservation_,
      db.Prepare("INSERT INTO reservations(recommendation_id, customer_id, request_id, "
                 "request_print, answer, keep_until) VALUES (?, ?, ?, ?, CAST(? AS BLOB), ?)"));
  TSUGI_ASSIGN_OR_RETURN(insert_offer_,
                         db.Prepare(absl::StrCat("INSERT INTO reserved_offers(", kOfferColumns,
                                                 ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)")));
  TSUGI_ASSIGN_OR_RETURN(reserved_, db.Prepare("SELECT seq, at, lapses_at FROM contacts WHERE "
                                               "lapses_at IS NOT NULL AND recommendation_id = ?"));
  TSUGI_ASSIGN_OR_RETURN(confirm_,
                         db.Prepare("UPDATE contacts SET seq = ?, lapses_at = NULL WHERE seq = ?"));
  TSUGI_ASSIGN_OR_RETURN(offers_, db.Prepare(OffersSql()));
  return absl::OkStatus();
}

absl::StatusOr<ReserveResult> ReservationTable::Reserve(const Reservation& reservation,
                                                        SqliteTransaction& transaction) {
  TSUGI_RETURN_IF_ERROR(Purge(reservation.at));
  ReserveResult result;
  if (!reservation.request_id.empty()) {
    find_request_.Bind(1, std::string_view(reservation.request_id));
    TSUGI_ASSIGN_OR_RETURN(const bool known, find_request_.Step());
    if (known) {
      KeptAnswer kept = ReadKept(find_request_);
      const bool expired = find_request_.Int(3) <= StoredMicros(reservation.at);
      find_request_.Reset();
      if (!expired) {
        result.repeated = std::move(kept);
        return result;
      }
      TSUGI_RETURN_IF_ERROR(Remove(kept.recommendation_id));
    }
  }
  if (reservation.limit.has_value()) {
    TSUGI_ASSIGN_OR_RETURN(result.counted, Count(reservation));
    const auto counted = static_cast<std::int64_t>(result.counted.size());
    if (counted >= reservation.limit->max_contacts) return result;
  }
  result.granted = true;
  TSUGI_RETURN_IF_ERROR(Insert(reservation, transaction));
  return result;
}

absl::Status ReservationTable::Purge(absl::Time at) {
  std::vector<std::string> expired;
  expired_.Bind(1, StoredMicros(at));
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, expired_.Step());
    if (!row) break;
    expired.emplace_back(expired_.Text(0));
  }
  for (const std::string& id : expired) TSUGI_RETURN_IF_ERROR(Remove(id));
  return absl::OkStatus();
}

absl::Status ReservationTable::Remove(const std::string& recommendation_id) {
  for (SqliteStatement* statement : {&remove_offers_, &remove_reservation_, &remove_contact_}) {
    statement->Bind(1, std::string_view(recommendation_id));
    TSUGI_RETURN_IF_ERROR(statement->Run());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<CountedContact>> ReservationTable::Count(
    const Reservation& reservation) {
  const std::string placements = Listed(reservation.outbound_placements);
  count_.Bind(1, std::string_view(reservation.customer_id));
  count_.Bind(2, StoredMicros(reservation.at));
  count_.Bind(3, StoredMicros(reservation.at - reservation.limit->per));
  count_.Bind(4, std::string_view(placements));
  std::vector<CountedContact> counted;
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, count_.Step());
    if (!row) break;
    counted.push_back({FromStoredMicros(count_.Int(0)), count_.Int(1) != 0});
  }
  return counted;
}

absl::Status ReservationTable::Insert(const Reservation& reservation,
                                      SqliteTransaction& transaction) {
  Contact contact;
  contact.event_id = absl::StrCat("reserved ", reservation.recommendation_id);
  contact.customer_id = reservation.customer_id;
  contact.at = reservation.at;
  contact.placement = reservation.offers.empty() ? "" : reservation.offers.front().placement;
  contact.recommendation_id = reservation.recommendation_id;
  contact.lapses_at = reservation.lapses_at;
  TSUGI_ASSIGN_OR_RETURN(const bool added, InsertRow(insert_contact_, db_->handle(),
                                                     transaction.Next(), contact, 0, 0));
  if (!added) {
    return absl::AlreadyExistsError(absl::StrCat("recommendation_id '",
                                                 reservation.recommendation_id,
                                                 "': there is a reservation for it; use a new id"));
  }
  const absl::Time keep =
      std::max(reservation.lapses_at, reservation.at + Store::kRequestIdLifetime);
  insert_reservation_.Bind(1, std::string_view(reservation.recommendation_id));
  insert_reservation_.Bind(2, std::string_view(reservation.customer_id));
  insert_reservation_.Bind(3, std::string_view(reservation.request_id));
  insert_reservation_.Bind(4, static_cast<std::int64_t>(reservation.request_print));
  insert_reservation_.Bind(5, std::string_view(reservation.answer));
  insert_reservation_.Bind(6, StoredMicros(keep));
  TSUGI_RETURN_IF_ERROR(insert_reservation_.Run());
  return InsertOffers(reservation);
}

absl::Status ReservationTable::InsertOffers(const Reservation& reservation) {
  for (const Exposure& offer : reservation.offers) {
    FieldBinder binder(insert_offer_, 1);
    FactTable<Exposure>::Columns(offer, binder);
    TSUGI_RETURN_IF_ERROR(insert_offer_.Run());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Exposure>> ReservationTable::Confirm(
    const std::string& recommendation_id, absl::Time at, SqliteTransaction& transaction) {
  std::vector<Exposure> shown;
  reserved_.Bind(1, std::string_view(recommendation_id));
  TSUGI_ASSIGN_OR_RETURN(const bool reserved, reserved_.Step());
  if (!reserved) return shown;
  const std::int64_t seq = reserved_.Int(0);
  const bool lapsed = reserved_.Int(2) <= StoredMicros(at);
  reserved_.Reset();
  if (!lapsed) {
    confirm_.Bind(1, static_cast<std::int64_t>(transaction.Next()));
    confirm_.Bind(2, seq);
    TSUGI_RETURN_IF_ERROR(confirm_.Run());
  }
  TSUGI_ASSIGN_OR_RETURN(shown, ReadOffers(offers_, recommendation_id));
  if (lapsed) {
    for (Exposure& exposure : shown) exposure.at = at;
  }
  remove_offers_.Bind(1, std::string_view(recommendation_id));
  TSUGI_RETURN_IF_ERROR(remove_offers_.Run());
  return shown;
}

absl::StatusOr<std::optional<KeptAnswer>> FindKeptAnswer(const SqliteDb& db,
                                                         const std::string& request_id) {
  if (request_id.empty()) return std::nullopt;
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement find, db.Prepare(kFindRequest));
  find.Bind(1, std::string_view(request_id));
  TSUGI_ASSIGN_OR_RETURN(const bool known, find.Step());
  if (!known) return std::nullopt;
  return ReadKept(find);
}

absl::StatusOr<std::vector<Exposure>> ReservedOffers(const SqliteDb& db,
                                                     const std::string& recommendation_id) {
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement rows, db.Prepare(OffersSql()));
  return ReadOffers(rows, recommendation_id);
}

}  // namespace tsugi
