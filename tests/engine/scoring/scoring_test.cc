#include "engine/scoring/scoring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "engine/features/features.h"
#include "engine/scoring/behaviour.h"
#include "engine/scoring/habits.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::CartRequest;
using ::testing::DoubleNear;
using ::testing::Eq;
using testing::Goods;
using ::testing::Gt;
using testing::IsOk;
using testing::Line;
using ::testing::Lt;
using testing::MakeOrder;
using testing::MakeSignal;
using testing::Money;
using testing::Shop;
using testing::StatusIs;
using testing::Subscribed;
using testing::TeaShopCatalog;
using testing::TeaShopOrders;
using testing::Tiered;

class ScoringTest : public ::testing::Test {
 protected:
  // The offer of `id`, its context kept.
  ScoredOffer ScoreOf(const SuggestRequest& request, const std::string& id) {
    const auto model = shop_.engine->ModelOf("");
    const base::ReaderLock lock(&shop_.index.mutex());
    absl::StatusOr<Context> context =
        ResolveContext(shop_.index, shop_.engine->policy()->context, request);
    EXPECT_THAT(context, IsOk());
    context_ = *std::move(context);
    std::vector<Candidate> candidates;
    EXPECT_THAT(CollectCandidates(**model, shop_.index, context_, {}, candidates), IsOk());
    std::vector<ScoredOffer> offers;
    Score(**model, shop_.index, context_, {}, candidates, offers);
    for (ScoredOffer& offer : offers) {
      if (shop_.IdOf(offer.candidate.product) == id) return offer;
    }
    ADD_FAILURE() << id << " is no candidate";
    return {};
  }

  Shop shop_;
  Context context_;
};

TEST(AtMostByCountsTest, BesideACartTheCountsBoundTheProbability) {
  SourceScores scores;
  scores.popularity = 0.03F;
  EXPECT_NEAR(AtMostByCounts(scores, 80), 20 * 0.03 / 100, 1e-7);  // never bought with it
  scores.confidence_sum = 0.5F;
  EXPECT_NEAR(AtMostByCounts(scores, 80), (40 + 20 * 0.03) / 100, 1e-6);
  EXPECT_EQ(AtMostByCounts(scores, 0), 1);  // a cart that nobody knows says nothing
  scores.times_bought = 1;
  EXPECT_EQ(AtMostByCounts(scores, 80), 1);  // a habit
}

TEST_F(ScoringTest, PricesAreTheCataloguesElseOfTheLastSale) {
  shop_.Put(TeaShopCatalog());
  Product milk = Goods("milk");
  milk.price.reset();
  milk.unit_cost = Money(1.5);
  shop_.Put({milk, MakeOrder("o1", "", "2034-01-01", {Line("milk", 1, 4)}),
             MakeOrder("o2", "", "2034-03-01", {Line("milk", 1, 6)})});
  shop_.Train(TeaShopOrders());
  const SuggestRequest request = CartRequest({"tea"}, "2034-02-01");
  EXPECT_THAT(ScoreOf(request, "cup").list_price, Eq(Money(10)));
  const ScoredOffer offer = ScoreOf(request, "milk");
  EXPECT_THAT(offer.list_price, Eq(Money(4)));
  EXPECT_THAT(offer.unit_cost, Eq(Money(1.5)));
  EXPECT_THAT(offer.billing_months, Eq(0));
}

TEST_F(ScoringTest, WithoutARankerSourcesAreIndependentChances) {
  SourceScores scores;
  EXPECT_THAT(FallbackProbability(scores), Eq(0.0));
  scores.popularity = 0.1F;
  EXPECT_THAT(FallbackProbability(scores), DoubleNear(0.1, 1e-6));
  scores.confidence = 0.4F;
  EXPECT_THAT(FallbackProbability(scores), DoubleNear(1 - 0.9 * 0.9, 1e-6));
  scores.item_regression = -5;
  EXPECT_THAT(FallbackProbability(scores), DoubleNear(1 - 0.9 * 0.9, 1e-6));
}

TEST_F(ScoringTest, RankerGivesTheProbabilityAndMustBeOfTheseFeatures) {
  shop_.Put(TeaShopCatalog());
  const std::shared_ptr<const ModelSet> models = testing::TrainModels(TeaShopOrders());
  auto with = std::make_shared<ModelSet>(*models);
  std::vector<double> coefficients(kFeatureCount + 1, 0.0);
  coefficients[0] = -1.0986122886681098;  // logit of a quarter
  with->ranker = models::RankerView{models::RankerKind::kLogistic,
                                    static_cast<std::uint32_t>(kFeatureCount),
                                    kFeatureVersion,
                                    coefficients,
                                    {}};
  ASSERT_THAT(shop_.engine->SetModel("stable", "v1", with), IsOk());
  EXPECT_THAT(ScoreOf(CartRequest({"tea"}, "2034-01-01"), "cup").probability,
              DoubleNear(0.25, 1e-6));
  with->ranker->feature_version = kFeatureVersion + 1;
  EXPECT_THAT(shop_.engine->SetModel("stable", "v2", with),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(ScoringTest, AHabitLongOverdueHasEndedAndMayBeginAnew) {
  Product coffee = Goods("coffee");
  coffee.consumable = true;
  shop_.Put({coffee, MakeOrder("o1", "ann", "2024-01-01", {Line("coffee")}),
             MakeOrder("o2", "ann", "2024-01-11", {Line("coffee")}),
             MakeOrder("o3", "ann", "2024-01-21", {Line("coffee")})});
  const std::shared_ptr<const ModelSet> models = testing::TrainModels(TeaShopOrders());
  auto with = std::make_shared<ModelSet>(*models);
  const std::vector<float> repeats(with->product_ids.size(), 3.0F);
  const std::vector<float> intervals(with->product_ids.size(), 10.0F);
  with->behaviour.repeats_per_year = repeats;
  with->behaviour.habit_goes_on = 0.9;
  with->behaviour.habit_begins = 0.6;
  with->behaviour.interval_days = intervals;
  ASSERT_THAT(shop_.engine->SetModel("stable", "v1", with), IsOk());
  const ScoredOffer due = ScoreOf(CartRequest({}, "2024-01-31", "ann"), "coffee");
  EXPECT_THAT(due.habit_phase, DoubleNear(1, 1e-9));
  EXPECT_THAT(due.habit_due, DoubleNear(0.5, 1e-9));
  EXPECT_THAT(due.habit_alive, DoubleNear(HabitAlive(0.5, 0.9), 1e-9));
  EXPECT_THAT(due.bought_anyway, DoubleNear(0.75 * due.habit_alive, 1e-12));
  EXPECT_THAT(due.repeats_per_year, DoubleNear(3 * (1 - due.habit_alive), 1e-12));
  const ScoredOffer gone = ScoreOf(CartRequest({}, "2024-03-21", "ann"), "coffee");
  EXPECT_LT(gone.habit_alive, 0.001);
  EXPECT_THAT(gone.bought_anyway, DoubleNear(0, 0.001));
  EXPECT_THAT(gone.repeats_per_year, DoubleNear(3, 0.01));
}

TEST_F(ScoringTest, AnotherOfTheCategoryCountsAsFarAsItTakesNoPlace) {
  Product tea = Goods("tea");
  Product coffee = Goods("coffee");
  tea.consumable = coffee.consumable = true;
  tea.category = coffee.category = "drinks";
  shop_.Put({tea, coffee, MakeOrder("o1", "ann", "2024-01-01", {Line("coffee")})});
  const std::shared_ptr<const ModelSet> models = testing::TrainModels(TeaShopOrders());
  auto with = std::make_shared<ModelSet>(*models);
  const std::vector<float> repeats(with->product_ids.size(), 4.0F);
  with->behaviour.repeats_per_year = repeats;
  with->behaviour.habit_goes_on = 0.9;
  with->behaviour.habit_replaced = 0.25;
  ASSERT_THAT(shop_.engine->SetModel("stable", "v1", with), IsOk());
  EXPECT_THAT(ScoreOf(CartRequest({}, "2024-01-11", "ann"), "tea").repeats_per_year, Eq(3.0));
  EXPECT_THAT(ScoreOf(CartRequest({}, "2024-01-11", "bob"), "tea").repeats_per_year, Eq(4.0));
}

TEST_F(ScoringTest, ADurableGoodIsBoughtUnaskedByWhoOrdersOften) {
  Product kettle = Goods("kettle");
  kettle.durable = true;
  shop_.Put({kettle, Goods("tea"), Goods("cup"),
             MakeOrder("o1", "ann", "2023-01-01", {Line("tea")}),
             MakeOrder("o2", "ann", "2023-07-01", {Line("tea")}),
             MakeOrder("o3", "bob", "2023-12-25", {Line("tea")})});
  shop_.Train({{"kettle", "cup"}, {"tea"}, {"tea"}, {"kettle"}});
  const ScoredOffer kettle_of_ann = ScoreOf(CartRequest({"tea"}, "2024-01-01", "ann"), "kettle");
  const double share = double{kettle_of_ann.candidate.scores.popularity};
  EXPECT_GT(share, 0);
  EXPECT_NEAR(kettle_of_ann.unasked_per_year, 2 * share, 1e-9);
  // Seen for a week: as if for a season.
  EXPECT_NEAR(ScoreOf(CartRequest({"tea"}, "2024-01-01", "bob"), "kettle").unasked_per_year,
              365.0 / 90 * share, 1e-9);
  EXPECT_EQ(ScoreOf(CartRequest({"tea"}, "2024-01-01"), "kettle").unasked_per_year, 0);
  EXPECT_EQ(ScoreOf(CartRequest({"tea"}, "2024-01-01", "ann"), "cup").unasked_per_year, 0);
}

TEST_F(ScoringTest, AConsumableOfTheCustomersWouldBeBoughtAnyway) {
  Product tea = Goods("tea");
  Product coffee = Goods("coffee");
  Product filter = Goods("filter");
  tea.consumable = coffee.consumable = true;
  filter.goes_with = {"coffee", "soap"};
  shop_.Put({tea, coffee, filter, MakeOrder("o1", "ann", "2024-01-01", {Line("coffee")})});
  const std::shared_ptr<const ModelSet> models = testing::TrainModels(TeaShopOrders());
  auto with = std::make_shared<ModelSet>(*models);
  const std::vector<float> repeats(with->product_ids.size(), 3.0F);
  with->behaviour.repeats_per_year = repeats;
  ASSERT_THAT(shop_.engine->SetModel("stable", "v1", with), IsOk());
  const ScoredOffer again = ScoreOf(CartRequest({}, "2024-01-11", "ann"), "coffee");
  EXPECT_THAT(again.bought_anyway, DoubleNear(0.75, 1e-6));  // goes on three times of four
  EXPECT_THAT(again.repeats_per_year, DoubleNear(0, 1e-6));
  const ScoredOffer fresh = ScoreOf(CartRequest({}, "2024-01-11", "ann"), "tea");
  EXPECT_THAT(fresh.bought_anyway, Eq(0.0));
  EXPECT_THAT(fresh.repeats_per_year, Eq(3.0));
  EXPECT_THAT(ScoreOf(CartRequest({}, "2024-01-11", "ann"), "filter").days_since_base, Eq(10.0));
  EXPECT_THAT(ScoreOf(CartRequest({}, "2024-01-11", "bob"), "filter").days_since_base, Eq(-1.0));
}

TEST_F(ScoringTest, PlansArePricedForAllSeatsOverTheOfferedPeriod) {
  Product yearly = Tiered(ProductKind::kPlan, "yearly", "crm", 3, 360);
  yearly.billing_months = 12;
  yearly.unit_cost = Money(60);
  Subscription subscription = Subscribed("s1", "ann", "basic");
  subscription.seats = 4;
  subscription.unit_price = Money(9);
  shop_.Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
             Tiered(ProductKind::kPlan, "team", "crm", 2, 40), yearly, subscription});
  shop_.Train(TeaShopOrders());
  const SuggestRequest request = CartRequest({}, "2024-01-01", "ann");
  const ScoredOffer team = ScoreOf(request, "team");
  EXPECT_THAT(team.list_price, Eq(Money(160)));
  EXPECT_THAT(team.replaced_price, Eq(Money(36)));
  EXPECT_THAT(team.billing_months, Eq(1));
  const ScoredOffer year = ScoreOf(request, "yearly");
  EXPECT_THAT(year.list_price, Eq(Money(1440)));
  EXPECT_THAT(year.unit_cost, Eq(Money(240)));
  EXPECT_THAT(year.replaced_price, Eq(Money(432)));
  EXPECT_THAT(year.billing_months, Eq(12));
}

TEST_F(ScoringTest, BetterModelIsHeldAgainstThePriceInTheCart) {
  shop_.Put({Tiered(ProductKind::kGoods, "tea", "teas", 1, 10),
             Tiered(ProductKind::kGoods, "gold", "teas", 2, 30)});
  shop_.Train(TeaShopOrders());
  SuggestRequest request = CartRequest({"tea"}, "2024-01-01");
  EXPECT_THAT(ScoreOf(request, "gold").replaced_price, Eq(Money(10)));
  request.cart[0].unit_price = Money(8);
  EXPECT_THAT(ScoreOf(request, "gold").replaced_price, Eq(Money(8)));
}

TEST_F(ScoringTest, PriorRisesWithUsageAndSatisfactionAndFallsUpTheLadder) {
  Product basic = Tiered(ProductKind::kPlan, "basic", "crm", 1, 10);
  basic.usage_limit = 100;
  const auto subscriber = [](const std::string& who, std::optional<double> usage) {
    Subscription subscription = Subscribed("s_" + who, who, "basic");
    subscription.usage = usage;
    return subscription;
  };
  shop_.Put({basic, Tiered(ProductKind::kPlan, "team", "crm", 2, 20),
             Tiered(ProductKind::kPlan, "pro", "crm", 3, 20), subscriber("plain", std::nullopt),
             subscriber("busy", 95), subscriber("idle", 5), subscriber("fan", std::nullopt),
             subscriber("foe", std::nullopt),
             MakeSignal("e1", "fan", "2024-01-01", SignalType::kNps, 10),
             MakeSignal("e2", "foe", "2024-01-01", SignalType::kNps, 3)});
  shop_.Train(TeaShopOrders());
  const auto p = [&](const std::string& who, const std::string& plan) {
    return ScoreOf(CartRequest({}, "2024-02-01", who), plan).probability;
  };
  const double plain = p("plain", "team");
  // 0.06, a year's tenure (+0.3), twice the price (-0.4): logit -2.7515 - 0.1.
  EXPECT_THAT(plain, DoubleNear(0.0546, 1e-4));
  EXPECT_THAT(p("busy", "team"), Gt(plain));
  EXPECT_THAT(p("idle", "team"), Lt(plain));
  EXPECT_THAT(p("fan", "team"), Gt(plain));
  EXPECT_THAT(p("foe", "team"), Lt(plain));
  EXPECT_THAT(p("plain", "pro"), Lt(plain));
}

}  // namespace
}  // namespace tsugi
