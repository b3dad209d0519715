#include "engine/scoring/habits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "engine/state/resolve_context.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::CartRequest;
using testing::Goods;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using testing::Shop;

TEST(HabitAliveTest, IsBayesOfWaitingLongerThanUsual) {
  EXPECT_EQ(HabitAlive(0, 0.9), 1);
  EXPECT_NEAR(HabitAlive(0.5, 0.9), 0.5 / 0.55, 1e-12);
  EXPECT_LT(HabitAlive(0.9, 0.5), HabitAlive(0.9, 0.9));
  EXPECT_LT(HabitAlive(0.999, 0.9), 0.01);
  EXPECT_EQ(HabitAlive(1, 0.9), 0);
}

class HabitStatesTest : public ::testing::Test {
 protected:
  HabitStatesTest() {
    Product tea = Goods("tea");
    Product coffee = Goods("coffee");
    tea.consumable = coffee.consumable = true;
    tea.category = coffee.category = "drinks";
    shop_.Put({tea, coffee, Goods("cup")});
    trained_ = testing::TrainModels(testing::TeaShopOrders());
    models_ = std::make_shared<ModelSet>(*trained_);
    repeats_.assign(models_->product_ids.size(), 12);
    models_->behaviour.repeats_per_year = repeats_;
    models_->behaviour.habit_goes_on = 0.9;
  }

  void Buys(const std::string& what, const std::string& day) {
    shop_.Put({MakeOrder(what + day, "ann", day, {Line(what)})});
  }

  HabitStates At(const std::string& day) {
    EXPECT_THAT(shop_.engine->SetModel("stable", "v1", models_), IsOk());
    const auto model = shop_.engine->ModelOf("");
    const base::ReaderLock lock(&shop_.index.mutex());
    const auto context =
        ResolveContext(shop_.index, shop_.engine->policy()->context, CartRequest({}, day, "ann"));
    EXPECT_THAT(context, IsOk());
    return {**model, shop_.index, *context};
  }

  const HabitState* Of(const HabitStates& states, const std::string& id) {
    return states.Find(shop_.index.FindProduct(id));
  }

  Shop shop_;
  std::shared_ptr<const ModelSet> trained_;  // owns the arrays
  std::shared_ptr<ModelSet> models_;
  std::vector<float> repeats_;
  std::vector<float> intervals_;
};

TEST_F(HabitStatesTest, OnePurchaseIsDueAfterTheProductsUsualInterval) {
  intervals_.assign(models_->product_ids.size(), 20);
  models_->behaviour.interval_days = intervals_;
  models_->behaviour.habit_begins = 0.5;
  Buys("tea", "2024-01-01");
  const HabitStates states = At("2024-01-21");
  const HabitState* const tea = Of(states, "tea");
  ASSERT_NE(tea, nullptr);
  EXPECT_NEAR(tea->phase, 1, 1e-9);
  EXPECT_NEAR(tea->due, 0.5, 1e-9);
  EXPECT_NEAR(tea->alive, HabitAlive(0.5, 0.5), 1e-9);  // only just begun
  EXPECT_EQ(Of(states, "coffee"), nullptr);
  EXPECT_EQ(Of(states, "cup"), nullptr);
  const ProductIndex coffee = shop_.index.FindProduct("coffee");
  const base::ReaderLock lock(&shop_.index.mutex());
  EXPECT_TRUE(states.HoldsCategory(
      shop_.index.EntryAsOf(coffee, base::ToMicros(testing::At("2024-01-21")))->category));
}

TEST_F(HabitStatesTest, WithoutLearnedIntervalsTheRepeatsOfAYearSayHowLong) {
  Buys("tea", "2024-01-01");
  const HabitState tea = *Of(At("2024-01-11"), "tea");
  EXPECT_NEAR(tea.phase, 10 / (365.0 / 12), 1e-6);
}

TEST_F(HabitStatesTest, AnotherHabitTellsHowFastThisCustomerIs) {
  intervals_.assign(models_->product_ids.size(), 20);
  models_->behaviour.interval_days = intervals_;
  for (const char* day : {"2024-01-01", "2024-01-11", "2024-01-21", "2024-01-31"}) {
    Buys("tea", day);
  }
  Buys("coffee", "2024-01-31");
  const HabitStates states = At("2024-02-10");
  // Tea: between its own ten days and the usual twenty; coffee: drawn towards the fast pace.
  EXPECT_GT(Of(states, "tea")->phase, 0.8);
  EXPECT_LT(Of(states, "tea")->phase, 1);
  EXPECT_GT(Of(states, "coffee")->phase, 0.6);
  EXPECT_LT(Of(states, "coffee")->phase, Of(states, "tea")->phase);
}

TEST_F(HabitStatesTest, WithoutAnythingLearnedThereIsNothing) {
  models_->behaviour.repeats_per_year = {};
  Buys("tea", "2024-01-01");
  EXPECT_EQ(Of(At("2024-01-21"), "tea"), nullptr);
}

}  // namespace
}  // namespace tsugi
