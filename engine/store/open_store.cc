#include "absl/strings/match.h"
#include "engine/store/sqlite_store.h"
#include "engine/store/store.h"

namespace tsugi {

absl::StatusOr<std::unique_ptr<Store>> OpenStore(const std::string& location,
                                                 const OpenOptions& options) {
  if (absl::StartsWith(location, "postgresql://") || absl::StartsWith(location, "postgres://")) {
    return absl::UnimplementedError(
        "a store in PostgreSQL is not part of this build; give the path of a file");
  }
  if (location.empty()) {
    return absl::InvalidArgumentError("store '': give the path of a file, as in tsugi.db");
  }
  return OpenSqliteStore(location, options, {});
}

}  // namespace tsugi
