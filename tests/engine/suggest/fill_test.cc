#include "engine/suggest/fill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using testing::CartRequest;
using ::testing::ElementsAre;
using ::testing::Eq;
using testing::Money;
using testing::Shop;
using ::testing::SizeIs;
using testing::TeaShopCatalog;

class FillTest : public ::testing::Test {
 protected:
  FillTest() {
    shop_.Put(TeaShopCatalog());
    context_ = shop_.Resolve(CartRequest({}, "2034-01-10"));
    campaign_.id = "spring";
    campaign_.ends_at = At("2034-01-20");
  }

  ProductRef Ref(const std::string& id) {
    return shop_.index.RefAsOf(shop_.index.FindProduct(id), base::ToMicros(context_.at));
  }

  DecidedOffer Decided(OfferKind kind, const std::string& id) {
    DecidedOffer decided;
    decided.offer.candidate.kind = kind;
    decided.offer.candidate.product = Ref(id);
    decided.offer.list_price = Money(10);
    decided.price = Money(10);
    decided.rule_id = "rule";
    decided.moment = Moment::kPrePurchase;
    return decided;
  }

  Suggestion FillOne(const DecidedOffer& decided) {
    Decision decision;
    decision.offered = {decided};
    return Fill(decision).suggestions.at(0);
  }

  Suggestions Fill(const Decision& decision) {
    const base::ReaderLock lock(&shop_.index.mutex());
    return FillSuggestions(shop_.index, context_, decision, /*explain=*/true);
  }

  Shop shop_;
  Context context_;
  Campaign campaign_;
};

TEST_F(FillTest, SetListsWhatItHolds) {
  DecidedOffer decided = Decided(OfferKind::kBundle, "soap");
  decided.offer.candidate.contents = {Ref("tea"), Ref("cup")};
  decided.offer.candidate.contents_price = Money(20);
  EXPECT_THAT(FillOne(decided).bundle_product_ids, ElementsAre("tea", "cup"));
}

TEST_F(FillTest, OnlyASubscriptionToAConsumableHasAnInterval) {
  DecidedOffer decided = Decided(OfferKind::kSubscribeAndSave, "tea");
  decided.offer.candidate.interval_days = 30;
  EXPECT_THAT(FillOne(decided).interval_days, Eq(30));
  decided.offer.candidate.kind = OfferKind::kCrossSell;
  EXPECT_THAT(FillOne(decided).interval_days, Eq(0));
}

TEST_F(FillTest, PromotionNamesItsCampaignAndHoldsNoLongerThanIt) {
  DecidedOffer decided = Decided(OfferKind::kPromotion, "tea");
  decided.offer.candidate.campaign = &campaign_;
  EXPECT_THAT(FillOne(decided).campaign_id, Eq("spring"));
  EXPECT_THAT(FillOne(decided).valid_until, Eq(At("2034-01-20")));
  decided.until = At("2034-01-15");
  EXPECT_THAT(FillOne(decided).valid_until, Eq(At("2034-01-15")));
  decided.until = At("2034-01-25");
  EXPECT_THAT(FillOne(decided).valid_until, Eq(At("2034-01-20")));
}

TEST_F(FillTest, UpgradeHasTheCampaignsTermsOnlyAtItsEnd) {
  DecidedOffer decided = Decided(OfferKind::kUpgrade, "cup");
  decided.offer.candidate.replaces = Ref("tea");
  decided.offer.candidate.campaign = &campaign_;
  EXPECT_THAT(FillOne(decided).campaign_id, Eq(""));
  decided.moment = Moment::kCampaignEnd;
  EXPECT_THAT(FillOne(decided).campaign_id, Eq("spring"));
}

TEST_F(FillTest, CouponOfTheRuleComesBack) {
  DecidedOffer decided = Decided(OfferKind::kCrossSell, "tea");
  decided.coupon = "SAVE10";
  EXPECT_THAT(FillOne(decided).coupon, Eq("SAVE10"));
}

TEST_F(FillTest, EveryCandidateIsExplainedWhetherOfferedWithheldOrDropped) {
  Decision decision;
  decision.offered = {Decided(OfferKind::kCrossSell, "tea")};
  decision.withheld = {Decided(OfferKind::kCrossSell, "cup")};
  decision.withheld[0].outcome = Outcome::kControlGroup;
  DecidedOffer dropped = Decided(OfferKind::kUpgrade, "milk");
  dropped.offer.candidate.replaces = Ref("tea");
  dropped.offer.probability = 0.25;
  dropped.outcome = Outcome::kCoolingDown;
  dropped.until = At("2034-02-01");
  dropped.context_weight = 1.5;
  dropped.value = 4;
  dropped.lever = 2;
  dropped.priority = 3;
  decision.dropped = {dropped};
  const Suggestions answer = Fill(decision);
  ASSERT_THAT(answer.explanation, SizeIs(3));
  EXPECT_THAT(answer.explanation[0].product_id, Eq("tea"));
  EXPECT_THAT(answer.explanation[0].outcome, Eq(Outcome::kOffered));
  EXPECT_THAT(answer.explanation[1].product_id, Eq("cup"));
  EXPECT_THAT(answer.explanation[1].outcome, Eq(Outcome::kControlGroup));
  const Explanation& milk = answer.explanation[2];
  EXPECT_THAT(milk.product_id, Eq("milk"));
  EXPECT_THAT(milk.kind, Eq(OfferKind::kUpgrade));
  EXPECT_THAT(milk.replaces_product_id, Eq("tea"));
  EXPECT_THAT(milk.rule_id, Eq("rule"));
  EXPECT_THAT(milk.moment, Eq(Moment::kPrePurchase));
  EXPECT_THAT(milk.until, Eq(At("2034-02-01")));
  EXPECT_THAT(milk.probability, Eq(0.25));
  EXPECT_THAT(milk.context_weight, Eq(1.5));
  EXPECT_THAT(milk.value, Eq(4));
  EXPECT_THAT(milk.lever, Eq(2));
  EXPECT_THAT(milk.priority, Eq(3));
}

TEST_F(FillTest, WhatNoRuleDroppedNamesTheKeyThatDid) {
  const auto key_of = [&](Outcome outcome) {
    Decision decision;
    decision.dropped = {Decided(OfferKind::kCrossSell, "tea")};
    decision.dropped[0].rule_id.clear();
    decision.dropped[0].outcome = outcome;
    return Fill(decision).explanation.at(0).rule_id;
  };
  EXPECT_THAT(key_of(Outcome::kOpenComplaint), Eq("suppress.open_complaint"));
  EXPECT_THAT(key_of(Outcome::kDetractor), Eq("suppress.detractor"));
  EXPECT_THAT(key_of(Outcome::kNoConsent), Eq("suppress.without_consent"));
  EXPECT_THAT(key_of(Outcome::kContactLimit), Eq("contact_policy.outbound"));
  EXPECT_THAT(key_of(Outcome::kNoMomentOpen), Eq(""));
}

}  // namespace
}  // namespace tsugi
