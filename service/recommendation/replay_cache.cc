#include "service/recommendation/replay_cache.h"

#include "absl/strings/str_cat.h"
#include "base/checksum.h"
#include "base/status_macros.h"

namespace tsugi {

std::size_t ReplayCache::BytesOf(const std::string& id, const Entry& entry) {
  constexpr std::size_t kOverhead = 200;  // of the map, the queue and the strings
  return 2 * id.size() + entry.checksum.size() + entry.answer.size() + kOverhead;
}

void ReplayCache::Forget(Shard* shard, absl::Time now) const {
  while (!shard->oldest_first.empty()) {
    const auto oldest = shard->entries.find(shard->oldest_first.front());
    if (oldest->second.made + options_.lifetime > now &&
        shard->bytes <= options_.max_bytes / kShards) {
      return;
    }
    shard->bytes -= BytesOf(oldest->first, oldest->second);
    shard->entries.erase(oldest);
    shard->oldest_first.pop_front();
  }
}

absl::StatusOr<std::string> ReplayCache::Once(
    const std::string& id, const std::string& request, absl::Time now,
    absl::FunctionRef<absl::StatusOr<std::string>()> make) {
  Shard& shard = shards_[base::Fingerprint(id) % kShards];
  std::string checksum = base::Checksum(request);
  base::MutexLock lock(&shard.mutex);
  Forget(&shard, now);
  if (const auto known = shard.entries.find(id); known != shard.entries.end()) {
    if (known->second.checksum == checksum) return known->second.answer;
    return absl::FailedPreconditionError(
        absl::StrCat("request_id: ", id, " was used for a different request; use a new one"));
  }
  TSUGI_ASSIGN_OR_RETURN(std::string answer, make());
  const auto added = shard.entries.emplace(id, Entry{std::move(checksum), answer, now}).first;
  shard.oldest_first.push_back(id);
  shard.bytes += BytesOf(id, added->second);
  Forget(&shard, now);
  return answer;
}

}  // namespace tsugi
