#include "models/lifetime_value/formulas.h"

#include <gtest/gtest.h>

namespace tsugi::models {
namespace {

TEST(FormulasTest, EachFollowsItsDefinition) {
  EXPECT_DOUBLE_EQ(SimpleLifetimeValue(50, 12), 600);
  EXPECT_DOUBLE_EQ(RepeatPurchaseLifetimeValue(50, 4, 3), 600);
  EXPECT_DOUBLE_EQ(SubscriptionLifetimeValue(30, 5), 600);  // 20 periods
  EXPECT_DOUBLE_EQ(ContractLifetimeValue(1000, 0.2, 3), 600);
  EXPECT_DOUBLE_EQ(FullLifetimeValue({50, 0.5, 10, 3, 100, 50}), 600);
}

TEST(FormulasTest, ChurnOfZeroGivesTheLongestLifeNotInfinity) {
  EXPECT_DOUBLE_EQ(SubscriptionLifetimeValue(30, 0), 30 * kMaxSubscriptionPeriods);
  EXPECT_DOUBLE_EQ(SubscriptionLifetimeValue(30, 0, 12), 360);
}

TEST(FormulasTest, LessChurnIsNeverWorthLess) {
  EXPECT_DOUBLE_EQ(SubscriptionLifetimeValue(30, 0.001), SubscriptionLifetimeValue(30, 0));
  EXPECT_GT(SubscriptionLifetimeValue(30, 2), SubscriptionLifetimeValue(30, 3));
}

TEST(FormulasTest, CostsAboveTheMarginMakeTheValueNegative) {
  EXPECT_DOUBLE_EQ(FullLifetimeValue({.average_order_value = 20,
                                      .margin = 0.25,
                                      .orders_per_period = 2,
                                      .periods = 1,
                                      .acquisition_cost = 30,
                                      .retention_cost = 5}),
                   -25);
}

TEST(FormulasTest, CustomerWhoSendsBackMoreThanHeBuysHasNegativeValue) {
  EXPECT_DOUBLE_EQ(SubscriptionLifetimeValue(-3, 0, 10), -30);
}

}  // namespace
}  // namespace tsugi::models
