// What an outcome report is made of: what was shown or withheld, to whom, how they reacted, and all
// they bought.
//
// Memory: the facts as they are; orders only of customers to whom something was shown or withheld,
// and those that carry a recommendation_id.
#ifndef TSUGI_ENGINE_OUTCOMES_FACTS_H_
#define TSUGI_ENGINE_OUTCOMES_FACTS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/facts/facts.h"
#include "engine/store/store.h"

namespace tsugi {

struct OutcomeFacts {
  std::vector<Exposure> exposures;
  std::vector<ReactionEvent> reactions;
  std::vector<Contact> contacts;  // confirmed ones
  std::vector<Order> orders;
  // The versions of each id, by the instant from which they hold.
  absl::flat_hash_map<std::string, std::map<absl::Time, std::optional<base::Decimal>>> unit_costs;
  absl::flat_hash_map<std::string, std::map<absl::Time, std::string>> segments;  // of customers
};

// The facts of before `until`. Reads the store twice: first what was shown, then who bought.
// Errors: the store's.
absl::StatusOr<OutcomeFacts> ReadOutcomeFacts(const Store& store, absl::Time until);

// A fact's version at `at`: the newest of then or before; null where there is none.
template <typename T>
const T* VersionAt(const absl::flat_hash_map<std::string, std::map<absl::Time, T>>& versions,
                   const std::string& id, absl::Time at) {
  const auto found = versions.find(id);
  if (found == versions.end()) return nullptr;
  const auto after = found->second.upper_bound(at);
  return after == found->second.begin() ? nullptr : &std::prev(after)->second;
}

}  // namespace tsugi

#endif  // TSUGI_ENGINE_OUTCOMES_FACTS_H_
