#include "engine/candidates/candidates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::AddOn;
using testing::At;
using testing::CartRequest;
using ::testing::Contains;
using ::testing::Eq;
using testing::Goods;
using ::testing::Gt;
using ::testing::IsEmpty;
using testing::Line;
using testing::MakeOrder;
using ::testing::Not;
using testing::Shop;
using testing::Subscribed;
using testing::TeaShopCatalog;
using testing::TeaShopOrders;
using testing::Tiered;
using ::testing::UnorderedElementsAre;

class CandidatesTest : public ::testing::Test {
 protected:
  CandidatesTest() {
    shop_.Put(TeaShopCatalog());
    shop_.Train(TeaShopOrders());
  }

  // kind:id, kinds by their first letter (c cross-sell, u upgrade, t trial, a add-on, b bundle).
  std::vector<std::string> Offers(const SuggestRequest& request) {
    std::vector<std::string> texts;
    for (const Candidate& candidate : shop_.Candidates(request)) {
      const char letters[] = {'c', 'u', 't', 'b', 's', 'p', 'a'};
      texts.push_back(std::string(1, letters[static_cast<int>(candidate.kind)]) + ":" +
                      shop_.IdOf(candidate.product));
    }
    return texts;
  }

  Candidate Find(const SuggestRequest& request, const std::string& id) {
    for (Candidate& candidate : shop_.Candidates(request)) {
      if (shop_.IdOf(candidate.product) == id) return candidate;
    }
    ADD_FAILURE() << id << " is no candidate";
    return {};
  }

  Shop shop_;
};

TEST_F(CandidatesTest, NeighboursOfTheCartComeWithTheirEvidence) {
  const Candidate cup = Find(CartRequest({"tea"}, "2024-01-01"), "cup");
  EXPECT_THAT(shop_.IdOf(cup.evidence.because_of), Eq("tea"));
  EXPECT_THAT(cup.evidence.orders_together, Eq(12U));
  EXPECT_THAT(cup.evidence.base_orders, Eq(18U));
  EXPECT_THAT(cup.evidence.all_orders, Eq(34U));
  EXPECT_THAT(cup.evidence.confidence, ::testing::DoubleEq(12.0 / 18));
  EXPECT_THAT(cup.evidence.lift, ::testing::DoubleEq(12.0 / 18 / (12.0 / 34)));
  EXPECT_THAT(cup.scores.co_purchase, Gt(0.0F));
  EXPECT_THAT(cup.scores.item_regression, Gt(0.0F));
  EXPECT_THAT(cup.scores.popularity, ::testing::FloatNear(12.0F / 34, 1e-6F));
}

TEST_F(CandidatesTest, WhatIsInTheCartOrViewedNeverComesBack) {
  SuggestRequest request = CartRequest({"tea"}, "2024-01-01");
  request.viewed_product_ids = {"cup"};
  const std::vector<std::string> offers = Offers(request);
  EXPECT_THAT(offers, Not(Contains("c:tea")));
  EXPECT_THAT(offers, Not(Contains("c:cup")));
  EXPECT_THAT(offers, Contains("c:milk"));
}

TEST_F(CandidatesTest, EmptyCartOfAnUnknownVisitorGetsWhatIsPopular) {
  EXPECT_THAT(Offers(CartRequest({}, "2024-01-01")),
              UnorderedElementsAre("c:tea", "c:cup", "c:coffee", "c:filter", "c:milk", "c:soap"));
}

TEST_F(CandidatesTest, EmptyCartOfACustomerIsServedFromHistory) {
  shop_.Put({MakeOrder("o1", "ann", "2024-01-01", {Line("coffee")})});
  const Candidate filter = Find(CartRequest({}, "2024-01-02", "ann"), "filter");
  EXPECT_THAT(shop_.IdOf(filter.evidence.because_of), Eq("coffee"));
  EXPECT_THAT(filter.scores.item_regression, Eq(0.0F));
  EXPECT_THAT(filter.scores.item_regression_history, Gt(0.0F));
  const Candidate again = Find(CartRequest({}, "2024-01-02", "ann"), "coffee");
  EXPECT_THAT(again.scores.times_bought, Eq(1.0F));
  EXPECT_THAT(again.scores.days_since_bought, ::testing::FloatEq(1.0F));
}

TEST_F(CandidatesTest, UnsellableProductsDoNotComeBack) {
  Product cup = Goods("cup");
  cup.active = false;
  cup.observed_at = At("2024-02-01");
  Product milk = Goods("milk");
  milk.in_stock = false;
  milk.observed_at = At("2024-02-01");
  shop_.Put({cup, milk});
  EXPECT_THAT(Offers(CartRequest({"tea"}, "2024-01-31")), Contains("c:cup"));
  const std::vector<std::string> after = Offers(CartRequest({"tea"}, "2024-02-01"));
  EXPECT_THAT(after, Not(Contains("c:cup")));
  EXPECT_THAT(after, Not(Contains("c:milk")));
}

TEST_F(CandidatesTest, EveryHigherTierOfACartProductIsAnUpgradeAndNoCrossSell) {
  shop_.Put({Tiered(ProductKind::kGoods, "tea", "teas", 1, 10),
             Tiered(ProductKind::kGoods, "cup", "teas", 2, 20),  // bought with tea, but its better
             Tiered(ProductKind::kGoods, "gold", "teas", 3, 30),
             Tiered(ProductKind::kGoods, "dust", "teas", 0, 1)});
  const std::vector<std::string> offers = Offers(CartRequest({"tea"}, "2034-01-01"));
  EXPECT_THAT(offers, Contains("u:cup"));
  EXPECT_THAT(offers, Contains("u:gold"));
  EXPECT_THAT(offers, Not(Contains("c:cup")));
  EXPECT_THAT(offers, Not(Contains("u:dust")));
  EXPECT_THAT(offers, Not(Contains("c:dust")));
  const Candidate gold = Find(CartRequest({"cup", "tea"}, "2034-01-01"), "gold");
  EXPECT_THAT(shop_.IdOf(gold.replaces), Eq("cup"));  // the higher of the two
}

TEST_F(CandidatesTest, SubscriptionsClimbTheirLadderAndTrialsConvert) {
  shop_.Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
             Tiered(ProductKind::kPlan, "team", "crm", 2, 20),
             Tiered(ProductKind::kPlan, "pro", "crm", 3, 30), Subscribed("s1", "ann", "basic"),
             Subscribed("s2", "bob", "basic", SubscriptionStatus::kTrialing),
             Subscribed("s3", "cid", "basic", SubscriptionStatus::kCanceled)});
  const auto plans = [&](const std::string& customer) {
    std::vector<std::string> offers = Offers(CartRequest({}, "2034-01-01", customer));
    std::erase_if(offers, [](const std::string& offer) { return offer[0] == 'c'; });
    return offers;
  };
  EXPECT_THAT(plans("ann"), UnorderedElementsAre("u:team", "u:pro"));
  EXPECT_THAT(plans("bob"), UnorderedElementsAre("t:basic"));
  EXPECT_THAT(plans("cid"), IsEmpty());
  EXPECT_THAT(plans(""), IsEmpty());
}

TEST_F(CandidatesTest, AnAccountThatHoldsAHigherTierElsewhereClimbsFromThere) {
  shop_.Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
             Tiered(ProductKind::kPlan, "team", "crm", 2, 20),
             Tiered(ProductKind::kPlan, "pro", "crm", 3, 30),
             Tiered(ProductKind::kPlan, "mail", "post", 1, 10),
             Tiered(ProductKind::kPlan, "mail+", "post", 2, 20), Subscribed("s1", "ann", "basic"),
             Subscribed("s2", "ann", "team"), Subscribed("s3", "ann", "mail")});
  const Candidate pro = Find(CartRequest({}, "2034-01-01", "ann"), "pro");
  EXPECT_EQ(pro.replaces.id(), "team");
  // Team is owned, and pro may not take its place on the ladder from basic.
  SuggestRequest request = CartRequest({}, "2034-01-01", "ann");
  request.subscription_id = "s1";
  EXPECT_THAT(Offers(request), Not(Contains("u:pro")));
  EXPECT_THAT(Offers(CartRequest({}, "2034-01-01", "ann")), Contains("u:mail+"));
}

TEST_F(CandidatesTest, AddOnsAreForOwnersOfWhatTheyGoWith) {
  shop_.Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10), AddOn("sms", {"basic"}),
             AddOn("fax", {"other"}), AddOn("help", {}), Subscribed("s1", "ann", "basic")});
  const std::vector<std::string> ann = Offers(CartRequest({}, "2034-01-01", "ann"));
  EXPECT_THAT(ann, Contains("a:sms"));
  EXPECT_THAT(ann, Contains("a:help"));
  EXPECT_THAT(ann, Not(Contains("a:fax")));
  EXPECT_THAT(Offers(CartRequest({}, "2034-01-01")), Not(Contains("a:sms")));
}

TEST_F(CandidatesTest, CatalogueComplementsNeedNoModel) {
  Product pot = Goods("pot");
  pot.goes_with = {"tea"};
  shop_.Put({pot});
  const SuggestRequest request = CartRequest({"tea"}, "2034-01-01");
  EXPECT_THAT(Offers(request), Contains("c:pot"));
  EXPECT_THAT(Find(request, "pot").scores.completes, Eq(1.0F));
  EXPECT_THAT(Find(request, "cup").scores.completes, Eq(0.0F));
}

TEST_F(CandidatesTest, CartProductTheModelNeverSawIsServedFromItsCategory) {
  shop_.Put({Goods("mate", 10, "drinks"), Goods("coffee", 10, "drinks")});
  const std::vector<std::string> offers = Offers(CartRequest({"mate"}, "2034-01-01"));
  ASSERT_THAT(offers, Not(IsEmpty()));
  EXPECT_THAT(offers.front(), Eq("c:coffee"));
}

TEST_F(CandidatesTest, PlansAreNotCrossSoldFromCarts) {
  shop_.Put({Tiered(ProductKind::kPlan, "cup", "crm", 1, 10)});
  EXPECT_THAT(Offers(CartRequest({"tea"}, "2034-01-01")), Not(Contains("c:cup")));
}

TEST_F(CandidatesTest, OwnedDurablesDoNotComeBack) {
  Shop shop;
  Policy policy = shop.engine->policy()->policy;
  policy.owned.exclude = Ownership::Exclude::kDurable;
  Shop strict(&policy);
  Product cup = Goods("cup");
  cup.durable = true;
  strict.Put(TeaShopCatalog());
  strict.Put({cup, MakeOrder("o1", "ann", "2034-01-01", {Line("cup")})});
  strict.Train(TeaShopOrders());
  std::vector<std::string> ids;
  for (const Candidate& c : strict.Candidates(CartRequest({"tea"}, "2034-02-01", "ann"))) {
    ids.push_back(strict.IdOf(c.product));
  }
  EXPECT_THAT(ids, Contains("milk"));
  EXPECT_THAT(ids, Not(Contains("cup")));
}

TEST_F(CandidatesTest, FilterKeepsLookingUntilSomethingFits) {
  shop_.Put({Goods("soap", 10, "bath")});
  SuggestRequest request = CartRequest({"tea"}, "2034-01-01");
  request.filter.categories = {"bath"};
  EXPECT_THAT(Offers(request), Contains("c:soap"));
}

TEST_F(CandidatesTest, ProductKnownOnlyFromOrdersIsGoodsOnceSold) {
  Shop shop;
  shop.Put({MakeOrder("o1", "", "2024-02-01", {Line("tea", 1, 3)}),
            MakeOrder("o2", "", "2024-02-01", {Line("cup", 1, 4)})});
  shop.Train(TeaShopOrders());
  EXPECT_THAT(shop.Candidates(CartRequest({"tea"}, "2024-01-31")), IsEmpty());
  const auto after = shop.Candidates(CartRequest({"tea"}, "2024-02-01"));
  ASSERT_THAT(after, ::testing::SizeIs(1));
  EXPECT_THAT(shop.IdOf(after[0].product), Eq("cup"));
  EXPECT_THAT(after[0].kind, Eq(OfferKind::kCrossSell));
}

}  // namespace
}  // namespace tsugi
