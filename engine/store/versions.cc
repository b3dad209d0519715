#include "engine/store/versions.h"

#include <algorithm>
#include <cstddef>

namespace tsugi {
namespace {

bool Same(const StoredVersion& stored, const IncomingVersion& incoming) {
  return stored.digest == incoming.digest && stored.observed_at == incoming.observed_at;
}

// The most first rows of `incoming` that `stored` ends with.
std::size_t Overlap(std::span<const StoredVersion> stored,
                    std::span<const IncomingVersion> incoming) {
  for (std::size_t n = std::min(stored.size(), incoming.size()); n > 0; --n) {
    const auto tail = stored.last(n);
    if (std::equal(tail.begin(), tail.end(), incoming.begin(), Same)) return n;
  }
  return 0;
}

bool AlreadyThere(std::span<const StoredVersion> stored, const IncomingVersion& incoming,
                  base::Micros now) {
  if (incoming.observed_at.has_value()) {
    return std::any_of(stored.begin(), stored.end(),
                       [&incoming](const StoredVersion& s) { return Same(s, incoming); });
  }
  const StoredVersion* current = nullptr;
  for (const StoredVersion& version : stored) {
    const bool newer = current == nullptr || version.valid_from >= current->valid_from;
    if (version.valid_from <= now && newer) current = &version;
  }
  return current != nullptr && current->digest == incoming.digest;
}

}  // namespace

std::vector<std::optional<base::Micros>> PlaceVersions(std::vector<StoredVersion> stored,
                                                       std::span<const IncomingVersion> incoming,
                                                       base::Micros now) {
  std::vector<std::optional<base::Micros>> places(incoming.size());
  for (std::size_t i = Overlap(stored, incoming); i < incoming.size(); ++i) {
    if (AlreadyThere(stored, incoming[i], now)) continue;
    const base::Micros undated = stored.empty() ? incoming[i].begin : now;
    places[i] = incoming[i].observed_at.value_or(undated);
    stored.push_back({incoming[i].digest, incoming[i].observed_at, *places[i]});
  }
  return places;
}

}  // namespace tsugi
