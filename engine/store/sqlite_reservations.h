// Contacts that answers reserve: counted, taken and confirmed inside the one writing transaction.
//
// A reservation is a row of contacts with `lapses_at`, a row of reservations (for retries) and its
// offers in reserved_offers. Confirming clears lapses_at, under a new seq so that followers learn
// of it, and turns the offers into exposures. A reservation that has lapsed counts no more; its
// rows are deleted some time after, as reservations of others are made.
#ifndef TSUGI_ENGINE_STORE_SQLITE_RESERVATIONS_H_
#define TSUGI_ENGINE_STORE_SQLITE_RESERVATIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/sqlite_transaction.h"
#include "engine/store/store.h"

namespace tsugi {

class ReservationTable {
 public:
  absl::Status Prepare(SqliteDb& db);

  // Within an open transaction.
  absl::StatusOr<ReserveResult> Reserve(const Reservation& reservation,
                                        SqliteTransaction& transaction);
  // A fact of `at` names the recommendation: confirms what is reserved for it, unless it has lapsed
  // by then. Either way the offers have been shown: they leave the reservation and are returned,
  // with the instant at which they were shown.
  absl::StatusOr<std::vector<Exposure>> Confirm(const std::string& recommendation_id, absl::Time at,
                                                SqliteTransaction& transaction);

 private:
  absl::Status Purge(absl::Time at);
  absl::Status Remove(const std::string& recommendation_id);
  absl::StatusOr<std::vector<CountedContact>> Count(const Reservation& reservation);
  absl::Status Insert(const Reservation& reservation, SqliteTransaction& transaction);
  absl::Status InsertOffers(const Reservation& reservation);

  SqliteDb* db_ = nullptr;
  SqliteStatement expired_;
  SqliteStatement remove_offers_;
  SqliteStatement remove_reservation_;
  SqliteStatement remove_contact_;
  SqliteStatement find_request_;
  SqliteStatement count_;
  SqliteStatement insert_contact_;
  SqliteStatement insert_reservation_;
  SqliteStatement insert_offer_;
  SqliteStatement reserved_;
  SqliteStatement confirm_;
  SqliteStatement offers_;
};

// Errors: INVALID_ARGUMENT naming the field.
absl::Status Validate(const Reservation& reservation);

// What an earlier request with this id was answered, if that is still kept.
absl::StatusOr<std::optional<KeptAnswer>> FindKeptAnswer(const SqliteDb& db,
                                                         const std::string& request_id);
// The offers that wait for their contact to be confirmed.
absl::StatusOr<std::vector<Exposure>> ReservedOffers(const SqliteDb& db,
                                                     const std::string& recommendation_id);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_RESERVATIONS_H_
