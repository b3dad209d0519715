#include "engine/store/sqlite_order_owners.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/status_macros.h"

namespace tsugi {
namespace {

class SqliteOrderOwners : public OrderOwners {
 public:
  static absl::StatusOr<std::unique_ptr<OrderOwners>> Create(std::unique_ptr<SqliteDb> db) {
    auto owners = std::make_unique<SqliteOrderOwners>();
    TSUGI_ASSIGN_OR_RETURN(owners->find_, db->Prepare("SELECT customer_id FROM orders WHERE "
                                                      "order_id = ? AND customer_id <> ''"));
    owners->db_ = std::move(db);
    return owners;
  }

  absl::StatusOr<std::optional<std::string>> OwnerOf(const std::string& order_id) override {
    find_.Bind(1, std::string_view(order_id));
    TSUGI_ASSIGN_OR_RETURN(const bool found, find_.Step());
    if (!found) return std::nullopt;
    std::string owner(find_.Text(0));
    find_.Reset();
    return owner;
  }

 private:
  std::unique_ptr<SqliteDb> db_;
  SqliteStatement find_;  // ends before its connection
};

}  // namespace

absl::StatusOr<std::unique_ptr<OrderOwners>> OrderOwnersOf(std::unique_ptr<SqliteDb> db) {
  return SqliteOrderOwners::Create(std::move(db));
}

}  // namespace tsugi
