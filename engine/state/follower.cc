#include "engine/state/follower.h"

#include <algorithm>
#include <vector>

#include "base/status_macros.h"

namespace tsugi {

Follower::Follower(const Store* store, FactIndex* index, FollowerOptions options)
    : store_(store), index_(index), options_(options) {}

absl::Status Follower::CatchUp() {
  const base::MutexLock lock(&mutex_);
  std::vector<Change> batch;
  const auto flush = [&] {
    if (batch.empty()) return;
    index_->Apply(batch);
    seen_ = batch.back().seq;
    batch.clear();
  };
  const absl::StatusOr<Seq> upto =
      store_->ReadChanges(seen_, [&](const Change& change) -> absl::Status {
        // Changes of one seq stay together: a failure between two batches loses none of them.
        if (batch.size() >= options_.batch && batch.back().seq != change.seq) flush();
        batch.push_back(change);
        return absl::OkStatus();
      });
  if (!upto.ok()) {
    if (!batch.empty()) {  // the last seq may be incomplete
      const Seq last = batch.back().seq;
      std::erase_if(batch, [&](const Change& change) { return change.seq == last; });
    }
    flush();
    return upto.status();
  }
  flush();
  seen_ = std::max(seen_, *upto);
  return absl::OkStatus();
}

}  // namespace tsugi
