#include "engine/scoring/kind_prior.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <vector>

#include "engine/scoring/scoring.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using testing::CartRequest;
using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::Eq;
using testing::Goods;
using ::testing::Gt;
using ::testing::Lt;
using testing::Money;
using testing::Shop;
using testing::TeaShopCatalog;
using testing::TeaShopOrders;

TEST(KindPriorTest, SetIsAsLikelyAsItsLeastWantedMissingProduct) {
  const KindPrior prior;
  EXPECT_THAT(BundleProbability(prior, std::array{0.3, 0.02}, 0), DoubleNear(0.02, 1e-12));
  EXPECT_THAT(BundleProbability(prior, std::array{0.3}, 0), DoubleNear(0.3, 1e-12));
  EXPECT_THAT(BundleProbability(prior, std::array{0.3, 0.0}, 0.5), Eq(0));
  EXPECT_THAT(BundleProbability(prior, std::array{1.0}, 0.5), Eq(1));
  EXPECT_THAT(BundleProbability(prior, {}, 0.5), Eq(0));
}

TEST(KindPriorTest, AdvantageMakesASetLikelier) {
  const KindPrior prior;
  // The logit of 0.5 is 0: 25 % saved move it by 1.
  EXPECT_THAT(BundleProbability(prior, std::array{0.5}, 0.25), DoubleNear(0.7310586, 1e-6));
}

class RegularityTest : public ::testing::Test {
 protected:
  // Bought on these days, with a rhythm of `interval` days.
  double Of(const std::vector<int>& days, double interval) {
    purchases_.clear();
    for (const int day : days) {
      purchases_.push_back({base::ToMicros(At("2034-01-01") + absl::Hours(24 * day)),
                            ProductIndex(1U), 1, 1'000'000});
    }
    context_.purchases = purchases_;
    Rhythm rhythm;
    rhythm.product.index = ProductIndex(1U);
    rhythm.interval_days = interval;
    rhythm.intervals = static_cast<int>(days.size()) - 1;
    context_.rhythms = {rhythm};
    return Regularity(context_, ProductIndex(1U));
  }

  std::vector<Purchase> purchases_;
  Context context_;
};

TEST_F(RegularityTest, GrowsWithIntervalsSeenAndFallsWithTheirSpread) {
  EXPECT_THAT(Of({0, 30, 60}, 30), DoubleEq(0.5));  // 2 / (2 + 2)
  EXPECT_THAT(Of({0, 30, 60, 90, 120, 150, 180}, 30), DoubleEq(0.75));
  EXPECT_THAT(Of({0, 15, 60}, 30), DoubleEq(0.25));  // 15 and 45: half a median off
}

TEST_F(RegularityTest, NothingIsRegularWithoutARhythm) {
  Of({0, 30, 60}, 30);
  EXPECT_THAT(Regularity(context_, ProductIndex(2U)), Eq(0));
}

TEST_F(RegularityTest, SubscriptionsAreLikelierTheMoreRegularTheRhythm) {
  const KindPrior prior;
  Candidate candidate;
  candidate.product.index = ProductIndex(1U);
  candidate.kind = OfferKind::kSubscribeAndSave;
  Of({0, 30, 60}, 30);
  EXPECT_THAT(SubscribeProbability(prior, context_, candidate),
              DoubleNear(prior.subscribe_and_save, 1e-12));
  Of({0, 30, 60, 90, 120}, 30);
  EXPECT_THAT(SubscribeProbability(prior, context_, candidate), Gt(prior.subscribe_and_save));
  Of({0, 5, 60}, 30);
  EXPECT_THAT(SubscribeProbability(prior, context_, candidate), Lt(prior.subscribe_and_save));
}

class KindScoringTest : public ::testing::Test {
 protected:
  KindScoringTest() {
    shop_.Put(TeaShopCatalog());
    shop_.Train(TeaShopOrders());
  }

  std::vector<ScoredOffer> ScoreAll(const SuggestRequest& request) {
    const auto model = shop_.engine->ModelOf("");
    const base::ReaderLock lock(&shop_.index.mutex());
    auto context = ResolveContext(shop_.index, shop_.engine->policy()->context, request);
    EXPECT_THAT(context, testing::IsOk());
    context_ = *std::move(context);
    std::vector<Candidate> candidates;
    EXPECT_THAT(CollectCandidates(**model, shop_.index, context_, {}, candidates), testing::IsOk());
    std::vector<ScoredOffer> offers;
    Score(**model, shop_.index, context_, {}, candidates, offers);
    return offers;
  }

  ScoredOffer Find(const std::vector<ScoredOffer>& offers, const std::string& id, OfferKind kind) {
    for (const ScoredOffer& offer : offers) {
      if (offer.candidate.kind == kind && shop_.IdOf(offer.candidate.product) == id) return offer;
    }
    ADD_FAILURE() << id << " is not offered in that form";
    return {};
  }

  Shop shop_;
  Context context_;
};

TEST_F(KindScoringTest, SetFollowsFromItsMissingProductAndTakesThePlaceOfTheCarts) {
  Product tea = Goods("tea", 10);
  tea.unit_cost = Money(4);
  Product cup = Goods("cup", 10);
  cup.unit_cost = Money(6);
  Product set = Goods("set", 15);
  set.kind = ProductKind::kBundle;
  set.contents = {"tea", "cup"};
  shop_.Put({tea, cup, set});
  const auto offers = ScoreAll(CartRequest({"tea"}, "2034-01-01"));
  const ScoredOffer bundle = Find(offers, "set", OfferKind::kBundle);
  const double alone = Find(offers, "cup", OfferKind::kCrossSell).probability;
  EXPECT_THAT(bundle.probability,
              DoubleNear(BundleProbability({}, std::array{alone}, 0.25), 1e-12));
  EXPECT_THAT(bundle.unit_cost, Eq(Money(10)));       // the set's own is not known
  EXPECT_THAT(bundle.replaced_price, Eq(Money(10)));  // the tea in the cart
  EXPECT_THAT(bundle.replaced_cost, Eq(Money(4)));
}

TEST_F(KindScoringTest, SetsCostIsUnknownWhereThatOfAProductInItIs) {
  Product tea = Goods("tea", 10);
  tea.unit_cost = Money(4);
  Product set = Goods("set", 15);
  set.kind = ProductKind::kBundle;
  set.contents = {"tea", "cup"};
  shop_.Put({tea, set});
  const auto offers = ScoreAll(CartRequest({"tea"}, "2034-01-01"));
  EXPECT_THAT(Find(offers, "set", OfferKind::kBundle).unit_cost, Eq(std::nullopt));
}

TEST_F(KindScoringTest, LostDealsPlanIsPricedForItsSeatsAndLikelierOneTierDown) {
  Subscription deal = testing::Subscribed("s1", "ann", "pro", SubscriptionStatus::kLostDeal);
  deal.seats = 3;
  shop_.Put({testing::Tiered(ProductKind::kPlan, "team", "crm", 1, 20),
             testing::Tiered(ProductKind::kPlan, "pro", "crm", 2, 30), deal});
  const auto offers = ScoreAll(CartRequest({}, "2034-01-01", "ann"));
  const ScoredOffer pro = Find(offers, "pro", OfferKind::kCrossSell);
  const ScoredOffer team = Find(offers, "team", OfferKind::kCrossSell);
  EXPECT_THAT(pro.list_price, Eq(Money(90)));
  EXPECT_THAT(team.list_price, Eq(Money(60)));
  EXPECT_THAT(team.probability, Gt(pro.probability));
}

}  // namespace
}  // namespace tsugi
