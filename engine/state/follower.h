// Keeps a FactIndex up to the store: reads what came after the last seq and applies it, in batches,
// so that readers of the index wait for at most one batch.
//
// Call CatchUp after each write of one's own (the writer then sees it in the next answer) and, from
// a background loop, every poll period (writes of other processes).
//
// Thread safety: safe for concurrent use; calls of CatchUp queue behind one another.
#ifndef TSUGI_ENGINE_STATE_FOLLOWER_H_
#define TSUGI_ENGINE_STATE_FOLLOWER_H_

#include <cstddef>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "engine/state/fact_index.h"
#include "engine/store/store.h"

namespace tsugi {

struct FollowerOptions {
  std::size_t batch = 512;  // changes applied under one write lock
};

class Follower {
 public:
  // `store` and `index` must outlive it; nobody else applies changes to `index`.
  Follower(const Store* store, FactIndex* index, FollowerOptions options = {});

  // On return the index holds at least what was in the store at the call. Errors: the store's; what
  // was read before is kept, and the next call goes on from there.
  absl::Status CatchUp();

 private:
  const Store* const store_;
  FactIndex* const index_;
  const FollowerOptions options_;
  base::Mutex mutex_;
  Seq seen_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_FOLLOWER_H_
