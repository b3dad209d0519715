// Facts of one import, kept in a private temporary database until they are all written at once.
//
// The temporary database lives in a bounded page cache and spills to a file that is already
// deleted, order lines stand in such a file too, so memory does not grow with the import and
// nothing stays behind after a crash.
#ifndef TSUGI_ENGINE_STORE_SQLITE_STAGING_H_
#define TSUGI_ENGINE_STORE_SQLITE_STAGING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/sqlite_db.h"
#include "engine/store/sqlite_writer.h"
#include "engine/store/staged_orders.h"
#include "engine/store/store.h"

namespace tsugi {

// One table of other facts.
template <typename T>
struct StagedTable {
  SqliteStatement insert;
  SqliteStatement find_digest;  // campaigns only
};

class SqliteStaging {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteStaging>> Create();

  absl::Status Add(const Fact& fact);
  // Writes everything through `writer`, whose transaction is open.
  absl::Status WriteTo(SqliteWriter& writer, absl::Time now, const WriteOptions& options,
                       WriteResult& counts);

 private:
  template <typename T>
  absl::Status AddFact(const T& fact);
  template <typename T>
  absl::Status WriteVersions(SqliteWriter& writer, absl::Time now, WriteResult& counts);
  template <typename T>
  absl::Status WriteEvents(SqliteWriter& writer, const WriteOptions& options, WriteResult& counts);
  absl::Status WriteOrders(SqliteWriter& writer, const WriteOptions& options, WriteResult& counts);

  SqliteDb db_;
  StagedOrders orders_;
  std::tuple<StagedTable<Product>, StagedTable<Customer>, StagedTable<Subscription>,
             StagedTable<Signal>, StagedTable<Campaign>, StagedTable<Exposure>,
             StagedTable<ReactionEvent>, StagedTable<Contact>>
      tables_;
  Seq next_ = 0;
  std::uint64_t repeated_ = 0;  // events that came twice in this import
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_STAGING_H_
