#include "engine/state/subscriptions.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/engine/state/facts_for_tests.h"

namespace tsugi {
namespace {

TEST(UsageShare, IsOfThePlansLimitAndUnknownWithoutOne) {
  Product plan;
  SubscriptionState state;
  state.usage = 30;
  EXPECT_EQ(UsageShare(state), std::nullopt) << "no plan";
  state.plan.facts = &plan;
  EXPECT_EQ(UsageShare(state), std::nullopt) << "a plan without a limit";
  plan.usage_limit = 40;
  EXPECT_EQ(UsageShare(state), 0.75);
  plan.usage_limit = 0;
  EXPECT_EQ(UsageShare(state), std::nullopt) << "a limit of nothing";
  plan.usage_limit = 40;
  state.usage.reset();
  EXPECT_EQ(UsageShare(state), std::nullopt) << "usage not known";
}

TEST(SeatPrice, IsTheSubscriptionsOwnElseThePlans) {
  FactIndex index;
  Product plan = testing::Goods("plan", 20);
  Product free = testing::Goods("free");
  free.price.reset();
  const std::vector<Change> changes = {{1, Stored{plan, absl::InfinitePast()}},
                                       {2, Stored{free, absl::InfinitePast()}}};
  index.Apply(changes);
  const base::ReaderLock lock(&index.mutex());
  Subscription facts;
  SubscriptionState state;
  state.facts = &facts;
  state.plan = index.RefAsOf(index.FindProduct("plan"), 0);
  EXPECT_EQ(SeatPrice(index, state, 0), testing::Money(20));
  state.plan = index.RefAsOf(index.FindProduct("free"), 0);
  EXPECT_EQ(SeatPrice(index, state, 0), std::nullopt);
  EXPECT_EQ(SeatPriceOrZero(index, state, 0), 0);
  facts.unit_price = testing::Money(12.5);
  EXPECT_EQ(SeatPrice(index, state, 0), testing::Money(12.5));
  EXPECT_EQ(SeatPriceOrZero(index, state, 0), 12.5);
}

}  // namespace
}  // namespace tsugi
