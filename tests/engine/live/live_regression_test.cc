#include "engine/live/live_regression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/candidates/bound_model.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using testing::CartRequest;
using ::testing::Eq;
using ::testing::FloatNear;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using ::testing::Not;
using ::testing::NotNull;
using testing::Shop;
using testing::TeaShopCatalog;
using testing::TeaShopModels;
using testing::TeaShopOrders;

using Baskets = std::vector<std::vector<std::string>>;

const Baskets& Since() {
  static const Baskets since = {{"tea", "lemon"}, {"soap", "coffee"}, {"lemon", "tea", "honey"},
                                {"soap", "cup"},  {"honey"},          {"tea", "lemon"}};
  return since;
}

// Guests' orders, an hour apart.
std::vector<Fact> Orders(const Baskets& baskets, const std::string& from) {
  std::vector<Fact> facts;
  for (std::size_t i = 0; i < baskets.size(); ++i) {
    std::vector<OrderLine> lines;
    for (const std::string& id : baskets[i]) lines.push_back(Line(id));
    Order order = MakeOrder(absl::StrCat(from, "/", i), "", from, std::move(lines));
    order.ordered_at += absl::Hours(static_cast<double>(i));
    facts.emplace_back(std::move(order));
  }
  return facts;
}

// Weights by product ids of what answers a source at `at`.
using Weights = std::map<std::string, float>;
Weights RowOf(const Shop& shop, const BoundModel& model, const std::string& source,
              const std::string& at) {
  const base::ReaderLock lock(&shop.index.mutex());
  const LiveModel* const live = model.LiveAsOf(base::ToMicros(At(at)));
  LiveRow scratch;
  Weights weights;
  const LiveRow* const row = live == nullptr
                                 ? nullptr
                                 : live->Row(live->SlotOf(shop.index.FindProduct(source)),
                                             base::ToMicros(At(at)), scratch);
  if (row == nullptr) return weights;
  for (std::size_t t = 0; t < row->targets.size(); ++t) {
    weights[shop.index.product(live->ProductOf(row->targets[t])).id] = row->weights[t];
  }
  return weights;
}

// What training on the model's orders and these would give.
Weights Trained(Baskets orders, const Baskets& more, const std::string& source) {
  orders.insert(orders.end(), more.begin(), more.end());
  const std::shared_ptr<const ModelSet> models = testing::TrainModels(orders);
  Weights weights;
  const std::uint32_t item = models->item_of.at(source);
  for (const std::uint32_t target : models->item_regression.Targets(item)) {
    weights[models->product_ids[target]] = models->item_regression.Weight(item, target);
  }
  return weights;
}

void ExpectNear(const Weights& actual, const Weights& expected) {
  ASSERT_THAT(actual.size(), Eq(expected.size()));
  for (const auto& [id, weight] : expected) {
    ASSERT_TRUE(actual.contains(id)) << id;
    EXPECT_THAT(actual.at(id), FloatNear(weight, 1e-4F)) << id;
  }
}

TEST(SolveBoundaryTest, IsTheLastOfEachFortnightFromTheModelsMidnightOn) {
  constexpr std::uint32_t kDay = 86'400;
  const auto at = [](std::uint32_t days, std::uint32_t seconds) { return days * kDay + seconds; };
  EXPECT_THAT(SolveBoundary(at(100, 0), at(100, 0)), Eq(0U));
  EXPECT_THAT(SolveBoundary(at(100, 0), at(114, kSolveLag - 1)), Eq(0U));
  EXPECT_THAT(SolveBoundary(at(100, 0), at(114, kSolveLag)), Eq(at(114, 0)));
  EXPECT_THAT(SolveBoundary(at(100, 0), at(128, kSolveLag - 1)), Eq(at(114, 0)));
  EXPECT_THAT(SolveBoundary(at(100, 0), at(300, 0)), Eq(at(296, 0)));
  EXPECT_THAT(SolveBoundary(at(100, 1), at(115, kSolveLag)), Eq(at(115, 0)));
  EXPECT_THAT(SolveBoundary(at(100, 1), at(115, 0)), Eq(0U));
  EXPECT_THAT(SolveBoundary(0xFFFFFFFF, 0xFFFFFFFF), Eq(0U));
}

class LiveRegressionTest : public ::testing::Test {
 protected:
  LiveRegressionTest() { shop_.Put(TeaShopCatalog()); }

  BoundModel Bind() { return BoundModel::Bind("", TeaShopModels(), &shop_.index); }

  Shop shop_;
};

TEST_F(LiveRegressionTest, PastABoundaryTheWeightsAreThoseOfTrainingOnAllOrders) {
  const BoundModel model = Bind();
  shop_.Put(Orders(Since(), "2024-01-03"));
  model.Prepare(base::ToMicros(At("2024-01-20")));
  for (const char* source : {"tea", "coffee", "lemon", "honey", "milk"}) {
    SCOPED_TRACE(source);
    ExpectNear(RowOf(shop_, model, source, "2024-01-20"),
               Trained(TeaShopOrders(), Since(), source));
  }
}

TEST_F(LiveRegressionTest, OrdersOfAfterTheBoundaryCountBySteps) {
  const BoundModel model = Bind();
  shop_.Put(Orders(Since(), "2024-01-03"));
  shop_.Put(Orders({{"tea", "soap"}, {"tea", "soap"}}, "2024-01-16"));
  model.Prepare(base::ToMicros(At("2024-01-20")));
  const Weights before = RowOf(shop_, model, "tea", "2024-01-15T12:00:00Z");
  const Weights after = RowOf(shop_, model, "tea", "2024-01-20");
  ExpectNear(before, Trained(TeaShopOrders(), Since(), "tea"));
  EXPECT_GT(after.at("soap"), before.at("soap"));
  EXPECT_LT(after.at("cup"), before.at("cup"));  // was expected twice and did not come
  ExpectNear(RowOf(shop_, model, "milk", "2024-01-20"), Trained(TeaShopOrders(), Since(), "milk"));
}

TEST_F(LiveRegressionTest, AnInstantBeforeTheBoundarySeesNothingOfIt) {
  const BoundModel model = Bind();
  shop_.Put(Orders(Since(), "2024-01-03"));
  const Weights earlier = RowOf(shop_, model, "tea", "2024-01-14");
  model.Prepare(base::ToMicros(At("2024-03-01")));
  EXPECT_THAT(RowOf(shop_, model, "tea", "2024-01-14"), Eq(earlier));
  EXPECT_THAT(RowOf(shop_, model, "tea", "2024-01-15T00:59:00Z"), Eq(earlier));
  model.Prepare(base::ToMicros(At("2024-01-16")));
  EXPECT_THAT(RowOf(shop_, model, "tea", "2024-01-15T00:59:00Z"), Eq(earlier));
  EXPECT_THAT(RowOf(shop_, model, "tea", "2024-01-16"), Not(Eq(earlier)));
}

TEST_F(LiveRegressionTest, NeitherTheOrderOfArrivalNorWhatIsKeptReadyShows) {
  const BoundModel model = Bind();
  shop_.Put(Orders(Since(), "2024-01-03"));
  shop_.Put(Orders({{"tea", "soap"}, {"ginger", "soap"}}, "2024-01-16"));
  model.Prepare(base::ToMicros(At("2024-01-20")));
  Shop other;
  other.Put(TeaShopCatalog());
  std::vector<Fact> facts = Orders({{"tea", "soap"}, {"ginger", "soap"}}, "2024-01-16");
  for (Fact& fact : Orders(Since(), "2024-01-03")) facts.push_back(std::move(fact));
  other.Put({facts.rbegin(), facts.rend()});
  const BoundModel kept = BoundModel::Bind("", TeaShopModels(), &other.index);
  kept.Keep(base::ToMicros(At("2024-01-20")));
  for (const char* source : {"tea", "soap", "lemon", "honey", "milk", "ginger"}) {
    EXPECT_THAT(RowOf(other, kept, source, "2024-01-20"),
                Eq(RowOf(shop_, model, source, "2024-01-20")));
  }
}

TEST_F(LiveRegressionTest, WhatIsKeptIsReadyForProductsOfNoOrderSince) {
  const BoundModel model = Bind();
  shop_.Put(Orders(Since(), "2024-01-03"));
  model.Keep(base::ToMicros(At("2024-01-20")));
  const base::ReaderLock lock(&shop_.index.mutex());
  const base::Micros at = base::ToMicros(At("2024-01-20"));
  LiveRow scratch;
  const LiveRow* const milk =
      model.LiveAsOf(at)->Row(model.ItemOf(shop_.index.FindProduct("milk")), at, scratch);
  ASSERT_THAT(milk, NotNull());
  EXPECT_THAT(milk, Not(Eq(&scratch)));
}

TEST_F(LiveRegressionTest, AFactThatComesLateIsSolvedForOnceAskedAgain) {
  const BoundModel model = Bind();
  const base::Micros at = base::ToMicros(At("2024-01-20"));
  shop_.Put(Orders(Since(), "2024-01-03"));
  model.Keep(at);
  const Baskets late = {{"soap", "tea"}, {"soap", "tea"}};
  shop_.Put(Orders(late, "2024-01-10"));
  model.Keep(at);
  Baskets all = Since();
  all.insert(all.end(), late.begin(), late.end());
  ExpectNear(RowOf(shop_, model, "soap", "2024-01-20"), Trained(TeaShopOrders(), all, "soap"));
}

TEST_F(LiveRegressionTest, WithoutAGramMatrixTheStepsGoOn) {
  const std::shared_ptr<ModelSet> models = TeaShopModels();
  models->item_regression.gram_items = 0;
  models->item_regression.gram = {};
  const BoundModel model = BoundModel::Bind("", models, &shop_.index);
  shop_.Put(Orders(Since(), "2024-01-03"));
  const Weights earlier = RowOf(shop_, model, "tea", "2024-01-14");
  model.Keep(base::ToMicros(At("2024-03-01")));
  EXPECT_THAT(RowOf(shop_, model, "tea", "2024-03-01"), Eq(earlier));
}

TEST_F(LiveRegressionTest, ADryRunOfAnyInstantSolvesForItself) {
  ASSERT_THAT(shop_.engine->SetModel("stable", "v1", TeaShopModels()), IsOk());
  shop_.Put(Orders(Since(), "2024-01-03"));
  SuggestRequest request = CartRequest({"lemon"}, "2024-01-20");
  request.dry_run = true;
  const std::string dry = testing::ToText(shop_.Ask(request));
  Shop other;
  other.Put(TeaShopCatalog());
  ASSERT_THAT(other.engine->SetModel("stable", "v1", TeaShopModels()), IsOk());
  other.Put(Orders(Since(), "2024-01-03"));
  other.engine->KeepModels(At("2024-01-20"));
  request.dry_run = false;
  EXPECT_THAT(testing::ToText(other.Ask(request)), Eq(dry));
}

TEST_F(LiveRegressionTest, WeightsOfHalfLifeAreAsOldAsTheyAreAtTheBoundary) {
  const std::shared_ptr<const ModelSet> models = TeaShopModels();
  ModelSet aging = *models;
  aging.live.half_life_days = 14;
  const std::uint32_t until = SecondFrom(models->live.until);
  LiveOrders orders;
  orders.before = until + 14 * 86'400;
  orders.num_slots = models->item_regression.num_items;
  // Without orders the model's counts are half of what they were: as if the ridge were twice.
  const auto aged = LiveRegression::Solve(aging, orders);
  ASSERT_THAT(aged, IsOk());
  ModelSet twice = *models;
  twice.live.l2 *= 2;
  const auto ridged = LiveRegression::Solve(twice, orders);
  ASSERT_THAT(ridged, IsOk());
  for (std::uint32_t slot = 0; slot < orders.num_slots; ++slot) {
    ASSERT_THAT(aged->Weights(slot).size(), Eq(ridged->Weights(slot).size()));
    for (std::size_t t = 0; t < aged->Weights(slot).size(); ++t) {
      EXPECT_THAT(aged->Weights(slot)[t], FloatNear(ridged->Weights(slot)[t], 1e-5F));
    }
  }
}

}  // namespace
}  // namespace tsugi
