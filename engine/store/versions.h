// Which versions of a product, customer or subscription are new, and from when they hold.
//
// The rules, pure so that they can be tested as a table. The rows of one id in one write (or
// import) are judged together, in their order:
//  - Rows that the id's newest versions (by seq) already end with are already there: the same file,
//    or a retried message, changes nothing. A value that went A, B and now A again is new.
//  - A dated row is already there if a version of that instant has that content.
//  - An undated row is already there if what holds now has that content.
// A new version holds from its observed_at; without one, the first of an id from its beginning,
// a later one from now.
#ifndef TSUGI_ENGINE_STORE_VERSIONS_H_
#define TSUGI_ENGINE_STORE_VERSIONS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"

namespace tsugi {

struct StoredVersion {
  std::int64_t digest = 0;
  std::optional<base::Micros> observed_at;
  base::Micros valid_from = 0;
};

struct IncomingVersion {
  std::int64_t digest = 0;
  std::optional<base::Micros> observed_at;
  base::Micros begin = 0;  // from when it holds if it is the first of its id and undated
};

// For each of `incoming` the instant from which it holds, or none where it is already there.
// `stored` are the id's versions in the order of seq.
std::vector<std::optional<base::Micros>> PlaceVersions(std::vector<StoredVersion> stored,
                                                       std::span<const IncomingVersion> incoming,
                                                       base::Micros now);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_VERSIONS_H_
