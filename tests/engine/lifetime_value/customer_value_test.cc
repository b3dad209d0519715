#include "engine/lifetime_value/customer_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/state/resolve_context.h"
#include "models/lifetime_value/order_value.h"
#include "tests/engine/propensity/facts_index.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::DoubleNear;
using ::testing::Eq;
using testing::FactsIndex;
using testing::Goods;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using testing::Money;
using ::testing::Optional;
using testing::Person;
using testing::Subscribed;
using testing::Tiered;

class CustomerValueTest : public ::testing::Test {
 protected:
  CustomerValueTest() { options_.discount_rate = 0; }

  Context Resolve(const std::string& at) {
    SuggestRequest request;
    request.customer_id = "ann";
    request.at = At(at);
    auto context = ResolveContext(facts_.index, ContextOptions(), request);
    EXPECT_THAT(context, IsOk());
    return *std::move(context);
  }

  FactsIndex facts_;
  ValueOptions options_;
};

TEST_F(CustomerValueTest, FiguresCountDaysAndMarginsWhereCostsAreKnown) {
  Product cup = Goods("cup", 10);
  cup.unit_cost = Money(4);
  facts_.Put({cup, MakeOrder("1", "ann", "2024-01-01", {Line("cup", 2, 10), Line("tea", 1, 20)}),
              MakeOrder("2", "ann", "2024-01-01 10:00:00", {Line("tea", 1, 20)}),
              MakeOrder("3", "ann", "2024-01-31", {Line("tea", 1, 40), Line("cup", -1, 10)})});
  const OrderFigures figures = FiguresOf(facts_.index, Resolve("2024-02-01"), options_);
  EXPECT_EQ(figures.purchases, 2);
  EXPECT_DOUBLE_EQ(figures.revenue, 100);
  EXPECT_DOUBLE_EQ(figures.repeat_revenue, 40);
  EXPECT_NEAR(figures.margin, (12 + 0.3 * 80) / 100, 1e-12);
}

TEST_F(CustomerValueTest, OrdersFollowTheLearnedModelsByDays) {
  facts_.Put({MakeOrder("1", "ann", "2024-01-01", {Line("tea", 1, 20)}),
              MakeOrder("2", "ann", "2024-01-29", {Line("tea", 1, 40)})});
  Behaviour behaviour;
  OrderBehaviour orders;
  orders.purchases = {.r = 0.243, .alpha = 4.414, .a = 0.793, .b = 2.426};
  orders.spend = models::GammaGammaParameters{.p = 6.25, .q = 3.74, .v = 15.44};
  behaviour.orders = {orders};
  const Context context = Resolve("2024-03-25");
  const OrderValue value = ValueOfOrders(behaviour, options_, "",
                                         FiguresOf(facts_.index, context, options_), context.at);
  const auto model = models::BgNbdModel::Create(orders.purchases);
  const auto spend = models::GammaGammaModel::Create(*orders.spend);
  const models::PurchaseHistory history = {.repeats = 1, .last = 4, .age = 12};
  EXPECT_NEAR(value.alive, model->AliveProbability(history), 1e-12);
  EXPECT_NEAR(value.purchases, model->ExpectedPurchases(history, 365.0 / 7), 1e-9);
  EXPECT_NEAR(value.order, spend->ExpectedOrder({.orders = 1, .mean = 40}), 1e-9);
  EXPECT_NEAR(value.value, value.purchases * value.order * 0.3, 1e-9);
}

TEST_F(CustomerValueTest, WithoutAModelThePaceOfThePastGoesOn) {
  facts_.Put({MakeOrder("1", "ann", "2023-01-01", {Line("tea", 1, 20)}),
              MakeOrder("2", "ann", "2023-12-01", {Line("tea", 1, 20)})});
  const Context context = Resolve("2024-01-01");
  const OrderFigures figures = FiguresOf(facts_.index, context, options_);
  const OrderValue value = ValueOfOrders({}, options_, "", figures, context.at);
  EXPECT_NEAR(value.value, 2 * 20 * 0.3, 1e-9);
  EXPECT_EQ(ValueOfOrders({}, options_, "", figures, At("2025-01-01")).value, 0);  // long silent
}

TEST_F(CustomerValueTest, AContractIsPaidUntilItsRenewalAndThenAsLikelyAsItRenews) {
  Subscription subscription = Subscribed("s", "ann", "team");
  subscription.renews_at = At("2024-03-14");
  subscription.seats = 2;
  facts_.Put({Tiered(ProductKind::kPlan, "team", "crm", 2, 50), subscription});
  const Context context = Resolve("2024-01-01");  // 73 days before: a fifth of the year
  ASSERT_EQ(context.subscriptions.size(), 1);
  const double yearly = 2 * 50 * 12 * 0.3;
  const double value =
      ValueOfContract(facts_.index, {}, options_, "", context.subscriptions[0], 0.25, context.at);
  EXPECT_NEAR(value, yearly * (0.2 + 0.75 * 0.8), 1e-9);
}

TEST_F(CustomerValueTest, AnEndedContractIsWorthNothing) {
  facts_.Put({Tiered(ProductKind::kPlan, "team", "crm", 2, 50),
              Subscribed("s", "ann", "team", SubscriptionStatus::kCanceled)});
  const Context context = Resolve("2024-01-01");
  EXPECT_EQ(
      ValueOfContract(facts_.index, {}, options_, "", context.subscriptions[0], 0.25, context.at),
      0);
}

TEST_F(CustomerValueTest, WhatRemainsIsOrdersAndContractsOnceBehaviourIsLearned) {
  facts_.Put({MakeOrder("1", "ann", "2023-07-01", {Line("tea", 1, 20)}),
              MakeOrder("2", "ann", "2023-12-01", {Line("tea", 1, 30)}),
              Tiered(ProductKind::kPlan, "team", "crm", 2, 50), Subscribed("s", "ann", "team")});
  const Context context = Resolve("2024-01-01");
  Behaviour behaviour;
  EXPECT_THAT(RemainingValueOf(facts_.index, behaviour, options_, context), Eq(std::nullopt));
  OrderBehaviour& everyone = behaviour.orders.emplace_back();
  everyone.purchases = {0.5, 5, 0.8, 2};
  everyone.mean_order = 25;
  const double orders =
      ValueOfOrders(behaviour, options_, "", FiguresOf(facts_.index, context, options_), context.at)
          .value;
  const double contract = ValueOfContract(facts_.index, behaviour, options_, "",
                                          context.subscriptions[0], 0.1, context.at);
  EXPECT_GT(orders, 0);
  EXPECT_GT(contract, 0);
  EXPECT_THAT(RemainingValueOf(facts_.index, behaviour, options_, context),
              Optional(DoubleNear(orders + contract, 1e-9)));
}

TEST_F(CustomerValueTest, TheFullFormulaCountsCostsAndIsUnknownWithoutThem) {
  facts_.Put({MakeOrder("1", "ann", "2023-01-01", {Line("tea", 1, 20)}),
              MakeOrder("2", "ann", "2023-07-01", {Line("tea", 1, 30)})});
  EXPECT_THAT(FullValueOf(facts_.index, options_, Resolve("2024-01-01")), Eq(std::nullopt));
  Customer ann = Person("ann");
  ann.acquisition_cost = Money(100);
  ann.retention_cost = Money(5);
  facts_.Put({ann});
  // 25 an order x 0.3 x 2 a year x (a year so far + the horizon) - 105
  EXPECT_THAT(FullValueOf(facts_.index, options_, Resolve("2024-01-01")),
              Optional(DoubleNear(25 * 0.3 * 2 * 2 - 105, 1e-9)));
}

}  // namespace
}  // namespace tsugi
