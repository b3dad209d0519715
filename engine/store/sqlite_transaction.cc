#include "engine/store/sqlite_transaction.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tsugi {
namespace {
constexpr std::array<std::string_view, 9> kKindNames = {"order",        "product",  "customer",
                                                        "subscription", "signal",   "campaign",
                                                        "exposure",     "reaction", "contact"};
}  // namespace

std::string_view Name(FactKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

absl::StatusOr<FactKind> FactKindFromName(std::string_view name) {
  for (std::size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] == name) return static_cast<FactKind>(i);
  }
  return absl::DataLossError(absl::StrCat("tombstones.kind '", std::string(name),
                                          "' is no kind of fact; restore the store from a backup"));
}

absl::StatusOr<SqliteTransaction> SqliteTransaction::Create(SqliteDb& db) {
  SqliteTransaction t;
  t.db_ = &db;
  TSUGI_ASSIGN_OR_RETURN(t.begin_, db.Prepare("BEGIN IMMEDIATE"));
  TSUGI_ASSIGN_OR_RETURN(t.commit_, db.Prepare("COMMIT"));
  TSUGI_ASSIGN_OR_RETURN(t.read_seq_, db.Prepare("SELECT value FROM meta WHERE key = 'seq'"));
  TSUGI_ASSIGN_OR_RETURN(t.write_seq_, db.Prepare("UPDATE meta SET value = ? WHERE key = 'seq'"));
  TSUGI_ASSIGN_OR_RETURN(t.bury_,
                         db.Prepare("INSERT INTO tombstones(seq, kind, id) VALUES (?, ?, ?)"));
  return t;
}

absl::Status SqliteTransaction::Begin() {
  TSUGI_RETURN_IF_ERROR(begin_.Run());
  const absl::StatusOr<bool> row = read_seq_.Step();
  if (!row.ok() || !*row) {
    Rollback();
    if (!row.ok()) return row.status();
    return absl::DataLossError(
        absl::StrCat("store '", db_->path(), "' has lost its seq; restore it from a backup"));
  }
  first_ = seq_ = static_cast<Seq>(read_seq_.Int(0));
  read_seq_.Reset();
  return absl::OkStatus();
}

absl::StatusOr<Seq> SqliteTransaction::Commit() {
  absl::Status status;
  if (seq_ != first_) {
    write_seq_.Bind(1, static_cast<std::int64_t>(seq_));
    status = write_seq_.Run();
  }
  if (status.ok()) status = commit_.Run();
  if (!status.ok()) {
    Rollback();
    return status;
  }
  return seq_;
}

void SqliteTransaction::Rollback() {
  // Some errors have rolled back already.
  if (sqlite3_get_autocommit(db_->handle()) == 0) (void)db_->Execute("ROLLBACK");
}

absl::Status SqliteTransaction::Bury(FactKind kind, const std::string& id) {
  bury_.Bind(1, static_cast<std::int64_t>(Next()));
  bury_.Bind(2, Name(kind));
  bury_.Bind(3, id);
  return bury_.Run();
}

}  // namespace tsugi
