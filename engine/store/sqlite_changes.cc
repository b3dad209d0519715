#include "engine/store/sqlite_changes.h"

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "base/status_macros.h"
#include "engine/store/sqlite_orders.h"
#include "engine/store/sqlite_rows.h"
#include "engine/store/sqlite_transaction.h"

namespace tsugi {
namespace {

// One table's changes; stands on one of them or at the end.
class Source {
 public:
  virtual ~Source() = default;
  virtual absl::StatusOr<bool> Next() = 0;
  const Change& change() const { return change_; }

 protected:
  Change change_;
};

template <typename T>
class FactSource : public Source {
 public:
  absl::Status Open(const SqliteDb& db, Seq after) {
    TSUGI_ASSIGN_OR_RETURN(rows_, db.Prepare(SelectSql<T>("WHERE seq > ? ORDER BY seq")));
    rows_.Bind(1, static_cast<std::int64_t>(after));
    return absl::OkStatus();
  }
  absl::StatusOr<bool> Next() override {
    TSUGI_ASSIGN_OR_RETURN(const bool row, rows_.Step());
    if (!row) return false;
    FactRow<T> read = ReadRow<T>(rows_);
    change_ = {read.seq, Stored{std::move(read.fact), read.valid_from}};
    return true;
  }

 private:
  SqliteStatement rows_;
};

class OrderSource : public Source {
 public:
  absl::Status Open(const SqliteDb& db, Seq after) {
    TSUGI_ASSIGN_OR_RETURN(rows_, OrderCursor::Create(db, after));
    change_.what = Stored{Order{}, absl::InfinitePast()};
    return absl::OkStatus();
  }
  absl::StatusOr<bool> Next() override {
    Stored& stored = std::get<Stored>(change_.what);
    Order& order = std::get<Order>(stored.fact);
    TSUGI_ASSIGN_OR_RETURN(const bool row, rows_.Next(change_.seq, order));
    stored.valid_from = order.ordered_at;
    return row;
  }

 private:
  OrderCursor rows_;
};

class TombstoneSource : public Source {
 public:
  absl::Status Open(const SqliteDb& db, Seq after) {
    TSUGI_ASSIGN_OR_RETURN(
        rows_, db.Prepare("SELECT seq, kind, id FROM tombstones WHERE seq > ? ORDER BY seq"));
    rows_.Bind(1, static_cast<std::int64_t>(after));
    return absl::OkStatus();
  }
  absl::StatusOr<bool> Next() override {
    TSUGI_ASSIGN_OR_RETURN(const bool row, rows_.Step());
    if (!row) return false;
    TSUGI_ASSIGN_OR_RETURN(const FactKind kind, FactKindFromName(rows_.Text(1)));
    change_ = {static_cast<Seq>(rows_.Int(0)), Tombstone{kind, std::string(rows_.Text(2))}};
    return true;
  }

 private:
  SqliteStatement rows_;
};

using Sources = std::vector<std::unique_ptr<Source>>;

template <typename S>
absl::Status AddSource(const SqliteDb& db, Seq after, Sources& sources) {
  auto source = std::make_unique<S>();
  TSUGI_RETURN_IF_ERROR(source->Open(db, after));
  TSUGI_ASSIGN_OR_RETURN(const bool row, source->Next());
  if (row) sources.push_back(std::move(source));
  return absl::OkStatus();
}

absl::StatusOr<Sources> OpenSources(const SqliteDb& db, Seq after) {
  Sources sources;
  TSUGI_RETURN_IF_ERROR(AddSource<OrderSource>(db, after, sources));
  TSUGI_RETURN_IF_ERROR(AddSource<TombstoneSource>(db, after, sources));
  absl::Status status;
  ForEachFactTable([&]<typename T>() {
    if (status.ok()) status = AddSource<FactSource<T>>(db, after, sources);
  });
  if (!status.ok()) return status;
  return sources;
}

}  // namespace

absl::Status VisitChanges(const SqliteDb& db, Seq after,
                          const std::function<absl::Status(const Change&)>& visit) {
  TSUGI_ASSIGN_OR_RETURN(Sources sources, OpenSources(db, after));
  while (!sources.empty()) {
    std::size_t first = 0;
    for (std::size_t i = 1; i < sources.size(); ++i) {
      if (sources[i]->change().seq < sources[first]->change().seq) first = i;
    }
    TSUGI_RETURN_IF_ERROR(visit(sources[first]->change()));
    TSUGI_ASSIGN_OR_RETURN(const bool row, sources[first]->Next());
    if (!row) sources.erase(sources.begin() + static_cast<std::ptrdiff_t>(first));
  }
  return absl::OkStatus();
}

}  // namespace tsugi
