// A FactIndex of a few facts, fed as a server feeds it.
#ifndef TSUGI_TESTS_ENGINE_PROPENSITY_FACTS_INDEX_H_
#define TSUGI_TESTS_ENGINE_PROPENSITY_FACTS_INDEX_H_

#include <string>
#include <utility>
#include <vector>

#include "engine/history/builder.h"
#include "engine/state/fact_index.h"
#include "engine/state/follower.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::testing {

struct FactsIndex {
  void Put(std::vector<Fact> facts) {
    ASSERT_THAT(store.Put(std::move(facts)), IsOk());
    ASSERT_THAT(follower.CatchUp(), IsOk());
  }

  OrderHistory History() const {
    OrderHistoryBuilder builder;
    EXPECT_THAT(
        store.ReadChanges(0, [&](const Change& change) { return builder.Add(change); }).status(),
        IsOk());
    return builder.Build();
  }

  MemoryStore store;
  FactIndex index;
  Follower follower{&store, &index};
};

// A version of a subscription, from `observed` on.
inline Subscription Version(const std::string& id, const std::string& plan,
                            SubscriptionStatus status, const std::string& started,
                            const std::string& observed) {
  Subscription version = Subscribed(id, "c-" + id, plan, status, started);
  version.observed_at = At(observed);
  return version;
}

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_ENGINE_PROPENSITY_FACTS_INDEX_H_
