#include "engine/scoring/complements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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
using testing::Money;
using testing::Shop;

TEST(GoesTogetherTest, ManyMoreOrdersThanByChanceAreProof) {
  EXPECT_GT(GoesTogether(kUnstatedPriorLogit, 6, 0.6), 0.95);
  EXPECT_LT(GoesTogether(kUnstatedPriorLogit, 1, 0.1), 0.25);  // one order is none
  EXPECT_LT(GoesTogether(kUnstatedPriorLogit, 60, 60), 0.001);
  EXPECT_LT(GoesTogether(kUnstatedPriorLogit, 6, 0.8), GoesTogether(kUnstatedPriorLogit, 8, 0.8));
}

TEST(GoesTogetherTest, IsBayesOfTwoPoissonMeans) {
  // exp(-3) x 6^2 x exp(-5 x 0.5) to 1.
  const double odds = std::exp(-3) * 36 * std::exp(-2.5);
  EXPECT_NEAR(GoesTogether(kUnstatedPriorLogit, 2, 0.5), odds / (1 + odds), 1e-12);
}

TEST(GoesTogetherTest, WhatTheCatalogueSaysIsRefutedByManyOrdersOnly) {
  EXPECT_GT(GoesTogether(kStatedPriorLogit, 0, 0.2), 0.85);
  EXPECT_LT(GoesTogether(kStatedPriorLogit, 5, 6), 0.01);
}

TEST(IsTheCheaperTest, TheDearerOneIsWhatIsCompleted) {
  EXPECT_LT(IsTheCheaper(Money(20), Money(10)), 0.01);
  EXPECT_LT(IsTheCheaper(Money(10), Money(10)), 0.15);
  EXPECT_NEAR(IsTheCheaper(Money(5), Money(10)), 1 / (1 + std::exp(-2)), 1e-12);
  EXPECT_GT(IsTheCheaper(Money(2), Money(10)), 0.99);
  EXPECT_EQ(IsTheCheaper(Money(0), Money(10)), 0);
  EXPECT_EQ(IsTheCheaper(Money(5), Money(0)), 0);
}

class FillComplementsTest : public ::testing::Test {
 protected:
  FillComplementsTest() {
    Product ink = Goods("ink");
    ink.consumable = true;
    ink.price = Money(20);
    Product printer = Goods("printer");
    printer.durable = true;
    printer.price = Money(100);
    Product cable = Goods("cable");
    cable.price = Money(5);
    cable.goes_with = {"printer"};
    Product desk = Goods("desk");
    desk.price = Money(300);
    shop_.Put({ink, printer, cable, desk});
    std::vector<std::vector<std::string>> orders;
    for (int i = 0; i < 10; ++i) {
      orders.push_back({"printer", "ink"});
      orders.push_back({"desk"});
    }
    trained_ = testing::TrainModels(orders);
    models_ = std::make_shared<ModelSet>(*trained_);
  }

  // Of `id`, with `together` orders beside `base` against `by_chance`.
  ScoredOffer Filled(const std::string& id, const std::string& base, std::uint32_t together,
                     double by_chance, const SuggestRequest& request) {
    EXPECT_THAT(shop_.engine->SetModel("stable", "v1", models_), IsOk());
    const auto model = shop_.engine->ModelOf("");
    const base::ReaderLock lock(&shop_.index.mutex());
    const auto context = ResolveContext(shop_.index, shop_.engine->policy()->context, request);
    EXPECT_THAT(context, IsOk());
    std::vector<ScoredOffer> offers(1);
    Candidate& candidate = offers[0].candidate;
    const base::Micros at = base::ToMicros(context->at);
    candidate.product = shop_.index.RefAsOf(shop_.index.FindProduct(id), at);
    offers[0].list_price = shop_.index.PriceOrZeroAsOf(candidate.product.index, at);
    candidate.evidence.because_of = shop_.index.RefAsOf(shop_.index.FindProduct(base), at);
    candidate.evidence.orders_together = together;
    candidate.evidence.lift = together / by_chance;
    candidate.scores.completes = id == "cable" ? 1 : 0;
    FillComplements(**model, shop_.index, *context, offers);
    return offers[0];
  }

  Shop shop_;
  std::shared_ptr<const ModelSet> trained_;  // owns the arrays
  std::shared_ptr<ModelSet> models_;
};

TEST_F(FillComplementsTest, CountsBesideTheCartAndBesideWhatWasBought) {
  const double chance =
      GoesTogether(kUnstatedPriorLogit, 9, 1) * IsTheCheaper(Money(20), Money(100));
  const ScoredOffer cart = Filled("ink", "printer", 9, 1, CartRequest({"printer"}, "2024-06-01"));
  EXPECT_NEAR(cart.completes_cart, chance, 1e-9);
  EXPECT_EQ(cart.completes_base, 0);
  const ScoredOffer bought = Filled("ink", "printer", 9, 1, CartRequest({"desk"}, "2024-06-01"));
  EXPECT_EQ(bought.completes_cart, 0);
  EXPECT_NEAR(bought.completes_base, chance, 1e-9);
}

TEST_F(FillComplementsTest, WhatIsStatedStandsUnlessOrdersRefuteIt) {
  const SuggestRequest request = CartRequest({"printer", "desk"}, "2024-06-01");
  EXPECT_NEAR(Filled("cable", "printer", 2, 9, request).completes_cart,
              GoesTogether(kStatedPriorLogit, 2, 9), 1e-9);
  EXPECT_EQ(Filled("cable", "desk", 2, 9, request).completes_cart, 1);  // says nothing of it
}

TEST_F(FillComplementsTest, WhatAHabitBeganBesideCompletesIt) {
  // Popular for itself: the orders say it has nothing to do with the printer.
  const SuggestRequest request = CartRequest({"printer"}, "2024-06-01");
  EXPECT_LT(Filled("ink", "printer", 9, 9, request).completes_cart, 0.01);
  const std::vector<std::string>& ids = models_->product_ids;
  const auto item = [&](const char* id) {
    return static_cast<std::uint32_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
  };
  const std::vector<std::uint32_t> begun(ids.size(), 12);
  std::vector<std::uint64_t> offsets(ids.size() + 1, 0);
  for (std::size_t i = item("ink") + 1; i < offsets.size(); ++i) offsets[i] = 1;
  const std::vector<std::uint32_t> bases = {item("printer")};
  const std::vector<std::uint32_t> together = {12};
  models_->behaviour.beginnings = {
      .orders = begun, .offsets = offsets, .bases = bases, .together = together};
  const double by_chance = 12 * double{models_->popularity.overall[item("printer")]};
  EXPECT_NEAR(
      Filled("ink", "printer", 9, 9, request).completes_cart,
      GoesTogether(kUnstatedPriorLogit, 12, by_chance) * IsTheCheaper(Money(20), Money(100)), 1e-6);
}

}  // namespace
}  // namespace tsugi
