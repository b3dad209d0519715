// Writes facts of every kind into an open transaction, idempotently.
#ifndef TSUGI_ENGINE_STORE_SQLITE_WRITER_H_
#define TSUGI_ENGINE_STORE_SQLITE_WRITER_H_

#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/sqlite_orders.h"
#include "engine/store/sqlite_reservations.h"
#include "engine/store/sqlite_rows.h"
#include "engine/store/sqlite_transaction.h"
#include "engine/store/store.h"
#include "engine/store/versions.h"

namespace tsugi {

// Products, customers and subscriptions.
template <typename T>
class VersionTable {
 public:
  absl::Status Prepare(const SqliteDb& db);
  // `facts` are all of one id, in the order in which they came.
  absl::Status Write(std::span<const T* const> facts, absl::Time now,
                     SqliteTransaction& transaction, WriteResult& counts);

 private:
  const SqliteDb* db_ = nullptr;
  SqliteStatement insert_;
  SqliteStatement versions_;
};

// Signals, exposures, reactions, contacts: the first to come with a key stays.
template <typename T>
class EventTable {
 public:
  absl::Status Prepare(const SqliteDb& db);
  absl::Status Write(const T& fact, SqliteTransaction& transaction, WriteResult& counts);

 private:
  const SqliteDb* db_ = nullptr;
  SqliteStatement insert_;
  SqliteStatement exists_;
};

// The newest content stays.
class CampaignTable {
 public:
  absl::Status Prepare(const SqliteDb& db);
  absl::Status Write(const Campaign& fact, SqliteTransaction& transaction, WriteResult& counts);

 private:
  const SqliteDb* db_ = nullptr;
  SqliteStatement insert_;
  SqliteStatement find_;
  SqliteStatement remove_;
};

class SqliteWriter {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteWriter>> Create(SqliteDb& db);

  SqliteTransaction& transaction() { return transaction_; }
  OrderTable& orders() { return orders_; }
  ReservationTable& reservations() { return reservations_; }
  template <typename T>
  VersionTable<T>& versions() {
    return std::get<VersionTable<T>>(versions_);
  }

  // Facts of any kinds; versions of one id are judged together.
  absl::Status Write(std::span<const Fact> facts, absl::Time now, WriteResult& counts);
  // One fact of a kind without versions.
  absl::Status WriteUnversioned(const Fact& fact, const WriteOptions& options, WriteResult& counts);

  // Rows that wait in memory for the end of the transaction; before Commit.
  absl::Status Flush() { return orders_.Flush(); }
  void Forget() { orders_.Forget(); }  // after a rollback

 private:
  template <typename T>
  absl::Status WriteEvent(const T& fact, WriteResult& counts);
  template <typename T>
  absl::Status WriteVersions(std::span<const Fact> facts, absl::Time now, WriteResult& counts);

  SqliteTransaction transaction_;
  OrderTable orders_;
  std::tuple<VersionTable<Product>, VersionTable<Customer>, VersionTable<Subscription>> versions_;
  std::tuple<EventTable<Signal>, EventTable<Exposure>, EventTable<ReactionEvent>,
             EventTable<Contact>>
      events_;
  CampaignTable campaigns_;
  ReservationTable reservations_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_WRITER_H_
