#include "engine/store/sqlite_store.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "engine/facts/validate.h"
#include "engine/store/order_owners.h"
#include "engine/store/sqlite_changes.h"
#include "engine/store/sqlite_check.h"
#include "engine/store/sqlite_connection.h"
#include "engine/store/sqlite_erasure.h"
#include "engine/store/sqlite_order_owners.h"
#include "engine/store/sqlite_queries.h"
#include "engine/store/sqlite_reservations.h"
#include "engine/store/sqlite_returns.h"
#include "engine/store/sqlite_staging.h"
#include "engine/store/sqlite_writer.h"

namespace tsugi {
namespace {

class SqliteStore : public Store {
 public:
  SqliteStore(std::string path, bool read_only, SqliteOptions options)
      : path_(std::move(path)), read_only_(read_only), options_(std::move(options)) {}

  absl::StatusOr<StoreInfo> Info() const override;
  absl::StatusOr<WriteResult> Write(std::span<const Fact> facts, absl::Time now) override;
  absl::StatusOr<std::unique_ptr<Staging>> BeginImport() override;
  absl::StatusOr<Seq> ReadChanges(
      Seq after, const std::function<absl::Status(const Change&)>& visit) const override;
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> SoldNames() const override;
  absl::StatusOr<ReserveResult> Reserve(const Reservation& reservation) override;
  absl::StatusOr<std::optional<KeptAnswer>> FindAnswer(
      const std::string& request_id) const override;
  absl::StatusOr<std::vector<Exposure>> ExposuresOf(
      const std::string& recommendation_id) const override;
  absl::StatusOr<Seq> DeleteCustomer(const std::string& customer_id, absl::Time now) override;
  absl::Status Check() const override;

  absl::StatusOr<WriteResult> CommitStaged(SqliteStaging& staging, absl::Time now,
                                           const WriteOptions& options);
  absl::StatusOr<std::unique_ptr<SqliteDb>> TakeReader() const;

 private:
  using WriteBody = std::function<absl::Status(SqliteWriter&, SqliteDb&, WriteResult&)>;
  using ReadBody = std::function<absl::Status(const SqliteDb&)>;

  // Runs `body` in the one writing transaction and commits.
  absl::StatusOr<WriteResult> Transact(const WriteBody& body);
  absl::StatusOr<WriteResult> TransactUnchecked(const WriteBody& body)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::Status TransactLocked(const WriteBody& body, WriteResult& result)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::Status OpenWriter() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  void ScrubLog() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);

  // Runs `body` on a connection of its own, within one consistent read.
  absl::Status Read(const ReadBody& body) const;

  const std::string path_;
  const bool read_only_;
  const SqliteOptions options_;

  base::Mutex writer_mutex_;
  std::unique_ptr<SqliteDb> writer_db_ ABSL_GUARDED_BY(writer_mutex_);
  std::unique_ptr<SqliteWriter> writer_ ABSL_GUARDED_BY(writer_mutex_);
  // An erasure's old bytes may still stand in the log, since a reader was using it.
  bool scrub_due_ ABSL_GUARDED_BY(writer_mutex_) = false;

  mutable base::Mutex readers_mutex_;
  mutable std::vector<std::unique_ptr<SqliteDb>> idle_readers_ ABSL_GUARDED_BY(readers_mutex_);
};

class StagingOfStore : public Staging {
 public:
  StagingOfStore(SqliteStore& store, std::unique_ptr<SqliteStaging> staging)
      : store_(store), staging_(std::move(staging)) {}

  absl::Status Add(const Fact& fact) override {
    TSUGI_RETURN_IF_ERROR(Open());
    TSUGI_RETURN_IF_ERROR(Validate(fact));
    return staging_->Add(fact);
  }
  absl::StatusOr<WriteResult> Commit(absl::Time now, const WriteOptions& options) override {
    TSUGI_RETURN_IF_ERROR(Open());
    absl::StatusOr<WriteResult> result = store_.CommitStaged(*staging_, now, options);
    if (result.ok()) staging_.reset();
    return result;
  }

 private:
  absl::Status Open() const {
    if (staging_ != nullptr) return absl::OkStatus();
    return absl::FailedPreconditionError("this import is committed; begin another");
  }

  SqliteStore& store_;
  std::unique_ptr<SqliteStaging> staging_;
};

absl::Status SqliteStore::OpenWriter() {
  if (read_only_) {
    return absl::FailedPreconditionError(
        absl::StrCat("store '", path_, "' is open for reading only"));
  }
  if (writer_ != nullptr) return absl::OkStatus();
  TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<SqliteDb> db, Connect(path_, Access::kWrite, options_));
  // See "Durability": what an earlier process left in the log is made durable before anything is
  // acknowledged on top of it. PASSIVE waits for nobody.
  TSUGI_RETURN_IF_ERROR(db->Execute("PRAGMA wal_checkpoint(PASSIVE)"));
  TSUGI_ASSIGN_OR_RETURN(writer_, SqliteWriter::Create(*db));
  writer_db_ = std::move(db);
  return absl::OkStatus();
}

absl::Status SqliteStore::TransactLocked(const WriteBody& body, WriteResult& result) {
  TSUGI_RETURN_IF_ERROR(OpenWriter());
  TSUGI_RETURN_IF_ERROR(writer_->transaction().Begin());
  absl::Status status = body(*writer_, *writer_db_, result);
  if (status.ok()) status = writer_->Flush();
  if (!status.ok()) {
    writer_->transaction().Rollback();
    writer_->Forget();
    return status;
  }
  TSUGI_ASSIGN_OR_RETURN(result.seq, writer_->transaction().Commit());
  return absl::OkStatus();
}

absl::StatusOr<WriteResult> SqliteStore::Transact(const WriteBody& body) {
  base::MutexLock lock(&writer_mutex_);
  WriteResult result;
  TSUGI_RETURN_IF_ERROR(TransactLocked(body, result));
  if (scrub_due_) ScrubLog();
  return result;
}

// Without foreign key checks: an import writes each line right behind its order and its name, and
// looking both up again for each line would cost a third of its time. Check() looks at all of them.
absl::StatusOr<WriteResult> SqliteStore::TransactUnchecked(const WriteBody& body) {
  TSUGI_RETURN_IF_ERROR(OpenWriter());
  TSUGI_RETURN_IF_ERROR(writer_db_->Execute("PRAGMA foreign_keys = OFF"));
  WriteResult result;
  absl::Status status = TransactLocked(body, result);
  status.Update(writer_db_->Execute("PRAGMA foreign_keys = ON"));
  if (!status.ok()) return status;
  if (scrub_due_) ScrubLog();
  return result;
}

void SqliteStore::ScrubLog() {
  // Copies the log into the file and cuts it to nothing. A reader may hold it up; then the next
  // write tries again.
  const absl::StatusOr<std::int64_t> busy = writer_db_->QueryInt("PRAGMA wal_checkpoint(TRUNCATE)");
  scrub_due_ = !busy.ok() || *busy != 0;
}

absl::StatusOr<WriteResult> SqliteStore::Write(std::span<const Fact> facts, absl::Time now) {
  for (const Fact& fact : facts) TSUGI_RETURN_IF_ERROR(Validate(fact));
  return Transact([&](SqliteWriter& writer, SqliteDb&, WriteResult& counts) {
    return writer.Write(facts, now, counts);
  });
}

absl::StatusOr<std::unique_ptr<Staging>> SqliteStore::BeginImport() {
  if (read_only_) {
    return absl::FailedPreconditionError(
        absl::StrCat("store '", path_, "' is open for reading only"));
  }
  TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<SqliteStaging> staging, SqliteStaging::Create());
  return std::make_unique<StagingOfStore>(*this, std::move(staging));
}

absl::StatusOr<WriteResult> SqliteStore::CommitStaged(SqliteStaging& staging, absl::Time now,
                                                      const WriteOptions& options) {
  Seq before = 0;
  WriteResult result;
  {
    base::MutexLock lock(&writer_mutex_);
    TSUGI_ASSIGN_OR_RETURN(
        result, TransactUnchecked([&](SqliteWriter& writer, SqliteDb&, WriteResult& counts) {
          before = writer.transaction().first();
          return staging.WriteTo(writer, now, options, counts);
        }));
  }
  if (result.returns > 0) {
    TSUGI_RETURN_IF_ERROR(Read([&](const SqliteDb& db) -> absl::Status {
      TSUGI_ASSIGN_OR_RETURN(result.unmatched_returns,
                             CountUnmatchedReturns(db, before, result.seq));
      return absl::OkStatus();
    }));
  }
  return result;
}

absl::StatusOr<Seq> SqliteStore::DeleteCustomer(const std::string& customer_id, absl::Time) {
  if (customer_id.empty()) {
    return absl::InvalidArgumentError("customer_id '': give the id of the customer to delete");
  }
  TSUGI_ASSIGN_OR_RETURN(const WriteResult result,
                         Transact([&](SqliteWriter& writer, SqliteDb& db, WriteResult&) {
                           return EraseCustomer(db, writer.transaction(), customer_id);
                         }));
  base::MutexLock lock(&writer_mutex_);
  scrub_due_ = true;
  if (writer_db_ != nullptr) ScrubLog();
  return result.seq;
}

absl::StatusOr<std::unique_ptr<SqliteDb>> SqliteStore::TakeReader() const {
  {
    base::MutexLock lock(&readers_mutex_);
    if (!idle_readers_.empty()) {
      std::unique_ptr<SqliteDb> reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
  }
  return Connect(path_, Access::kRead, options_);
}

absl::Status SqliteStore::Read(const ReadBody& body) const {
  TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<SqliteDb> reader, TakeReader());
  TSUGI_RETURN_IF_ERROR(reader->Execute("BEGIN"));
  absl::Status status = body(*reader);
  TSUGI_RETURN_IF_ERROR(reader->Execute("COMMIT"));
  if (!status.ok()) return status;
  base::MutexLock lock(&readers_mutex_);
  idle_readers_.push_back(std::move(reader));
  return absl::OkStatus();
}

absl::StatusOr<StoreInfo> SqliteStore::Info() const {
  StoreInfo info;
  TSUGI_RETURN_IF_ERROR(Read([&info](const SqliteDb& db) -> absl::Status {
    TSUGI_ASSIGN_OR_RETURN(info, ReadInfo(db));
    return absl::OkStatus();
  }));
  return info;
}

absl::StatusOr<Seq> SqliteStore::ReadChanges(
    Seq after, const std::function<absl::Status(const Change&)>& visit) const {
  Seq newest = 0;
  TSUGI_RETURN_IF_ERROR(Read([&](const SqliteDb& db) -> absl::Status {
    TSUGI_ASSIGN_OR_RETURN(const std::int64_t seq,
                           db.QueryInt("SELECT value FROM meta WHERE key = 'seq'"));
    newest = static_cast<Seq>(seq);
    if (after > newest) {
      return absl::OutOfRangeError(absl::StrCat("the store '", path_, "' is at seq ", newest,
                                                ", before the ", after,
                                                " asked for; read it again from the beginning"));
    }
    return after == newest ? absl::OkStatus() : VisitChanges(db, after, visit);
  }));
  return newest;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> SqliteStore::SoldNames() const {
  std::vector<std::pair<std::string, std::string>> names;
  TSUGI_RETURN_IF_ERROR(Read([&names](const SqliteDb& db) -> absl::Status {
    TSUGI_ASSIGN_OR_RETURN(names, ReadSoldNames(db));
    return absl::OkStatus();
  }));
  return names;
}

absl::StatusOr<std::vector<Exposure>> SqliteStore::ExposuresOf(
    const std::string& recommendation_id) const {
  std::vector<Exposure> exposures;
  TSUGI_RETURN_IF_ERROR(Read([&](const SqliteDb& db) -> absl::Status {
    TSUGI_ASSIGN_OR_RETURN(exposures, ReadExposures(db, recommendation_id));
    return absl::OkStatus();
  }));
  return exposures;
}

absl::StatusOr<ReserveResult> SqliteStore::Reserve(const Reservation& reservation) {
  TSUGI_RETURN_IF_ERROR(Validate(reservation));
  ReserveResult result;
  TSUGI_RETURN_IF_ERROR(
      Transact([&](SqliteWriter& writer, SqliteDb&, WriteResult&) -> absl::Status {
        TSUGI_ASSIGN_OR_RETURN(result,
                               writer.reservations().Reserve(reservation, writer.transaction()));
        return absl::OkStatus();
      }).status());
  return result;
}

absl::StatusOr<std::optional<KeptAnswer>> SqliteStore::FindAnswer(
    const std::string& request_id) const {
  std::optional<KeptAnswer> found;
  TSUGI_RETURN_IF_ERROR(Read([&](const SqliteDb& db) -> absl::Status {
    TSUGI_ASSIGN_OR_RETURN(found, FindKeptAnswer(db, request_id));
    return absl::OkStatus();
  }));
  return found;
}

absl::Status SqliteStore::Check() const { return Read(CheckIntegrity); }

}  // namespace

absl::StatusOr<std::unique_ptr<OrderOwners>> OpenOrderOwners(const Store& store) {
  const auto* const sqlite = dynamic_cast<const SqliteStore*>(&store);
  if (sqlite == nullptr) return nullptr;
  TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<SqliteDb> reader, sqlite->TakeReader());
  return OrderOwnersOf(std::move(reader));
}

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path,
                                                       const OpenOptions& options,
                                                       const SqliteOptions& sqlite) {
  TSUGI_RETURN_IF_ERROR(PrepareFile(path, options, sqlite));
  return std::make_unique<SqliteStore>(path, options.read_only, sqlite);
}

}  // namespace tsugi
