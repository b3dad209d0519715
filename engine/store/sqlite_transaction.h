// The one writing transaction: takes the write lock, hands out seq, leaves tombstones.
#ifndef TSUGI_ENGINE_STORE_SQLITE_TRANSACTION_H_
#define TSUGI_ENGINE_STORE_SQLITE_TRANSACTION_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/store.h"

namespace tsugi {

std::string_view Name(FactKind kind);
absl::StatusOr<FactKind> FactKindFromName(std::string_view name);

// seq is handed out under the write lock, so its order is the order of commits.
class SqliteTransaction {
 public:
  static absl::StatusOr<SqliteTransaction> Create(SqliteDb& db);

  absl::Status Begin();
  absl::StatusOr<Seq> Commit();  // the store's newest seq; rolled back where it fails
  void Rollback();

  Seq Next() { return ++seq_; }
  absl::Status Bury(FactKind kind, const std::string& id);
  Seq first() const { return first_; }  // the store's seq before this transaction

 private:
  SqliteDb* db_ = nullptr;
  Seq first_ = 0;
  Seq seq_ = 0;
  SqliteStatement begin_;
  SqliteStatement commit_;
  SqliteStatement read_seq_;
  SqliteStatement write_seq_;
  SqliteStatement bury_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_TRANSACTION_H_
