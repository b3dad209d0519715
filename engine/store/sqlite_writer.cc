#include "engine/store/sqlite_writer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {

template <typename T>
IncomingVersion Incoming(const T& fact) {
  IncomingVersion version;
  version.digest = DigestOf(fact);
  if (fact.observed_at.has_value()) version.observed_at = StoredMicros(*fact.observed_at);
  version.begin = StoredMicros(FactTable<T>::Begin(fact));
  return version;
}

}  // namespace

template <typename T>
absl::Status VersionTable<T>::Prepare(const SqliteDb& db) {
  db_ = &db;
  TSUGI_ASSIGN_OR_RETURN(insert_, db.Prepare(InsertSql<T>()));
  TSUGI_ASSIGN_OR_RETURN(
      versions_,
      db.Prepare(absl::StrCat("SELECT digest, observed_at, valid_from FROM ", FactTable<T>::kTable,
                              " WHERE ", FactTable<T>::kKey, " = ? ORDER BY seq")));
  return absl::OkStatus();
}

template <typename T>
absl::Status VersionTable<T>::Write(std::span<const T* const> facts, absl::Time now,
                                    SqliteTransaction& transaction, WriteResult& counts) {
  std::vector<StoredVersion> stored;
  versions_.Bind(1, facts.front()->id);
  while (true) {
    TSUGI_ASSIGN_OR_RETURN(const bool row, versions_.Step());
    if (!row) break;
    StoredVersion& version = stored.emplace_back();
    version.digest = versions_.Int(0);
    if (!versions_.IsNull(1)) version.observed_at = versions_.Int(1);
    version.valid_from = versions_.Int(2);
  }
  std::vector<IncomingVersion> incoming;
  incoming.reserve(facts.size());
  for (const T* fact : facts) incoming.push_back(Incoming(*fact));
  const auto places = PlaceVersions(std::move(stored), incoming, StoredMicros(now));
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (!places[i].has_value()) {
      ++counts.already_there;
      continue;
    }
    TSUGI_RETURN_IF_ERROR(InsertRow(insert_, db_->handle(), transaction.Next(), *facts[i],
                                    incoming[i].digest, *places[i])
                              .status());
    ++counts.written;
  }
  return absl::OkStatus();
}

template <typename T>
absl::Status EventTable<T>::Prepare(const SqliteDb& db) {
  db_ = &db;
  TSUGI_ASSIGN_OR_RETURN(insert_, db.Prepare(InsertSql<T>()));
  const bool pair = std::is_same_v<T, Exposure>;
  TSUGI_ASSIGN_OR_RETURN(
      exists_,
      db.Prepare(absl::StrCat("SELECT 1 FROM ", FactTable<T>::kTable, " WHERE ",
                              pair ? "recommendation_id = ? AND product_id = ?" : "event_id = ?")));
  return absl::OkStatus();
}

template <typename T>
absl::Status EventTable<T>::Write(const T& fact, SqliteTransaction& transaction,
                                  WriteResult& counts) {
  if constexpr (std::is_same_v<T, Exposure>) {
    exists_.Bind(1, fact.recommendation_id);
    exists_.Bind(2, fact.product_id);
  } else {
    exists_.Bind(1, fact.event_id);
  }
  // Asked first, so that an event that is there takes no seq.
  TSUGI_ASSIGN_OR_RETURN(const bool there, exists_.Step());
  exists_.Reset();
  if (there) {
    ++counts.already_there;
    return absl::OkStatus();
  }
  ++counts.written;
  return InsertRow(insert_, db_->handle(), transaction.Next(), fact, 0, 0).status();
}

absl::Status CampaignTable::Prepare(const SqliteDb& db) {
  db_ = &db;
  TSUGI_ASSIGN_OR_RETURN(insert_, db.Prepare(InsertSql<Campaign>()));
  TSUGI_ASSIGN_OR_RETURN(find_, db.Prepare("SELECT digest FROM campaigns WHERE campaign_id = ?"));
  TSUGI_ASSIGN_OR_RETURN(remove_, db.Prepare("DELETE FROM campaigns WHERE campaign_id = ?"));
  return absl::OkStatus();
}

absl::Status CampaignTable::Write(const Campaign& fact, SqliteTransaction& transaction,
                                  WriteResult& counts) {
  const std::int64_t digest = DigestOf(fact);
  find_.Bind(1, fact.id);
  TSUGI_ASSIGN_OR_RETURN(const bool found, find_.Step());
  const bool same = found && find_.Int(0) == digest;
  find_.Reset();
  if (same) {
    ++counts.already_there;
    return absl::OkStatus();
  }
  if (found) {
    TSUGI_RETURN_IF_ERROR(transaction.Bury(FactKind::kCampaign, fact.id));
    remove_.Bind(1, fact.id);
    TSUGI_RETURN_IF_ERROR(remove_.Run());
    ++counts.replaced;
  }
  ++counts.written;
  return InsertRow(insert_, db_->handle(), transaction.Next(), fact, digest, 0).status();
}

absl::StatusOr<std::unique_ptr<SqliteWriter>> SqliteWriter::Create(SqliteDb& db) {
  auto writer = std::make_unique<SqliteWriter>();
  TSUGI_ASSIGN_OR_RETURN(writer->transaction_, SqliteTransaction::Create(db));
  TSUGI_ASSIGN_OR_RETURN(writer->orders_, OrderTable::Create(db));
  TSUGI_RETURN_IF_ERROR(writer->versions<Product>().Prepare(db));
  TSUGI_RETURN_IF_ERROR(writer->versions<Customer>().Prepare(db));
  TSUGI_RETURN_IF_ERROR(writer->versions<Subscription>().Prepare(db));
  TSUGI_RETURN_IF_ERROR(std::get<EventTable<Signal>>(writer->events_).Prepare(db));
  TSUGI_RETURN_IF_ERROR(std::get<EventTable<Exposure>>(writer->events_).Prepare(db));
  TSUGI_RETURN_IF_ERROR(std::get<EventTable<ReactionEvent>>(writer->events_).Prepare(db));
  TSUGI_RETURN_IF_ERROR(std::get<EventTable<Contact>>(writer->events_).Prepare(db));
  TSUGI_RETURN_IF_ERROR(writer->campaigns_.Prepare(db));
  TSUGI_RETURN_IF_ERROR(writer->reservations_.Prepare(db));
  return writer;
}

template <typename T>
absl::Status SqliteWriter::WriteVersions(std::span<const Fact> facts, absl::Time now,
                                         WriteResult& counts) {
  std::unordered_map<std::string, std::size_t> group_of;
  std::vector<std::vector<const T*>> groups;  // in the order in which ids came
  for (const Fact& fact : facts) {
    const T* const version = std::get_if<T>(&fact);
    if (version == nullptr) continue;
    const auto [entry, is_new] = group_of.emplace(version->id, groups.size());
    if (is_new) groups.emplace_back();
    groups[entry->second].push_back(version);
  }
  for (const std::vector<const T*>& group : groups) {
    TSUGI_RETURN_IF_ERROR(versions<T>().Write(group, now, transaction_, counts));
  }
  return absl::OkStatus();
}

absl::Status SqliteWriter::Write(std::span<const Fact> facts, absl::Time now, WriteResult& counts) {
  TSUGI_RETURN_IF_ERROR(WriteVersions<Product>(facts, now, counts));
  TSUGI_RETURN_IF_ERROR(WriteVersions<Customer>(facts, now, counts));
  TSUGI_RETURN_IF_ERROR(WriteVersions<Subscription>(facts, now, counts));
  for (const Fact& fact : facts) {
    TSUGI_RETURN_IF_ERROR(WriteUnversioned(fact, {}, counts));
  }
  return absl::OkStatus();
}

template <typename T>
absl::Status SqliteWriter::WriteEvent(const T& fact, WriteResult& counts) {
  TSUGI_RETURN_IF_ERROR(std::get<EventTable<T>>(events_).Write(fact, transaction_, counts));
  if constexpr (!std::is_same_v<T, Signal>) {
    if (fact.recommendation_id.empty()) return absl::OkStatus();
    TSUGI_ASSIGN_OR_RETURN(const std::vector<Exposure> shown,
                           reservations_.Confirm(fact.recommendation_id, fact.at, transaction_));
    WriteResult uncounted;  // nobody handed these in
    for (const Exposure& exposure : shown) {
      TSUGI_RETURN_IF_ERROR(
          std::get<EventTable<Exposure>>(events_).Write(exposure, transaction_, uncounted));
    }
  }
  return absl::OkStatus();
}

absl::Status SqliteWriter::WriteUnversioned(const Fact& fact, const WriteOptions& options,
                                            WriteResult& counts) {
  return std::visit(
      [&]<typename T>(const T& value) -> absl::Status {
        if constexpr (std::is_same_v<T, Order>) {
          return orders_.Write(value, options, transaction_, counts);
        } else if constexpr (std::is_same_v<T, Campaign>) {
          return campaigns_.Write(value, transaction_, counts);
        } else if constexpr (FactTable<T>::kVersioned) {
          return absl::OkStatus();  // written by WriteVersions
        } else {
          return WriteEvent(value, counts);
        }
      },
      fact);
}

template class VersionTable<Product>;
template class VersionTable<Customer>;
template class VersionTable<Subscription>;

}  // namespace tsugi
