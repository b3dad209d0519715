#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/reasons/reasons.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Language kEn = Language::kEnglish;
constexpr Language kJa = Language::kJapanese;

// Offers in the forms and at the moments that reasons_test.cc leaves out, on 10 March 2026.
class KindReasonsTest : public ::testing::Test {
 protected:
  KindReasonsTest() {
    campaign_.id = "spring";
    campaign_.name = "Spring days";
    campaign_.ends_at = T("2026-04-01");
    Rhythm rhythm;
    rhythm.product = tea_;
    rhythm.last = T("2026-02-10T12:00:00Z");
    rhythm.interval_days = 29.6;
    rhythm.intervals = 3;
    context_.rhythms = {rhythm};
    purchases_ = {{base::ToMicros(T("2026-02-10T12:00:00Z")), swimwear_.index, 1, 1}};
    context_.purchases = purchases_;
    context_.last_order = T("2026-02-10T12:00:00Z");
    context_.usual_order_interval_days = 7;
  }

  ProductTexts Lookup(const ProductRef& product) {
    for (const ProductRef* known :
         {&tea_, &gold_, &cup_, &swimwear_, &sunscreen_, &set_, &basic_, &pro_}) {
      if (known->index == product.index) return {known->facts->id, known->facts->name};
    }
    return {"unlisted", ""};
  }

  DecidedOffer Decided(ScoredOffer offer, Moment moment) {
    DecidedOffer decided;
    decided.price = offer.list_price;
    decided.offer = std::move(offer);
    decided.moment = moment;
    return decided;
  }

  std::vector<Reason> Reasons(const DecidedOffer& offer, Language language = kEn,
                              const PlanChange* change = nullptr) {
    return ReasonsFor(
        offer, context_, language, [this](const ProductRef& product) { return Lookup(product); },
        change);
  }

  std::vector<std::string> Texts(const DecidedOffer& offer, Language language = kEn,
                                 const PlanChange* change = nullptr) {
    std::vector<std::string> texts;
    for (const Reason& reason : Reasons(offer, language, change)) texts.push_back(reason.text);
    return texts;
  }

  std::vector<std::string> Say(const DecidedOffer& offer, Language language = kEn,
                               const PlanChange* change = nullptr) {
    return TalkingPointsFor(
        offer, context_, language, [this](const ProductRef& product) { return Lookup(product); },
        change);
  }

  ProductRef Sunscreen() {
    Product product;
    product.id = "sunscreen";
    product.name = "sunscreen";
    product.price = Money("12");
    product.season_months = 1U << 2;  // March
    product.goes_with = {"swimwear"};
    return shop_.Add(product);
  }

  DecidedOffer Bundle() {
    ScoredOffer offer = Offer(OfferKind::kBundle, set_);
    offer.candidate.contents = {tea_, cup_};
    offer.candidate.contents_price = Money("20");
    offer.candidate.evidence.because_of = tea_;
    return Decided(offer, Moment::kPrePurchase);
  }

  DecidedOffer Promotion() {
    ScoredOffer offer = Offer(OfferKind::kPromotion, cup_);
    offer.candidate.campaign = &campaign_;
    DecidedOffer decided = Decided(offer, Moment::kCampaignEnd);
    decided.discount_percent = 20;
    decided.price = Money("8");
    return decided;
  }

  DecidedOffer LostDeal(const ProductRef& product) {
    deal_.id = "S9";
    deal_.status = SubscriptionStatus::kLostDeal;
    deal_.started_at = T("2025-11-01");
    deal_.ended_at = T("2025-12-24");
    state_ = {&deal_, pro_, std::nullopt};
    return Decided(About(state_, OfferKind::kCrossSell, product), Moment::kWinBack);
  }

  Catalogue shop_;
  ProductRef tea_ = shop_.Goods("tea", "10", "teas", 1);
  ProductRef gold_ = shop_.Goods("gold", "30", "teas", 2);
  ProductRef cup_ = shop_.Goods("cup", "10");
  ProductRef swimwear_ = shop_.Goods("swimwear", "40");
  ProductRef sunscreen_ = Sunscreen();
  ProductRef set_ = shop_.Goods("set", "17");
  ProductRef basic_ = shop_.Plan("Basic", 1, "10");
  ProductRef pro_ = shop_.Plan("Pro", 2, "30");
  Campaign campaign_;
  Subscription deal_;
  SubscriptionState state_;
  std::vector<Purchase> purchases_;
  Context context_ = At();
};

TEST_F(KindReasonsTest, SeasonNamesWhatWasBought) {
  const DecidedOffer offer = Decided(CrossSell(sunscreen_), Moment::kSeason);
  EXPECT_THAT(Texts(offer), ElementsAre("You bought swimwear; it goes with the season."));
  EXPECT_THAT(Texts(offer, kJa),
              ElementsAre("ご購入いただいたswimwearと一緒に、今の季節にお使いいただけます。"));
  EXPECT_EQ(Reasons(offer)[0].code, "season");
  EXPECT_EQ(Reasons(offer)[0].because_of_id, "swimwear");
  EXPECT_THAT(Say(offer), Contains(HasSubstr("Since you bought swimwear from us: sunscreen")));
  EXPECT_THAT(Say(offer, kJa), Contains(HasSubstr("お求めいただいたswimwearには、この季節、sun")));
}

TEST_F(KindReasonsTest, SeasonIsNoReasonOutOfItsMonthsOrWithoutThePurchase) {
  const DecidedOffer offer = Decided(CrossSell(sunscreen_), Moment::kSeason);
  context_.at = T("2026-04-01");
  EXPECT_THAT(Texts(offer), Each(Not(HasSubstr("season"))));
  context_.at = T("2026-03-10");
  context_.purchases = {};
  EXPECT_THAT(Texts(offer), Each(Not(HasSubstr("season"))));
}

TEST_F(KindReasonsTest, ReplenishmentNamesIntervalAndDaysSince) {
  const DecidedOffer offer = Decided(CrossSell(tea_), Moment::kReplenishment);
  EXPECT_THAT(Texts(offer), ElementsAre("You buy it about every 30 days; the last time was 28 days "
                                        "ago."));
  EXPECT_THAT(Texts(offer, kJa),
              ElementsAre("約30日ごとにご購入いただいています（前回は28日前）。"));
  const Reason reason = Reasons(offer)[0];
  EXPECT_EQ(reason.code, "replenishment");
  EXPECT_EQ(reason.figures.interval_days, 29.6);
  EXPECT_EQ(reason.figures.last_purchase_at, T("2026-02-10T12:00:00Z"));
  EXPECT_THAT(Say(offer), Contains(HasSubstr("tea about every 30 days")));
  EXPECT_THAT(Say(offer, kJa), Contains(HasSubstr("teaはいつも約30日ごと")));
  context_.rhythms[0].last = context_.at - absl::Hours(23);
  EXPECT_THAT(Texts(offer), ElementsAre(HasSubstr("less than a day ago")));
  context_.rhythms.clear();
  EXPECT_THAT(Texts(offer), ElementsAre("Another product from our range."));
}

TEST_F(KindReasonsTest, SubscriptionKeepsTheCustomersOwnInterval) {
  ScoredOffer scored = Offer(OfferKind::kSubscribeAndSave, tea_);
  scored.candidate.interval_days = 30;
  DecidedOffer offer = Decided(scored, Moment::kReplenishment);
  offer.discount_percent = 10;
  offer.price = Money("9");
  EXPECT_THAT(Texts(offer),
              ElementsAre(HasSubstr("about every 30 days"),
                          "It would come by itself every 30 days, as often as you buy it.",
                          "$9.00 instead of $10.00, 10% less."));
  EXPECT_THAT(
      Texts(offer, kJa),
      ElementsAre(HasSubstr("約30日ごと"), "ご購入の間隔に合わせて、30日ごとに自動でお届けします。",
                  "通常10.00ドルのところ、10%引きの9.00ドルです。"));
  EXPECT_EQ(Reasons(offer)[2].figures.saving, Money("1"));
  EXPECT_THAT(Say(offer), Contains(HasSubstr("tea can come by itself every 30 days, for $9.00")));
  EXPECT_THAT(Say(offer, kJa), Contains(HasSubstr("teaを30日ごとに、1回9.00ドルで")));
}

TEST_F(KindReasonsTest, DearerProductSaysWhatIsBoughtRegularly) {
  const DecidedOffer offer = Decided(UpgradeOf(tea_, gold_), Moment::kReplenishment);
  EXPECT_THAT(Texts(offer), ElementsAre("A better model of tea, for $20.00 more.",
                                        "You buy tea about every 30 days."));
  EXPECT_THAT(Texts(offer, kJa), Contains("teaを約30日ごとにご購入いただいています。"));
  EXPECT_EQ(Reasons(offer)[0].figures.price_difference, Money("20"));
}

TEST_F(KindReasonsTest, SetSaysWhatItSaves) {
  DecidedOffer offer = Bundle();
  EXPECT_THAT(Texts(offer), ElementsAre("A set of 2 with tea: $17.00 instead of $20.00, which "
                                        "saves $3.00."));
  EXPECT_THAT(Texts(offer, kJa), ElementsAre("teaを含む2点のセットです。単品合計20.00ドルの"
                                             "ところ17.00ドルで、3.00ドルお得です。"));
  EXPECT_EQ(Reasons(offer)[0].code, "bundle");
  EXPECT_EQ(Reasons(offer)[0].figures.saving, Money("3"));
  EXPECT_THAT(Say(offer), Contains(HasSubstr("set, $17.00 instead of $20.00, so you save $3.00")));
  EXPECT_THAT(Say(offer, kJa), Contains(HasSubstr("17.00ドルで、3.00ドル")));
  offer.price = Money("20");  // no advantage left to speak of
  EXPECT_THAT(Texts(offer), ElementsAre("Another product from our range."));
}

TEST_F(KindReasonsTest, PromotionNamesItsCampaignAndLastDay) {
  DecidedOffer offer = Promotion();
  EXPECT_THAT(Texts(offer), ElementsAre("Part of the campaign Spring days, until 31 March 2026.",
                                        "$8.00 instead of $10.00, 20% less."));
  EXPECT_THAT(Texts(offer, kJa),
              ElementsAre("キャンペーン「Spring days」の対象商品です（2026年3月31日まで）。",
                          "通常10.00ドルのところ、20%引きの8.00ドルです。"));
  EXPECT_EQ(Reasons(offer)[0].figures.event_at, campaign_.ends_at);
  EXPECT_THAT(Say(offer), Contains("cup is part of our campaign Spring days until 31 March 2026."));
  EXPECT_THAT(Say(offer, kJa), Contains(HasSubstr("2026年3月31日まで開催中の「Spring days」")));
  campaign_.name.clear();
  EXPECT_THAT(Texts(offer)[0], HasSubstr("campaign spring,"));
}

TEST_F(KindReasonsTest, CampaignIsAReasonOfAnUpgradeOnlyAtItsEnd) {
  DecidedOffer offer = Decided(UpgradeOf(tea_, gold_), Moment::kCampaignEnd);
  offer.offer.candidate.campaign = &campaign_;
  context_.rhythms.clear();
  EXPECT_THAT(Texts(offer), ElementsAre(HasSubstr("A better model"), HasSubstr("Spring days")));
  offer.moment = Moment::kPrePurchase;
  EXPECT_THAT(Texts(offer), ElementsAre(HasSubstr("A better model")));
}

TEST_F(KindReasonsTest, CouponIsToldWithThePriceItGrants) {
  DecidedOffer offer = Promotion();
  offer.coupon = "SAVE10";
  EXPECT_THAT(Texts(offer), Contains("The price holds with the code SAVE10."));
  EXPECT_THAT(Texts(offer, kJa),
              Contains("クーポンコード「SAVE10」のご利用で、この価格になります。"));
  EXPECT_THAT(Say(offer), Contains(HasSubstr("the code SAVE10; I can send it")));
  EXPECT_THAT(Say(offer, kJa), Contains(HasSubstr("「SAVE10」をお使いいただくと")));
}

TEST_F(KindReasonsTest, SatisfactionNamesTheNewestGoodRating) {
  const DecidedOffer offer = Decided(CrossSell(cup_), Moment::kSatisfaction);
  EXPECT_THAT(Texts(offer), ElementsAre("Another product from our range."));
  context_.nps = SignalValue{9, T("2026-03-08")};
  EXPECT_THAT(Texts(offer), Contains("You rated us 9 out of 10 on 8 March 2026."));
  EXPECT_THAT(Texts(offer, kJa), Contains("2026年3月8日に10点満点で9点の評価をいただきました。"));
  EXPECT_EQ(Reasons(offer)[1].figures.nps, 9);
  context_.csat = SignalValue{5, T("2026-03-09")};
  EXPECT_THAT(Texts(offer), Contains("You rated us 5 out of 5 on 9 March 2026."));
  EXPECT_EQ(Reasons(offer)[1].figures.csat, 5);
  EXPECT_THAT(Say(offer)[0], "Thank you for the 5 out of 5 that you gave us on 9 March 2026.");
  EXPECT_THAT(Say(offer, kJa)[0], HasSubstr("2026年3月9日には5点満点で5点"));
  context_.nps->value = 8;
  context_.csat->value = 3;
  EXPECT_THAT(Texts(offer), Each(Not(HasSubstr("You rated"))));
}

TEST_F(KindReasonsTest, PostPurchaseNamesTheOrderThatItFollowsFrom) {
  DecidedOffer offer = Decided(CrossSell(cup_), Moment::kPostPurchase);
  EXPECT_THAT(Texts(offer), ElementsAre("Another product from our range."));
  offer.offer.candidate.evidence.because_of = swimwear_;
  EXPECT_THAT(Texts(offer),
              ElementsAre("It goes with swimwear, which you ordered on 10 February 2026."));
  EXPECT_THAT(Texts(offer, kJa),
              ElementsAre("2026年2月10日にご注文いただいたswimwearと合わせてお使いいただけます。"));
  EXPECT_THAT(Say(offer)[0],
              HasSubstr("your order of 10 February 2026. How do you like swimwear?"));
  EXPECT_THAT(Say(offer, kJa)[0], HasSubstr("swimwearの使い心地"));
  offer.offer.candidate.evidence.because_of = tea_;  // bought, but not in that order
  EXPECT_THAT(Texts(offer), ElementsAre("Another product from our range."));
}

TEST_F(KindReasonsTest, WinBackNamesTheUsualIntervalAndTheLastOrder) {
  const DecidedOffer offer = Decided(CrossSell(cup_), Moment::kWinBack);
  EXPECT_THAT(Texts(offer), Contains("You used to order about every 7 days; the last order was on "
                                     "10 February 2026."));
  EXPECT_THAT(Texts(offer, kJa), Contains("以前は約7日ごとにご注文いただいていました（最後の"
                                          "ご注文は2026年2月10日）。"));
  EXPECT_THAT(Say(offer)[0], HasSubstr("We have not heard from you since 10 February 2026."));
  EXPECT_THAT(Say(offer, kJa)[0], HasSubstr("2026年2月10日以降ご利用がなく"));
  context_.usual_order_interval_days.reset();
  EXPECT_THAT(Texts(offer), Each(Not(HasSubstr("You used to"))));
}

TEST_F(KindReasonsTest, LostDealNamesThePlanAndASmallerOne) {
  EXPECT_THAT(Texts(LostDeal(pro_)),
              ElementsAre("You considered Pro; that ended on 24 December 2025."));
  EXPECT_THAT(Texts(LostDeal(pro_), kJa),
              ElementsAre("Proをご検討いただいていました（2025年12月24日に終了）。"));
  EXPECT_THAT(Texts(LostDeal(basic_)), ElementsAre("A smaller plan than Pro, for $10.00 a month.",
                                                   HasSubstr("You considered Pro")));
  EXPECT_THAT(Texts(LostDeal(basic_), kJa)[0],
              "Proより小さなプランです。料金は1か月あたり10.00ドルです。");
  EXPECT_THAT(Say(LostDeal(pro_)),
              ElementsAre("You looked at Pro until 24 December 2025. Has anything changed for you "
                          "since?",
                          "Pro is $30.00 a month today.", HasSubstr("no need to decide")));
  EXPECT_THAT(Say(LostDeal(basic_)),
              Contains("If Pro was more than you need: Basic is smaller, and $10.00 a month."));
  EXPECT_THAT(Say(LostDeal(pro_), kJa)[1], "Proは現在、1か月あたり30.00ドルでございます。");
  EXPECT_THAT(Say(LostDeal(basic_), kJa)[1], HasSubstr("より小さなBasicが1か月あたり10.00ドル"));
}

TEST_F(KindReasonsTest, ChangeOfPlanSaysWhatIsDueTodayAndFromWhen) {
  Subscription held;
  held.id = "S1";
  held.product_id = "Basic";
  held.renews_at = T("2026-03-25");
  const SubscriptionState state{&held, basic_, std::nullopt};
  const DecidedOffer offer = Decided(About(state, OfferKind::kUpgrade, pro_), Moment::kUsageLimit);
  PlanChange change{Money("10"), Money("30"), T("2026-03-25")};
  EXPECT_THAT(Texts(offer, kEn, &change),
              ElementsAre("Pro is a higher plan than Basic, for $20.00 more a month.",
                          "$10.00 is due today, and $30.00 a month from 25 March 2026."));
  EXPECT_THAT(Texts(offer, kJa, &change)[1],
              "本日のお支払いは10.00ドル、2026年3月25日以降は1か月あたり30.00ドルです。");
  EXPECT_THAT(Say(offer, kEn, &change),
              Contains("If you change today, $10.00 is due now, and $30.00 a month from 25 March "
                       "2026."));
  EXPECT_THAT(Say(offer, kJa, &change), Contains(HasSubstr("今回のお支払いは10.00ドル")));
  change.due_today = base::Decimal();
  EXPECT_THAT(Texts(offer, kEn, &change)[1], HasSubstr("Nothing is due today"));
  EXPECT_THAT(Texts(offer, kJa, &change)[1], HasSubstr("本日のお支払いはなく"));
}

TEST_F(KindReasonsTest, NoSentenceLeavesABraceInEitherLanguage) {
  context_.nps = SignalValue{10, T("2026-03-08")};
  ScoredOffer regular = Offer(OfferKind::kSubscribeAndSave, tea_);
  regular.candidate.interval_days = 30;
  const std::vector<ScoredOffer> scored = {
      Bundle().offer,        Promotion().offer,     regular,
      CrossSell(sunscreen_), CrossSell(tea_),       UpgradeOf(tea_, gold_),
      LostDeal(pro_).offer,  LostDeal(basic_).offer};
  const PlanChange change{Money("1"), Money("2"), T("2026-04-01")};
  for (const ScoredOffer& offer : scored) {
    for (int moment = 0; moment < kMomentCount; ++moment) {
      DecidedOffer decided = Decided(offer, static_cast<Moment>(moment));
      decided.coupon = "C";
      for (const Language language : {kEn, kJa}) {
        EXPECT_THAT(Texts(decided, language, &change), Not(IsEmpty()));
        EXPECT_THAT(Texts(decided, language, &change), Each(Not(HasSubstr("{"))));
        EXPECT_THAT(Say(decided, language, &change), Each(Not(HasSubstr("{"))));
      }
    }
  }
}

}  // namespace
}  // namespace tsugi
