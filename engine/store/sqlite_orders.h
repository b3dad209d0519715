// Orders and their lines in a SQLite store: writing one, and reading all in the order of seq.
#ifndef TSUGI_ENGINE_STORE_SQLITE_ORDERS_H_
#define TSUGI_ENGINE_STORE_SQLITE_ORDERS_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/sqlite_transaction.h"
#include "engine/store/store.h"

namespace tsugi {

// A fingerprint of an order's content that does not depend on the order of its lines. The customer
// is left out: nothing about it stays behind when it is erased.
std::int64_t OrderDigest(const Order& order);

// The names of sold_names, with a bounded cache: one look-up a name, not one a line.
class SoldNameTable {
 public:
  static absl::StatusOr<SoldNameTable> Create(const SqliteDb& db);

  // The id of a name, added where it is new; an order at `at` used it.
  absl::StatusOr<std::int64_t> IdOf(const std::string& product_id, const std::string& name,
                                    std::int64_t at);
  absl::Status Flush();              // writes the newest uses
  void Forget() { cache_.clear(); }  // after a rollback

 private:
  struct Entry {
    std::int64_t id = 0;
    std::int64_t last_at = 0;
    bool changed = false;
  };
  absl::flat_hash_map<std::string, Entry> cache_;  // by product, a zero byte, name
  std::string key_;
  SqliteStatement find_;
  SqliteStatement insert_;
  SqliteStatement update_;
};

class OrderTable {
 public:
  static absl::StatusOr<OrderTable> Create(const SqliteDb& db);

  // Writes, replaces, appends to or recognises an order; counts its lines in `counts`.
  absl::Status Write(const Order& order, const WriteOptions& options,
                     SqliteTransaction& transaction, WriteResult& counts);
  absl::Status Flush() { return names_.Flush(); }
  void Forget() { names_.Forget(); }

 private:
  struct Existing {
    Seq seq = 0;
    std::string customer_id;
    std::int64_t digest = 0;
    bool erased = false;
    std::string parts;
  };
  absl::StatusOr<bool> Find(const std::string& order_id, Existing& existing);
  absl::Status Replace(const Order& order, const Existing& existing, const std::string& parts,
                       SqliteTransaction& transaction);
  absl::Status Append(const Order& order, const Existing& existing, SqliteTransaction& transaction,
                      WriteResult& counts);
  absl::Status Insert(const Order& order, bool erased, const std::string& parts,
                      SqliteTransaction& transaction);
  absl::Status InsertLine(Seq seq, std::int64_t number, const OrderLine& line,
                          std::int64_t ordered_at);
  absl::Status ReadOrder(Seq seq, Order& order);

  SoldNameTable names_;
  SqliteStatement find_;
  SqliteStatement insert_;
  SqliteStatement insert_line_;
  SqliteStatement remove_lines_;
  SqliteStatement remove_;
  SqliteStatement header_;
  SqliteStatement lines_;
};

// Reads the orders after a seq. Works on a store and on the staging database alike.
class OrderCursor {
 public:
  static absl::StatusOr<OrderCursor> Create(const SqliteDb& db, Seq after);

  // False at the end. `order` keeps its memory from call to call.
  absl::StatusOr<bool> Next(Seq& seq, Order& order);

 private:
  absl::Status AdvanceLine();

  SqliteStatement orders_;
  SqliteStatement lines_;
  bool has_line_ = false;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_ORDERS_H_
