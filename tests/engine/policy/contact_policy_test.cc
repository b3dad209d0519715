// Contacts, fatigue, the control group, exploration, and what a discount may not do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/policy/control_group.h"
#include "engine/policy/policy.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::Duration kSecond = absl::Seconds(1);

class ContactPolicyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    context_.viewed = {tea_};
    policy_ = Read(R"(version: 1
contact_policy: {control_group_percent: 0, min_expected_value: 0}
rules:
- {id: r, moment: pre_purchase, offers: [cross_sell, promotion, bundle]}
)");
  }
  void GoOut() {
    context_.outbound = true;
    context_.placement = "email";
  }
  Decision Ask(std::vector<ScoredOffer> offers) {
    return Decide(policy_, context_, std::move(offers), 0);
  }

  Catalogue shop_;
  ProductRef tea_ = shop_.Goods("tea");
  ProductRef cup_ = shop_.Goods("cup");
  ProductRef pot_ = shop_.Goods("pot");
  Context context_ = At("2026-03-10T12:00:00Z");
  Policy policy_;
};

TEST_F(ContactPolicyTest, TheThirdContactInThirtyDaysIsNotMade) {
  GoOut();
  const absl::Time first = context_.at - Days(30) + kSecond;
  context_.contacts = {{first, true}};
  EXPECT_EQ(Ask({CrossSell(cup_)}).offered.size(), 1U);
  context_.contacts = {{first, true}, {context_.at, false}};  // reserved ones count, too
  const Decision decision = Ask({CrossSell(cup_)});
  ASSERT_TRUE(decision.no_offer.has_value());
  EXPECT_EQ(decision.no_offer->reason, Outcome::kContactLimit);
  EXPECT_EQ(decision.no_offer->retry_at, first + Days(30));
  ASSERT_EQ(decision.dropped.size(), 1U);
  EXPECT_EQ(decision.dropped[0].outcome, Outcome::kContactLimit);
  context_.at += kSecond;
  EXPECT_EQ(Ask({CrossSell(cup_)}).offered.size(), 1U);
}

TEST_F(ContactPolicyTest, WithMoreContactsThanAllowedSoManyHaveToLeave) {
  GoOut();
  context_.contacts = {{context_.at - Days(20), true},
                       {context_.at - Days(10), true},
                       {context_.at - Days(5), true}};
  EXPECT_EQ(Ask({CrossSell(cup_)}).no_offer->retry_at, context_.at + Days(20));
}

TEST_F(ContactPolicyTest, NobodyIsContactedWhereNoneIsAllowed) {
  GoOut();
  policy_.contact_policy.outbound->max_contacts = 0;
  const Decision decision = Ask({CrossSell(cup_)});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kContactLimit);
  EXPECT_EQ(decision.no_offer->retry_at, std::nullopt);
}

TEST_F(ContactPolicyTest, ContactsDoNotHoldBackAnswersInTheShop) {
  context_.contacts = {{context_.at, true}, {context_.at, true}, {context_.at, true}};
  EXPECT_EQ(Ask({CrossSell(cup_)}).offered.size(), 1U);
}

TEST_F(ContactPolicyTest, TheLimitIsSaidOnlyWhereAMomentIsOpen) {
  GoOut();
  context_.contacts = {{context_.at, true}, {context_.at, true}};
  context_.viewed.clear();
  EXPECT_EQ(Ask({CrossSell(cup_)}).no_offer->reason, Outcome::kNoMomentOpen);
}

TEST_F(ContactPolicyTest, AProductShownFourTimesInTwoWeeksRests) {
  const absl::Time first = context_.at - Days(14) + kSecond;
  for (int i = 0; i < 3; ++i) context_.showings.push_back({cup_.index, context_.at - Days(i)});
  context_.showings.push_back({pot_.index, context_.at});
  EXPECT_THAT(Ids(Ask({CrossSell(cup_)}).offered), ElementsAre("cup"));
  context_.showings.insert(context_.showings.begin(), {cup_.index, first});
  const Decision decision = Ask({CrossSell(cup_), CrossSell(pot_)});
  EXPECT_THAT(Ids(decision.offered), ElementsAre("pot"));
  ASSERT_EQ(decision.dropped.size(), 1U);
  EXPECT_EQ(decision.dropped[0].outcome, Outcome::kCoolingDown);
  EXPECT_EQ(decision.dropped[0].until, first + Days(14));
  context_.at += kSecond;
  EXPECT_EQ(Ask({CrossSell(cup_), CrossSell(pot_)}).offered.size(), 2U);
}

TEST_F(ContactPolicyTest, TheControlGroupIsToldNothingButWhatItWouldHaveBeenIsKept) {
  policy_.contact_policy.control_group_percent = 100;
  const Decision decision = Ask({CrossSell(cup_, 0.6), CrossSell(pot_, 0.5)});
  EXPECT_THAT(decision.offered, IsEmpty());
  EXPECT_THAT(Ids(decision.withheld), ElementsAre("cup", "pot"));
  EXPECT_EQ(decision.withheld[0].outcome, Outcome::kControlGroup);
  EXPECT_EQ(decision.no_offer->reason, Outcome::kControlGroup);
  EXPECT_EQ(decision.no_offer->retry_at, ControlPeriodEnd(policy_.contact_policy, context_.at));
  EXPECT_GT(*decision.no_offer->retry_at, context_.at);
  // Without anything to offer that is the reason, not the group.
  EXPECT_EQ(Ask({}).no_offer->reason, Outcome::kNoCandidate);
  context_.customer_id.clear();
  EXPECT_EQ(Ask({CrossSell(cup_)}).offered.size(), 1U);
  context_.visitor_id = "v";
  EXPECT_THAT(Ask({CrossSell(cup_)}).offered, IsEmpty());
}

TEST_F(ContactPolicyTest, TheControlGroupIsAShareOfCustomersDrawnAnewEachPeriod) {
  ContactPolicy policy;
  policy.control_group_percent = 5;
  policy.control_period = Days(90);
  constexpr int kCustomers = 20000;
  int first = 0;
  int both = 0;
  for (int i = 0; i < kCustomers; ++i) {
    context_.customer_id = absl::StrCat("C", i);
    context_.at = T("2026-03-10");
    const bool now = InControlGroup(policy, context_);
    context_.at = ControlPeriodEnd(policy, context_.at) - absl::Microseconds(1);
    EXPECT_EQ(InControlGroup(policy, context_), now);
    context_.at += absl::Microseconds(1);
    const bool next = InControlGroup(policy, context_);
    first += now ? 1 : 0;
    both += now && next ? 1 : 0;
  }
  EXPECT_NEAR(first, 1000, 4 * std::sqrt(950));  // four standard deviations
  EXPECT_NEAR(both, 50, 4 * std::sqrt(50));
}

TEST_F(ContactPolicyTest, APromotionIsMadeAtItsCampaignsDiscountWhileItRuns) {
  Campaign spring;
  spring.id = "spring";
  spring.discount_percent = 20;
  ScoredOffer offer = Offer(OfferKind::kPromotion, cup_);
  EXPECT_EQ(Ask({offer}).no_offer->reason, Outcome::kNoCandidate);
  offer.candidate.campaign = &spring;
  EXPECT_EQ(Ask({offer}).no_offer->reason, Outcome::kNoCandidate);
  context_.running_campaigns = {{&spring, {cup_.index}}};
  const Decision decision = Ask({offer});
  ASSERT_EQ(decision.offered.size(), 1U);
  EXPECT_EQ(decision.offered[0].discount_percent, 20);
  EXPECT_EQ(decision.offered[0].price, Money("8"));
}

TEST_F(ContactPolicyTest, AtACampaignsEndItsDiscountHoldsWhereItIsTheGreaterOne) {
  policy_ = Read(R"(version: 1
contact_policy: {control_group_percent: 0}
rules:
- {id: r, moment: campaign_end, offers: [cross_sell], discount_percent: 5}
)");
  Campaign spring;
  spring.id = "spring";
  spring.starts_at = context_.at - Days(9);
  spring.ends_at = context_.at + Days(1);
  spring.discount_percent = 20;
  context_.running_campaigns = {{&spring, {cup_.index}}};
  const Decision decision = Ask({CrossSell(cup_)});
  EXPECT_EQ(decision.offered.at(0).discount_percent, 20);
  EXPECT_EQ(decision.offered.at(0).offer.candidate.campaign, &spring);
  spring.discount_percent = 3;
  EXPECT_EQ(Ask({CrossSell(cup_)}).offered.at(0).discount_percent, 5);
  EXPECT_EQ(Ask({CrossSell(cup_)}).offered.at(0).offer.candidate.campaign, nullptr);
}

TEST_F(ContactPolicyTest, ADiscountNeverTakesAPriceBelowItsCostUnlessThePolicySaysSo) {
  policy_.rules[0].discount_percent = 20;  // 10 becomes 8
  ScoredOffer offer = CrossSell(cup_);
  offer.unit_cost = Money("8");
  EXPECT_EQ(Ask({offer}).offered.size(), 1U);
  offer.unit_cost = Money("8.01");
  offer.replaced_price = Money("1");  // what it replaces loses more, so that the value is above 0
  offer.replaced_cost = Money("5");
  EXPECT_EQ(Ask({offer}).no_offer->reason, Outcome::kBelowMinimumValue);
  policy_.value.allow_below_cost = true;
  EXPECT_EQ(Ask({offer}).offered.size(), 1U);
}

TEST_F(ContactPolicyTest, AnUnknownCostIsWhatTheDefaultMarginLeaves) {
  policy_.rules[0].discount_percent = 30;
  EXPECT_EQ(Ask({CrossSell(cup_)}).offered.size(), 1U);
  policy_.rules[0].discount_percent = 31;
  EXPECT_EQ(Ask({CrossSell(cup_)}).no_offer->reason, Outcome::kBelowMinimumValue);
}

TEST_F(ContactPolicyTest, AnOutboundAnswerIsWorthTheGoodwillItCosts) {
  policy_.contact_policy.goodwill = 0.01;
  ScoredOffer offer = CrossSell(cup_, 0.5);  // brings 3 of its price of 10
  offer.unit_cost = Money("7");
  context_.remaining_value = 150;
  GoOut();
  EXPECT_EQ(Ask({offer}).offered.size(), 1U);  // 1.50 for 1.50
  context_.remaining_value = 151;
  const Decision decision = Ask({offer});
  EXPECT_EQ(decision.no_offer->reason, Outcome::kBelowMinimumValue);
  ASSERT_EQ(decision.dropped.size(), 1U);
  EXPECT_EQ(decision.dropped[0].outcome, Outcome::kBelowMinimumValue);
  ScoredOffer other = CrossSell(pot_, 0.01);
  other.unit_cost = Money("7");
  EXPECT_EQ(Ask({offer, other}).offered.size(), 2U);  // what an answer brings adds up
  context_.remaining_value.reset();                   // nothing learned: nothing to weigh
  EXPECT_EQ(Ask({offer}).offered.size(), 1U);
  context_.remaining_value = 151;
  context_.outbound = false;  // who comes to us is not disturbed
  EXPECT_EQ(Ask({offer}).offered.size(), 1U);
}

TEST_F(ContactPolicyTest, ANegativeLifetimeValueMeansSilenceOrFullPriceNeverADiscount) {
  context_.lifetime_value = -0.01;
  EXPECT_EQ(Ask({CrossSell(cup_)}).offered.size(), 1U);
  ScoredOffer set = Offer(OfferKind::kBundle, pot_);
  set.candidate.contents_price = Money("12");
  EXPECT_EQ(Ask({set}).no_offer->reason, Outcome::kBelowMinimumValue);
  policy_.rules[0].discount_percent = 5;
  EXPECT_EQ(Ask({CrossSell(cup_)}).no_offer->reason, Outcome::kBelowMinimumValue);
  policy_.rules[0].discount_percent = 0;
  GoOut();
  EXPECT_EQ(Ask({CrossSell(cup_)}).no_offer->reason, Outcome::kBelowMinimumValue);
  context_.lifetime_value = 0;
  EXPECT_EQ(Ask({CrossSell(cup_)}).offered.size(), 1U);
}

class ExplorationTest : public ContactPolicyTest {
 protected:
  void SetUp() override {
    ContactPolicyTest::SetUp();
    policy_.contact_policy.max_suggestions = 2;
    policy_.exploration = {.percent = 30, .near = 0.2};
    // far is well ahead; near1, near2 and near3 are near-equal, two of them outside; low is not.
    offers_ = {CrossSell(shop_.Goods("far"), 0.9), CrossSell(shop_.Goods("near1"), 0.5),
               CrossSell(shop_.Goods("near2"), 0.45), CrossSell(shop_.Goods("near3"), 0.41),
               CrossSell(shop_.Goods("low"), 0.39)};
  }
  std::vector<ScoredOffer> offers_;
};

TEST_F(ExplorationTest, OffIsTheOrderOfPriorityWithPropensityOne) {
  policy_.exploration.percent = 0;
  const Decision decision = Ask(offers_);
  EXPECT_THAT(Ids(decision.offered), ElementsAre("far", "near1"));
  EXPECT_EQ(decision.offered[1].propensity, 1);
}

TEST_F(ExplorationTest, LoggedPropensitiesAreTheFrequenciesWithWhichProductsAreShown) {
  constexpr int kAnswers = 20000;
  std::map<std::string, int> shown;
  std::map<std::string, double> propensity;
  for (int i = 0; i < kAnswers; ++i) {
    context_.seed = static_cast<std::uint64_t>(i) * 7919;
    const Decision decision = Ask(offers_);
    ASSERT_EQ(decision.offered.size(), 2U);
    EXPECT_EQ(decision.dropped.size(), 3U);
    for (const DecidedOffer& offer : decision.offered) {
      const std::string id(offer.offer.candidate.product.id());
      ++shown[id];
      propensity[id] = offer.propensity;
    }
  }
  EXPECT_EQ(shown.count("low"), 0U);
  EXPECT_EQ(propensity["far"], 1);
  EXPECT_NEAR(propensity["near1"], 0.8, 1e-12);
  EXPECT_NEAR(propensity["near2"], 0.1, 1e-12);
  EXPECT_NEAR(propensity["near3"], 0.1, 1e-12);
  for (const auto& [id, p] : propensity) {
    EXPECT_NEAR(shown[id] / static_cast<double>(kAnswers), p,
                4 * std::sqrt(p * (1 - p) / kAnswers) + 1e-12)
        << id;
  }
}

TEST_F(ExplorationTest, EqualSeedsExploreEqually) {
  policy_.exploration.percent = 100;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    context_.seed = seed;
    const std::vector<std::string> once = Ids(Ask(offers_).offered);
    std::vector<ScoredOffer> reversed(offers_.rbegin(), offers_.rend());
    EXPECT_EQ(Ids(Ask(reversed).offered), once);
  }
}

}  // namespace
}  // namespace tsugi
