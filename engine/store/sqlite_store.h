// The store in one SQLite file: for a shop, a test, a laptop; no server to run.
//
// Durability. The journal is a write-ahead log with `synchronous = FULL`: a commit appends its
// pages to the log and syncs the log before it returns, so what was acknowledged is on the medium
// and survives kill -9 and a power cut (NORMAL would sync only at checkpoints and lose the newest
// commits; EXTRA adds nothing to a log that is not deleted). A torn tail of the log fails its
// checksums and is ignored as a whole, so an unacknowledged write is there wholly or not at all.
// A sync that fails fails the commit: the writer gets an error, and the next write overwrites what
// stands in the log. After a failed sync the system may call pages clean that never reached the
// medium, and if the process then ends, the next one finds that unacknowledged write in the log and
// takes it for committed. So whoever opens the store for writing first copies the log into the file
// and syncs it (a checkpoint), before it acknowledges anything that stands behind it in the log.
//
// Readers see the last commit before they began and hold up nobody; writers of this process queue
// on a mutex, those of other processes on SQLite's lock, up to `busy_timeout`.
#ifndef TSUGI_ENGINE_STORE_SQLITE_STORE_H_
#define TSUGI_ENGINE_STORE_SQLITE_STORE_H_

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/store.h"

namespace tsugi {

struct SqliteOptions {
  std::string vfs = {};  // a registered SQLite VFS; empty: the system's
  absl::Duration busy_timeout = absl::Seconds(20);
  // Migrations in place of the program's own, for tests.
  std::optional<std::span<const std::string>> schema_steps = {};
};

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path,
                                                       const OpenOptions& options,
                                                       const SqliteOptions& sqlite);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_STORE_H_
