#include "engine/store/sqlite_staging.h"

#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "engine/store/sqlite_migration.h"
#include "engine/store/sqlite_rows.h"
#include "engine/store/sqlite_schema.h"

namespace tsugi {

absl::StatusOr<std::unique_ptr<SqliteStaging>> SqliteStaging::Create() {
  auto staging = std::make_unique<SqliteStaging>();
  SqliteOpenOptions options;
  options.flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  TSUGI_ASSIGN_OR_RETURN(staging->db_, SqliteDb::Open("", options));
  SqliteDb& db = staging->db_;
  // Nothing here is ever rolled back or read by anyone else: no journal, no sync. 64 MiB of cache.
  TSUGI_RETURN_IF_ERROR(
      db.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; "
                 "PRAGMA secure_delete = OFF; PRAGMA foreign_keys = OFF;"));
  TSUGI_RETURN_IF_ERROR(CreateSchema(db, SchemaSteps(), StoreSettings{}));
  // One transaction for all: without it each row would be one.
  TSUGI_RETURN_IF_ERROR(db.Execute("BEGIN"));
  TSUGI_RETURN_IF_ERROR(staging->orders_.Prepare(db));
  absl::Status status;
  ForEachFactTable([&]<typename T>() {
    if (!status.ok()) return;
    auto& table = std::get<StagedTable<T>>(staging->tables_);
    absl::StatusOr<SqliteStatement> insert = db.Prepare(InsertSql<T>());
    status = insert.status();
    if (status.ok()) table.insert = *std::move(insert);
  });
  if (!status.ok()) return status;
  auto& campaigns = std::get<StagedTable<Campaign>>(staging->tables_);
  TSUGI_ASSIGN_OR_RETURN(campaigns.find_digest,
                         db.Prepare("SELECT digest FROM campaigns WHERE campaign_id = ?"));
  return staging;
}

absl::Status SqliteStaging::Add(const Fact& fact) {
  return std::visit(
      [this]<typename T>(const T& value) {
        if constexpr (std::is_same_v<T, Order>) {
          return orders_.Add(value);
        } else {
          return AddFact(value);
        }
      },
      fact);
}

template <typename T>
absl::Status SqliteStaging::AddFact(const T& fact) {
  auto& table = std::get<StagedTable<T>>(tables_);
  const std::int64_t digest = kHasDigest<T> ? DigestOf(fact) : 0;
  TSUGI_ASSIGN_OR_RETURN(const bool added,
                         InsertRow(table.insert, db_.handle(), ++next_, fact, digest, 0));
  if (added) return absl::OkStatus();
  if constexpr (std::is_same_v<T, Campaign>) {
    table.find_digest.Bind(1, fact.id);
    TSUGI_ASSIGN_OR_RETURN(const bool found, table.find_digest.Step());
    const bool same = found && table.find_digest.Int(0) == digest;
    table.find_digest.Reset();
    if (!same) {
      return absl::InvalidArgumentError(
          absl::StrCat("campaign_id '", fact.id,
                       "': an earlier row has it with other content; give each campaign once"));
    }
  }
  ++repeated_;
  return absl::OkStatus();
}

absl::Status SqliteStaging::WriteTo(SqliteWriter& writer, absl::Time now,
                                    const WriteOptions& options, WriteResult& counts) {
  TSUGI_RETURN_IF_ERROR(WriteVersions<Product>(writer, now, counts));
  TSUGI_RETURN_IF_ERROR(WriteVersions<Customer>(writer, now, counts));
  TSUGI_RETURN_IF_ERROR(WriteVersions<Subscription>(writer, now, counts));
  TSUGI_RETURN_IF_ERROR(WriteEvents<Signal>(writer, options, counts));
  TSUGI_RETURN_IF_ERROR(WriteEvents<Campaign>(writer, options, counts));
  TSUGI_RETURN_IF_ERROR(WriteEvents<Exposure>(writer, options, counts));
  TSUGI_RETURN_IF_ERROR(WriteEvents<ReactionEvent>(writer, options, counts));
  TSUGI_RETURN_IF_ERROR(WriteEvents<Contact>(writer, options, counts));
  TSUGI_RETURN_IF_ERROR(WriteOrders(writer, options, counts));
  counts.already_there += repeated_;
  return absl::OkStatus();
}

template <typename T>
absl::Status SqliteStaging::WriteVersions(SqliteWriter& writer, absl::Time now,
                                          WriteResult& counts) {
  TSUGI_ASSIGN_OR_RETURN(
      SqliteStatement rows,
      db_.Prepare(SelectSql<T>(absl::StrCat("ORDER BY ", FactTable<T>::kKey, ", seq"))));
  std::vector<T> group;
  const auto write_group = [&]() -> absl::Status {
    if (group.empty()) return absl::OkStatus();
    std::vector<const T*> facts;
    facts.reserve(group.size());
    for (const T& fact : group) facts.push_back(&fact);
    TSUGI_RETURN_IF_ERROR(writer.versions<T>().Write(facts, now, writer.transaction(), counts));
    group.clear();
    return absl::OkStatus();
  };
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) return write_group();
    T fact = ReadRow<T>(rows).fact;
    if (!group.empty() && group.front().id != fact.id) TSUGI_RETURN_IF_ERROR(write_group());
    group.push_back(std::move(fact));
  }
}

template <typename T>
absl::Status SqliteStaging::WriteEvents(SqliteWriter& writer, const WriteOptions& options,
                                        WriteResult& counts) {
  TSUGI_ASSIGN_OR_RETURN(SqliteStatement rows, db_.Prepare(SelectSql<T>("ORDER BY seq")));
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) return absl::OkStatus();
    TSUGI_RETURN_IF_ERROR(writer.WriteUnversioned(Fact(ReadRow<T>(rows).fact), options, counts));
  }
}

absl::Status SqliteStaging::WriteOrders(SqliteWriter& writer, const WriteOptions& options,
                                        WriteResult& counts) {
  return orders_.ForEach([&](const Order& order) {
    return writer.orders().Write(order, options, writer.transaction(), counts);
  });
}

}  // namespace tsugi
