// The order history that a store of these facts has.
#ifndef TSUGI_TESTS_TESTING_HISTORY_OF_H_
#define TSUGI_TESTS_TESTING_HISTORY_OF_H_

#include <gtest/gtest.h>

#include <vector>

#include "engine/facts/facts.h"
#include "engine/history/builder.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::testing {

inline OrderHistory HistoryOf(const std::vector<Fact>& facts) {
  MemoryStore store;
  EXPECT_OK(store.Put(facts));
  return ReadOrderHistory(store).value();
}

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_TESTING_HISTORY_OF_H_
