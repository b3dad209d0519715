// All versions of one fact, and the one in force at an instant.
//
// Versions are kept by (valid_from, seq), so a version that arrives late takes its place in the
// past. Almost every id has one version: AsOf is then one comparison.
#ifndef TSUGI_ENGINE_STATE_VERSIONED_H_
#define TSUGI_ENGINE_STATE_VERSIONED_H_

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/store/store.h"

namespace tsugi {

template <typename T>
class Versioned {
 public:
  struct Version {
    base::Micros valid_from;
    Seq seq;
    T facts;
  };

  // The version in force at `at`, null before the first. Valid until the next Add.
  const T* AsOf(base::Micros at) const {
    for (auto version = versions_.rbegin(); version != versions_.rend(); ++version) {
      if (version->valid_from <= at) return &version->facts;
    }
    return nullptr;
  }

  // A version of the same instant and seq is the same version, told again: it is replaced.
  void Add(base::Micros valid_from, Seq seq, T facts) {
    const auto place =
        std::lower_bound(versions_.begin(), versions_.end(), std::pair(valid_from, seq),
                         [](const Version& v, const std::pair<base::Micros, Seq>& key) {
                           return std::pair(v.valid_from, v.seq) < key;
                         });
    if (place != versions_.end() && place->valid_from == valid_from && place->seq == seq) {
      place->facts = std::move(facts);
    } else {
      versions_.insert(place, Version{valid_from, seq, std::move(facts)});
    }
  }

  std::span<const Version> all() const { return versions_; }  // oldest first
  bool empty() const { return versions_.empty(); }
  void clear() { versions_.clear(); }

 private:
  std::vector<Version> versions_;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_VERSIONED_H_
