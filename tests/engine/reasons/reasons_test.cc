#include "engine/reasons/reasons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Language kEn = Language::kEnglish;
constexpr Language kJa = Language::kJapanese;

ProductTexts Lookup(const ProductRef& product) {
  if (product.facts == nullptr) return {"unlisted", ""};
  return {product.facts->id, product.facts->name};
}

class ReasonsTest : public ::testing::Test {
 protected:
  ReasonsTest() {
    facts_.id = "S1";
    facts_.product_id = "Basic";
    facts_.renews_at = T("2026-03-20");
    context_ = At();
    context_.subscriptions = {{&facts_, basic_, std::nullopt}};
  }

  // The offer as Decide would hand it over, at its list price.
  DecidedOffer Decided(ScoredOffer offer, Moment moment = Moment::kPrePurchase) {
    DecidedOffer decided;
    decided.price = offer.list_price;
    decided.offer = std::move(offer);
    decided.moment = moment;
    return decided;
  }

  DecidedOffer Together(std::uint32_t orders, double lift) {
    DecidedOffer decided = Decided(CrossSell(mouse_));
    Evidence& evidence = decided.offer.candidate.evidence;
    evidence.because_of = laptop_;
    evidence.orders_together = orders;
    evidence.base_orders = 1500;
    evidence.all_orders = 20000;
    evidence.lift = lift;
    evidence.since = T("2025-01-05");
    return decided;
  }

  std::vector<std::string> Texts(const DecidedOffer& offer, Language language = kEn) {
    std::vector<std::string> texts;
    for (const Reason& reason : ReasonsFor(offer, context_, language, Lookup)) {
      texts.push_back(reason.text);
    }
    return texts;
  }

  std::vector<std::string> Codes(const DecidedOffer& offer) {
    std::vector<std::string> codes;
    for (const Reason& reason : ReasonsFor(offer, context_, kEn, Lookup)) {
      codes.push_back(reason.code);
    }
    return codes;
  }

  Product Limited(const std::string& id, double limit, int tier, const std::string& price) {
    Product product;
    product.id = id;
    product.name = id;
    product.kind = ProductKind::kPlan;
    product.family = "plans";
    product.tier = tier;
    product.price = Money(price);
    product.usage_limit = limit;
    return product;
  }

  Catalogue shop_;
  ProductRef mouse_ = shop_.Goods("mouse", "20");
  ProductRef laptop_ = shop_.Goods("laptop", "900", "laptop", 1);
  ProductRef laptop2_ = shop_.Goods("laptop2", "1150", "laptop", 2);
  ProductRef basic_ = shop_.Add(Limited("Basic", 1000, 1, "10"));
  ProductRef plus_ = shop_.Add(Limited("Plus", 5000, 2, "25.50"));
  Subscription facts_;
  Context context_;
};

TEST_F(ReasonsTest, BoughtTogetherNamesOrdersChanceAndSince) {
  const DecidedOffer offer = Together(312, 4.24);
  EXPECT_THAT(Texts(offer),
              ElementsAre("In 312 of 1,500 orders with laptop since 5 January 2025, 4.2 times as "
                          "often as by chance."));
  EXPECT_THAT(Texts(offer, kJa),
              ElementsAre("2025年1月5日以降、laptopを含む1,500件の注文のうち312件で一緒に購入されて"
                          "います（偶然の4.2倍）。"));
  const Reason reason = ReasonsFor(offer, context_, kEn, Lookup)[0];
  EXPECT_EQ(reason.code, "bought_together");
  EXPECT_EQ(reason.because_of_id, "laptop");
  EXPECT_EQ(reason.evidence.orders_together, 312U);
}

TEST_F(ReasonsTest, BoughtTogetherOfASegmentSaysSo) {
  DecidedOffer offer = Together(312, 4);
  offer.offer.candidate.evidence.segment = "business";
  EXPECT_THAT(Texts(offer),
              ElementsAre(HasSubstr("Customers like you (business): in 312 of 1,500")));
  EXPECT_EQ(ReasonsFor(offer, context_, kEn, Lookup)[0].segment, "business");
}

TEST_F(ReasonsTest, AReasonItsEvidenceDoesNotCarryIsNotGiven) {
  for (const DecidedOffer& offer : {Together(4, 9.0), Together(312, 1.1)}) {
    EXPECT_THAT(Codes(offer), ElementsAre("from_the_range"));
  }
  EXPECT_THAT(Codes(Together(5, 1.2)), ElementsAre("bought_together"));
}

TEST_F(ReasonsTest, AWeakerTrueReasonTakesItsPlace) {
  DecidedOffer offer = Together(3, 9.0);
  offer.offer.candidate.scores.popularity = 0.042F;
  EXPECT_THAT(Texts(offer), ElementsAre("Often chosen: in about 4.2% of orders."));
  offer.offer.candidate.scores.item_regression = 0.1F;
  EXPECT_THAT(Codes(offer), ElementsAre("popular"));  // no cart that it could fit
  context_.viewed = {laptop_};
  EXPECT_THAT(Codes(offer), ElementsAre("fits_viewed"));
  context_.cart = {InCart(laptop_)};
  EXPECT_THAT(Codes(offer), ElementsAre("fits_cart"));
}

TEST_F(ReasonsTest, WhatWasBoughtBeforeIsToldOnlyToProfiledCustomers) {
  DecidedOffer offer = Decided(CrossSell(mouse_));
  offer.offer.candidate.scores.times_bought = 3;
  offer.offer.candidate.scores.days_since_bought = 10;
  EXPECT_THAT(Texts(offer), ElementsAre("You have bought it 3 times, last on 28 February 2026."));
  offer.offer.candidate.scores.times_bought = 1;
  EXPECT_THAT(Texts(offer), ElementsAre("You bought it on 28 February 2026."));
  EXPECT_THAT(Texts(offer, kJa), ElementsAre("2026年2月28日にご購入いただいた商品です。"));
  context_.profiled = false;
  EXPECT_THAT(Codes(offer), ElementsAre("from_the_range"));
}

TEST_F(ReasonsTest, PersonalNeedsPurchasesAndALoudScore) {
  DecidedOffer offer = Decided(CrossSell(mouse_));
  offer.offer.candidate.scores.item_regression_history = kMinHistoryScore;
  EXPECT_THAT(Codes(offer), ElementsAre("from_the_range"));
  const std::vector<Purchase> purchases = {{0, laptop_.index, 1, 900'000'000}};
  context_.purchases = purchases;
  EXPECT_THAT(Codes(offer), ElementsAre("personal"));
  offer.offer.candidate.scores.item_regression_history = kMinHistoryScore / 2;
  EXPECT_THAT(Codes(offer), ElementsAre("from_the_range"));
}

TEST_F(ReasonsTest, GoesWithNamesTheProductInTheCart) {
  Product bag;
  bag.id = "bag";
  bag.goes_with = {"laptop"};
  const ProductRef product = shop_.Add(bag);
  context_.cart = {InCart(mouse_), InCart(laptop_)};
  EXPECT_THAT(Texts(Decided(CrossSell(product))), ElementsAre("Made to go with laptop."));
}

TEST_F(ReasonsTest, ABetterModelSaysWhatItCosts) {
  EXPECT_THAT(Texts(Decided(UpgradeOf(laptop_, laptop2_))),
              ElementsAre("A better model of laptop, for $250.00 more."));
  DecidedOffer cheap = Decided(UpgradeOf(laptop_, laptop2_));
  cheap.price = Money("900");
  cheap.discount_percent = 21.7;
  EXPECT_THAT(Texts(cheap, kJa),
              ElementsAre("laptopの上位モデルを、追加料金なしでお選びいただけます。",
                          "通常1,150.00ドルのところ、22%引きの900.00ドルです。"));
}

TEST_F(ReasonsTest, ANextTierSaysWhatIsGainedAndWhatItCosts) {
  context_.subscriptions[0].usage = 870;
  const DecidedOffer offer =
      Decided(About(context_.subscriptions[0], OfferKind::kUpgrade, plus_), Moment::kRenewal);
  EXPECT_THAT(
      Texts(offer),
      ElementsAre("Plus has room for 5,000 instead of 1,000, for $15.50 more a month.",
                  "87% of the limit of Basic is in use.", "Basic renews on 20 March 2026."));
  EXPECT_THAT(
      Texts(offer, kJa),
      ElementsAre("Plusでは利用上限が1,000から5,000に増えます。差額は1か月あたり15.50ドル"
                  "です。",
                  "Basicの利用上限の87%をご利用中です。", "Basicは2026年3月20日に更新されます。"));
  EXPECT_THAT(Codes(offer), ElementsAre("next_tier", "usage_near_limit", "renewal"));
}

TEST_F(ReasonsTest, LowUsageIsNoReasonAndAPlanWithoutLimitIsAHigherPlan) {
  context_.subscriptions[0].usage = 799;
  ProductRef yearly = shop_.Plan("Yearly", 3, "200", 12);
  DecidedOffer offer =
      Decided(About(context_.subscriptions[0], OfferKind::kUpgrade, yearly), Moment::kTrialEnd);
  offer.offer.replaced_price = Money("120");
  EXPECT_THAT(Texts(offer),
              ElementsAre("Yearly is a higher plan than Basic, for $80.00 more a year."));
  offer.offer.billing_months = 3;
  EXPECT_THAT(Texts(offer),
              ElementsAre("Yearly is a higher plan than Basic, for $80.00 more every 3 months."));
}

TEST_F(ReasonsTest, ATrialSaysWhenItEndsAndWhatFollows) {
  facts_.status = SubscriptionStatus::kTrialing;
  facts_.trial_ends_at = T("2026-03-12T23:00:00Z");
  context_.zone = Zone("Asia/Tokyo");
  context_.currency = "JPY";
  const DecidedOffer offer = Decided(
      About(context_.subscriptions[0], OfferKind::kTrialConversion, basic_), Moment::kTrialEnd);
  EXPECT_THAT(Texts(offer),
              ElementsAre("The trial of Basic ends on 13 March 2026; it goes on for ¥10 a month."));
  EXPECT_THAT(Texts(offer, kJa), ElementsAre("Basicの無料体験は2026年3月13日に終了します。"
                                             "継続される場合は1か月あたり10円です。"));
}

TEST_F(ReasonsTest, AnAddOnNamesThePlanItIsMadeFor) {
  Product extra;
  extra.id = "extra";
  extra.name = "Extra";
  extra.kind = ProductKind::kAddOn;
  extra.price = Money("5");
  extra.goes_with = {"Basic"};
  const ProductRef product = shop_.Add(extra);
  DecidedOffer offer =
      Decided(About(context_.subscriptions[0], OfferKind::kAddOn, product), Moment::kRenewal);
  offer.offer.billing_months = 1;
  EXPECT_THAT(Texts(offer), ElementsAre("An add-on made for Basic, for $5.00 a month.",
                                        "Basic renews on 20 March 2026."));
  offer.offer.candidate.subscription = nullptr;
  EXPECT_THAT(Texts(offer), ElementsAre("An add-on, for $5.00 a month."));
}

TEST_F(ReasonsTest, TalkingPointsOfARenewalGoFromTheOccasionToNoPressure) {
  context_.subscriptions[0].usage = 870;
  const DecidedOffer offer =
      Decided(About(context_.subscriptions[0], OfferKind::kUpgrade, plus_), Moment::kRenewal);
  EXPECT_THAT(
      TalkingPointsFor(offer, context_, kEn, Lookup),
      ElementsAre("Your Basic renews on 20 March 2026, so I would like to check with you whether "
                  "it still fits.",
                  "You are using 87% of what Basic includes.",
                  "With Plus you would have room for 5,000 instead of 1,000; that is $15.50 more a "
                  "month.",
                  "There is no need to decide today; may I send you the details?"));
  EXPECT_THAT(TalkingPointsFor(offer, context_, kJa, Lookup),
              ElementsAre(HasSubstr("2026年3月20日に更新"), HasSubstr("87%をお使い"),
                          HasSubstr("差額は1か月あたり15.50ドル"), HasSubstr("本日お決め")));
}

TEST_F(ReasonsTest, NoSentenceLeavesABraceInEitherLanguage) {
  facts_.trial_ends_at = T("2026-03-12");
  context_.subscriptions[0].usage = 900;
  std::vector<DecidedOffer> offers = {Together(312, 4), Together(1, 1)};
  for (const OfferKind kind : {OfferKind::kUpgrade, OfferKind::kTrialConversion, OfferKind::kAddOn,
                               OfferKind::kCrossSell}) {
    offers.push_back(Decided(About(context_.subscriptions[0], kind, plus_), Moment::kRenewal));
  }
  offers.push_back(Decided(UpgradeOf(laptop_, laptop2_)));
  for (DecidedOffer& offer : offers) {
    for (const double discount : {0.0, 50.0}) {
      offer.discount_percent = discount;
      if (discount > 0) offer.price = Money("1");
      for (const Language language : {kEn, kJa}) {
        EXPECT_THAT(ReasonsFor(offer, context_, language, Lookup), Not(IsEmpty()));
        EXPECT_THAT(Texts(offer, language), Each(Not(HasSubstr("{"))));
        EXPECT_THAT(TalkingPointsFor(offer, context_, language, Lookup), Each(Not(HasSubstr("{"))));
      }
    }
  }
}

TEST_F(ReasonsTest, NamesOfAnyKindAreTakenAsTheyAre) {
  DecidedOffer offer = Together(10, 2);
  ProductRef strange = shop_.Goods("x{base}$0 \"猫\" 😀");
  offer.offer.candidate.evidence.because_of = strange;
  EXPECT_THAT(Texts(offer), ElementsAre(HasSubstr("x{base}$0 \"猫\" 😀")));
  offer.offer.candidate.evidence.because_of = {ProductIndex(std::size_t{77}), nullptr};
  EXPECT_THAT(Texts(offer), ElementsAre(HasSubstr("orders with unlisted since")));
}

TEST(NoOfferTextTest, SaysWhyAndFromWhenInTheStoresZone) {
  const NoOffer closed{Outcome::kNoMomentOpen, T("2026-03-12T15:00:00Z")};
  EXPECT_EQ(NoOfferText(closed, kEn, absl::UTCTimeZone()),
            "This is not the moment for an offer. Look again from 12 March 2026, 15:00.");
  EXPECT_EQ(NoOfferText(closed, kJa, Zone("Asia/Tokyo")),
            "今はご案内に適した時期ではありません。2026年3月13日以降に改めてご確認ください。");
  EXPECT_EQ(NoOfferText({Outcome::kOpenComplaint, std::nullopt}, kEn, absl::UTCTimeZone()),
            "A complaint is open: help first, offer later.");
}

TEST(NoOfferTextTest, EveryReasonHasATextOfItsOwn) {
  std::set<std::string> texts;
  for (int i = static_cast<int>(Outcome::kOpenComplaint);
       i <= static_cast<int>(Outcome::kControlGroup); ++i) {
    texts.insert(NoOfferText({static_cast<Outcome>(i), std::nullopt}, kEn, absl::UTCTimeZone()));
    texts.insert(NoOfferText({static_cast<Outcome>(i), std::nullopt}, kJa, absl::UTCTimeZone()));
  }
  EXPECT_EQ(texts.size(), 22U);
}

}  // namespace
}  // namespace tsugi
