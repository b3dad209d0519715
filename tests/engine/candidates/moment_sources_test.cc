#include "engine/candidates/moment_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/candidates/bundle_source.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using testing::CartRequest;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Eq;
using testing::Goods;
using ::testing::IsEmpty;
using testing::Line;
using testing::MakeOrder;
using testing::Money;
using testing::Shop;
using testing::Subscribed;
using testing::TeaShopCatalog;
using testing::TeaShopOrders;
using testing::Tiered;
using ::testing::UnorderedElementsAre;

Product Bundle(const std::string& id, std::vector<std::string> contents, double price) {
  Product product = Goods(id, price);
  product.kind = ProductKind::kBundle;
  product.contents = std::move(contents);
  return product;
}

Product InSeason(const std::string& id, std::vector<std::string> goes_with, std::uint16_t months) {
  Product product = Goods(id);
  product.goes_with = std::move(goes_with);
  product.season_months = months;
  return product;
}

class MomentSourcesTest : public ::testing::Test {
 protected:
  using Change = std::function<void(Context&)>;

  MomentSourcesTest() {
    shop_.Put(TeaShopCatalog());
    shop_.Train(TeaShopOrders());
  }

  // What the sources say of a request whose context is changed by hand; `given` are there before.
  std::vector<Candidate> Collect(const SuggestRequest& request, const Change& change,
                                 std::vector<Candidate> given = {}) {
    const auto model = shop_.engine->ModelOf("");
    EXPECT_THAT(model, testing::IsOk());
    const base::ReaderLock lock(&shop_.index.mutex());
    auto resolved = ResolveContext(shop_.index, shop_.engine->policy()->context, request);
    EXPECT_THAT(resolved, testing::IsOk());
    context_ = *std::move(resolved);
    change(context_);
    const CandidateOptions options;
    CollectSeasonal(**model, shop_.index, context_, options, given);
    CollectRegulars(**model, shop_.index, context_, options, given);
    CollectWinBack(**model, shop_.index, context_, options, given);
    CollectBundles(shop_.index, context_, options, given);
    CollectPromotions(**model, shop_.index, context_, options, given);
    return given;
  }

  // KIND:id, or KIND:id<replaced.
  std::vector<std::string> Offers(const SuggestRequest& request, const Change& change = {}) {
    std::vector<std::string> texts;
    for (const Candidate& c : Collect(
             request, change ? change : [](Context&) {})) {
      const char letters[] = {'c', 'u', 't', 'b', 's', 'p', 'a'};
      texts.push_back(std::string(1, letters[static_cast<int>(c.kind)]) + ":" +
                      shop_.IdOf(c.product));
      if (c.replaces.known()) texts.back() += "<" + shop_.IdOf(c.replaces);
    }
    return texts;
  }

  ProductRef Ref(const std::string& id) {
    return shop_.index.RefAsOf(shop_.index.FindProduct(id), base::ToMicros(At("2034-01-01")));
  }

  // A product that is bought every `days`, last on `last`.
  Change Regular(const std::string& id, double days, const std::string& last) {
    return [this, id, days, last](Context& context) {
      Rhythm rhythm;
      rhythm.product = Ref(id);
      rhythm.last = At(last);
      rhythm.interval_days = days;
      rhythm.intervals = 3;
      context.rhythms = {rhythm};
    };
  }

  void PutConsumable(const std::string& id) {
    Product product = Goods(id);
    product.consumable = true;
    shop_.Put({product});
  }

  Change Running(const std::vector<std::string>& products, double percent = 20) {
    return [this, products, percent](Context& context) {
      campaign_.id = "spring";
      campaign_.product_ids = products;
      campaign_.discount_percent = percent;
      RunningCampaign running;
      running.facts = &campaign_;
      for (const std::string& id : products) {
        if (const ProductIndex p = shop_.index.FindProduct(id); p.valid()) {
          running.products.push_back(p);
        }
      }
      std::sort(running.products.begin(), running.products.end());
      context.running_campaigns = {running};
    };
  }

  Shop shop_;
  Context context_;
  Campaign campaign_;
};

constexpr std::uint16_t kJulyAugust = 1U << 6 | 1U << 7;

TEST_F(MomentSourcesTest, SeasonalCompanionsOfWhatWasBoughtComeInTheirMonthsOnly) {
  shop_.Put({Goods("swimwear"), InSeason("sunscreen", {"swimwear"}, kJulyAugust),
             InSeason("scarf", {"coat"}, kJulyAugust),
             MakeOrder("o1", "ann", "2034-05-01", {Line("swimwear")})});
  EXPECT_THAT(Offers(CartRequest({}, "2034-07-01", "ann")), ElementsAre("c:sunscreen"));
  EXPECT_THAT(Offers(CartRequest({}, "2034-08-31T23:59:59Z", "ann")), ElementsAre("c:sunscreen"));
  EXPECT_THAT(Offers(CartRequest({}, "2034-06-30T23:59:59Z", "ann")), IsEmpty());
  EXPECT_THAT(Offers(CartRequest({}, "2034-09-01", "ann")), IsEmpty());
  EXPECT_THAT(Offers(CartRequest({}, "2034-07-01", "bob")), IsEmpty());
  EXPECT_THAT(Offers(CartRequest({"sunscreen"}, "2034-07-01", "ann")), IsEmpty());
}

TEST_F(MomentSourcesTest, TheMonthIsThatOfTheStoresTimeZone) {
  shop_.Put({Goods("swimwear"), InSeason("sunscreen", {"swimwear"}, kJulyAugust),
             MakeOrder("o1", "ann", "2034-05-01", {Line("swimwear")})});
  const auto in_tokyo = [](Context& context) {
    context.zone = absl::FixedTimeZone(9 * 3600);  // July began there 9 hours earlier
  };
  EXPECT_THAT(Offers(CartRequest({}, "2034-06-30T15:00:00Z", "ann"), in_tokyo),
              ElementsAre("c:sunscreen"));
  EXPECT_THAT(Offers(CartRequest({}, "2034-06-30T14:59:59Z", "ann"), in_tokyo), IsEmpty());
}

TEST_F(MomentSourcesTest, SeasonalCompanionNamesWhatWasBought) {
  shop_.Put({Goods("swimwear"), InSeason("sunscreen", {"swimwear"}, kJulyAugust),
             MakeOrder("o1", "ann", "2034-05-01", {Line("swimwear")})});
  const auto offers = Collect(CartRequest({}, "2034-07-01", "ann"), [](Context&) {});
  ASSERT_THAT(offers, ::testing::SizeIs(1));
  EXPECT_THAT(shop_.IdOf(offers[0].evidence.because_of), Eq("swimwear"));
}

TEST_F(MomentSourcesTest, ConsumableWithARhythmIsOfferedAgainAndAsASubscriptionAtItsInterval) {
  PutConsumable("tea");
  shop_.Put({MakeOrder("o1", "ann", "2034-01-01", {Line("tea")})});
  const SuggestRequest request = CartRequest({}, "2034-01-29", "ann");
  EXPECT_THAT(Offers(request, Regular("tea", 29.6, "2034-01-01")),
              UnorderedElementsAre("c:tea", "s:tea"));
  const auto offers = Collect(request, Regular("tea", 29.6, "2034-01-01"));
  EXPECT_THAT(offers.back().interval_days, Eq(30));
  EXPECT_THAT(offers.back().scores.times_bought, Eq(1.0F));
  EXPECT_THAT(offers.back().scores.days_since_bought, ::testing::FloatEq(28.0F));
  EXPECT_THAT(Collect(request, Regular("tea", 0.2, "2034-01-01")).back().interval_days, Eq(1));
}

TEST_F(MomentSourcesTest, NoSubscriptionOfWhatIsNoConsumableSubscribedInCartOrNotForSale) {
  shop_.Put({MakeOrder("o1", "ann", "2034-01-01", {Line("tea")})});
  const Change rhythm = Regular("tea", 30, "2034-01-01");
  const SuggestRequest request = CartRequest({}, "2034-01-29", "ann");
  EXPECT_THAT(Offers(request, rhythm), IsEmpty());  // no consumable
  PutConsumable("tea");
  EXPECT_THAT(Offers(request, Regular("tea", 30, "2034-01-01")), Contains("s:tea"));
  EXPECT_THAT(Offers(CartRequest({"tea"}, "2034-01-29", "ann"), Regular("tea", 30, "2034-01-01")),
              IsEmpty());
  shop_.Put({Subscribed("s1", "ann", "tea")});
  EXPECT_THAT(Offers(request, Regular("tea", 30, "2034-01-01")), IsEmpty());
  shop_.Put({Subscribed("s1", "ann", "tea", SubscriptionStatus::kCanceled)});
  EXPECT_THAT(Offers(request, Regular("tea", 30, "2034-01-01")), Contains("s:tea"));
  Product gone = Goods("tea");
  gone.consumable = true;
  gone.in_stock = false;
  shop_.Put({gone});
  EXPECT_THAT(Offers(request, Regular("tea", 30, "2034-01-01")), IsEmpty());
}

TEST_F(MomentSourcesTest, ARegularPurchaseMayStepUpItsLadder) {
  Product plain = Tiered(ProductKind::kGoods, "tea", "teas", 1, 10);
  plain.consumable = true;
  shop_.Put({plain, Tiered(ProductKind::kGoods, "gold", "teas", 2, 30),
             Tiered(ProductKind::kGoods, "dust", "teas", 0, 1)});
  EXPECT_THAT(Offers(CartRequest({}, "2034-01-29", "ann"), Regular("tea", 30, "2034-01-01")),
              IsEmpty());  // nobody knows ann
  shop_.Put({MakeOrder("o1", "ann", "2034-01-01", {Line("tea")})});
  EXPECT_THAT(Offers(CartRequest({}, "2034-01-29", "ann"), Regular("tea", 30, "2034-01-01")),
              UnorderedElementsAre("u:gold<tea", "c:tea", "s:tea"));
}

TEST_F(MomentSourcesTest, SetsThatHoldACartProductAndSaveMoneyAreOffered) {
  shop_.Put({Bundle("set", {"tea", "cup"}, 17)});
  EXPECT_THAT(Offers(CartRequest({"tea"}, "2034-01-01")), ElementsAre("b:set"));
  SuggestRequest viewing = CartRequest({}, "2034-01-01");
  viewing.viewed_product_ids = {"cup"};
  EXPECT_THAT(Offers(viewing), ElementsAre("b:set"));
  EXPECT_THAT(Offers(CartRequest({"soap"}, "2034-01-01")), IsEmpty());
  const auto offers = Collect(CartRequest({"tea"}, "2034-01-01"), [](Context&) {});
  EXPECT_THAT(offers[0].contents_price, Eq(Money(20)));
  ASSERT_THAT(offers[0].contents, ::testing::SizeIs(2));
  EXPECT_THAT(shop_.IdOf(offers[0].contents[0]), Eq("tea"));
  EXPECT_THAT(shop_.IdOf(offers[0].evidence.because_of), Eq("tea"));
}

TEST_F(MomentSourcesTest, SetsLeadFromWhatWasBoughtOfLate) {
  shop_.Put(
      {Bundle("set", {"tea", "cup"}, 17), MakeOrder("o1", "ann", "2034-01-01", {Line("tea")})});
  EXPECT_THAT(Offers(CartRequest({}, "2034-01-02", "ann")), ElementsAre("b:set"));
  EXPECT_THAT(Offers(CartRequest({}, "2034-01-02", "bob")), IsEmpty());
}

TEST_F(MomentSourcesTest, SetsWithoutAnAdvantageOrWithNothingNewAreNotOffered) {
  shop_.Put({Bundle("set", {"tea", "cup"}, 20)});
  EXPECT_THAT(Offers(CartRequest({"tea"}, "2034-01-01")), IsEmpty());
  shop_.Put({Bundle("set", {"tea", "cup"}, 19.99)});
  EXPECT_THAT(Offers(CartRequest({"tea"}, "2034-01-01")), ElementsAre("b:set"));
  EXPECT_THAT(Offers(CartRequest({"cup", "tea"}, "2034-01-01")), IsEmpty());
  EXPECT_THAT(Offers(CartRequest({"set", "tea"}, "2034-01-01")), IsEmpty());
}

TEST_F(MomentSourcesTest, SetsAreOfferedOnlyWhileTheyAndAllInThemCanBeSold) {
  Product set = Bundle("set", {"tea", "cup"}, 17);
  set.in_stock = false;
  shop_.Put({set});
  EXPECT_THAT(Offers(CartRequest({"tea"}, "2034-01-01")), IsEmpty());
  Product cup = Goods("cup");
  cup.active = false;
  shop_.Put({Bundle("set", {"tea", "cup"}, 17), cup});
  EXPECT_THAT(Offers(CartRequest({"tea"}, "2034-01-01")), IsEmpty());
  shop_.Put({Goods("cup"), Bundle("set", {"tea", "never-seen"}, 5)});
  EXPECT_THAT(Offers(CartRequest({"tea"}, "2034-01-01")), IsEmpty());
}

TEST_F(MomentSourcesTest, SetsOfWhatIsOwnedAreNotOffered) {
  shop_.Put({Bundle("set", {"tea", "cup"}, 17)});
  const auto owns_cup = [this](Context& context) { context.owned = {Ref("cup").index}; };
  EXPECT_THAT(Offers(CartRequest({"tea"}, "2034-01-01"), owns_cup), IsEmpty());
}

TEST_F(MomentSourcesTest, ProductsOfACampaignArePromotedUnlessInTheCart) {
  const SuggestRequest request = CartRequest({"tea"}, "2034-01-01");
  EXPECT_THAT(Offers(request, Running({"cup", "tea", "no such"})), ElementsAre("p:cup"));
  EXPECT_THAT(Offers(request), IsEmpty());
  Product cup = Goods("cup");
  cup.in_stock = false;
  shop_.Put({cup});
  EXPECT_THAT(Offers(request, Running({"cup"})), IsEmpty());
}

TEST_F(MomentSourcesTest, PromotionKeepsWhatTheModelsSayAndNamesItsCampaign) {
  Candidate cup;
  cup.product = Ref("cup");
  cup.scores.item_regression = 0.25F;
  const auto offers = Collect(CartRequest({"tea"}, "2034-01-01"), Running({"cup"}), {cup});
  ASSERT_THAT(offers, ::testing::SizeIs(2));
  EXPECT_THAT(offers[1].kind, Eq(OfferKind::kPromotion));
  EXPECT_THAT(offers[1].scores.item_regression, Eq(0.25F));
  EXPECT_THAT(offers[1].campaign->id, Eq("spring"));
}

TEST_F(MomentSourcesTest, UpgradesThatACampaignNamesCarryIt) {
  Candidate up;
  up.product = Ref("cup");
  up.kind = OfferKind::kUpgrade;
  const auto offers = Collect(CartRequest({"tea"}, "2034-01-01"), Running({"milk"}), {up});
  EXPECT_THAT(offers[0].campaign, Eq(nullptr));
  const auto named = Collect(CartRequest({"tea"}, "2034-01-01"), Running({"cup"}), {up});
  EXPECT_THAT(named[0].campaign, Eq(&campaign_));
}

TEST_F(MomentSourcesTest, LateCustomersMostBoughtProductsComeBack) {
  shop_.Put({MakeOrder("o1", "ann", "2034-01-01", {Line("soap")}),
             MakeOrder("o2", "ann", "2034-02-01", {Line("soap"), Line("milk")})});
  const auto usual = [](double days) {
    return [days](Context& context) {
      context.last_order = At("2034-02-01");
      context.usual_order_interval_days = days;
    };
  };
  const SuggestRequest request = CartRequest({}, "2034-06-01", "ann");
  EXPECT_THAT(Offers(request, usual(31)), ElementsAre("c:soap", "c:milk"));
  EXPECT_THAT(Offers(request, usual(120)), IsEmpty());  // not late: 120 days are not over
  EXPECT_THAT(
      Offers(request, [](Context& context) { context.usual_order_interval_days = std::nullopt; }),
      IsEmpty());
}

TEST_F(MomentSourcesTest, LostDealsPlanAndTheNextCheaperTierWinBack) {
  shop_.Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
             Tiered(ProductKind::kPlan, "team", "crm", 2, 20),
             Tiered(ProductKind::kPlan, "pro", "crm", 3, 30),
             Subscribed("s1", "ann", "pro", SubscriptionStatus::kLostDeal)});
  const SuggestRequest request = CartRequest({}, "2034-01-01", "ann");
  EXPECT_THAT(Offers(request), ElementsAre("c:pro", "c:team"));
  EXPECT_THAT(Collect(request, [](Context&) {})[0].subscription->facts->id, Eq("s1"));
  shop_.Put({Subscribed("s2", "ann", "basic")});  // came back since
  EXPECT_THAT(Offers(request), IsEmpty());
}

TEST_F(MomentSourcesTest, WithoutProfilingNoHistoryProposesAnything) {
  PutConsumable("tea");
  shop_.Put({MakeOrder("o1", "ann", "2034-01-01", {Line("tea")}),
             Tiered(ProductKind::kPlan, "pro", "crm", 3, 30),
             Subscribed("s1", "ann", "pro", SubscriptionStatus::kLostDeal)});
  const auto unknown = [&](Context& context) {
    Regular("tea", 30, "2034-01-01")(context);
    context.profiled = false;
  };
  EXPECT_THAT(Offers(CartRequest({}, "2034-06-01", "ann"), unknown), IsEmpty());
}

}  // namespace
}  // namespace tsugi
