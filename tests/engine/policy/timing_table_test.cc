// The timing table: every moment open, one second before and after, and each condition failing
// alone; leap days, month ends, offsets and time zones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/policy/moments.h"
#include "engine/policy/policy.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

constexpr absl::Duration kSecond = absl::Seconds(1);

// A customer of whom everything is known that opens a moment.
class TimingTable : public ::testing::Test {
 protected:
  void SetUp() override {
    Product sunscreen;
    sunscreen.id = "sunscreen";
    sunscreen.price = Money("10");
    sunscreen.season_months = 1U << 6 | 1U << 7;  // July, August
    sunscreen_ = shop_.Add(sunscreen);
    basic_facts_.usage_limit = 100;
    basic_.facts = &basic_facts_;
    basic_.index = ProductIndex(40U);
    facts_.id = "S1";
    context_.outbound = true;  // else the request is a moment of its own
    context_.placement = "cs";
  }

  static Product Basic() {
    Product basic;
    basic.id = "basic";
    basic.kind = ProductKind::kPlan;
    basic.family = "plans";
    basic.tier = 1;
    basic.price = Money("10");
    return basic;
  }

  void Subscribe(SubscriptionStatus status) {
    facts_.status = status;
    context_.subscriptions = {{&facts_, basic_, std::nullopt}};
  }

  // A policy of one rule of the moment, as the default has it.
  void Of(const std::string& moment, const std::string& more = "") {
    policy_ = Read(
        "version: 1\ncontact_policy: {control_group_percent: 0}\nrules:\n- {id: r, moment: " +
        moment + ", offers: [cross_sell, upgrade, trial_conversion, promotion]" + more + "}\n");
  }

  Decision AtTime(absl::Time at, const ScoredOffer& offer) {
    context_.at = at;
    return Decide(policy_, context_, {offer}, 0);
  }
  bool Open(absl::Time at, const ScoredOffer& offer) { return !AtTime(at, offer).offered.empty(); }

  // Open in [opens, closes) and at no second beside it; says when it opens and closes.
  void ExpectWindow(const std::string& opens, const std::string& closes, const ScoredOffer& offer) {
    const absl::Time from = T(opens);
    const absl::Time to = T(closes);
    const Decision before = AtTime(from - kSecond, offer);
    EXPECT_TRUE(before.offered.empty());
    EXPECT_EQ(before.no_offer->reason, Outcome::kNoMomentOpen);
    const Decision first = AtTime(from, offer);
    ASSERT_EQ(first.offered.size(), 1U) << static_cast<int>(first.no_offer->reason);
    EXPECT_EQ(first.offered[0].until, to);
    EXPECT_TRUE(Open(to - kSecond, offer));
    EXPECT_FALSE(Open(to, offer));
    EXPECT_FALSE(Open(to + kSecond, offer));
    EXPECT_EQ(AtTime(to, offer).no_offer->reason, Outcome::kNoMomentOpen);
  }
  // ... and one second before it opens the answer says when it does.
  void ExpectAnnounced(const std::string& opens, const ScoredOffer& offer) {
    EXPECT_EQ(AtTime(T(opens) - kSecond, offer).no_offer->retry_at, T(opens));
  }

  void ExpectConditionsNotMet(absl::Time at, const ScoredOffer& offer) {
    const Decision decision = AtTime(at, offer);
    ASSERT_TRUE(decision.offered.empty());
    EXPECT_EQ(decision.no_offer->reason, Outcome::kConditionsNotMet);
  }

  Catalogue shop_;
  Product basic_facts_ = Basic();
  ProductRef basic_;
  ProductRef plus_ = shop_.Plan("plus", 2, "30");
  ProductRef mouse_ = shop_.Goods("mouse");
  ProductRef sunscreen_;
  Subscription facts_;
  Campaign campaign_;
  Context context_ = At();
  Policy policy_;
};

TEST_F(TimingTable, PrePurchaseIsTheRequestItself) {
  Of("pre_purchase");
  EXPECT_FALSE(Open(T("2026-03-10"), CrossSell(mouse_)));
  context_.viewed = {sunscreen_};
  EXPECT_TRUE(Open(T("2026-03-10"), CrossSell(mouse_)));
  EXPECT_EQ(AtTime(T("2026-03-10"), CrossSell(mouse_)).offered[0].until, std::nullopt);
}

TEST_F(TimingTable, PostPurchaseIsThreeDaysFromTheNewestOrder) {
  Of("post_purchase");
  EXPECT_FALSE(Open(T("2026-03-10"), CrossSell(mouse_)));
  context_.last_order = T("2024-02-28T09:00:00+09:00");  // over a leap day
  ExpectWindow("2024-02-28T00:00:00Z", "2024-03-02T00:00:00Z", CrossSell(mouse_));
}

TEST_F(TimingTable, RenewalIsTheLastQuarterOfAShortPeriod) {
  Of("renewal");
  Subscribe(SubscriptionStatus::kActive);
  facts_.renews_at = T("2026-03-20");  // the period began on 20 February: 28 days
  const ScoredOffer plus = About(context_.subscriptions[0], OfferKind::kUpgrade, plus_);
  ExpectWindow("2026-03-13", "2026-03-20", plus);
  ExpectAnnounced("2026-03-13", plus);
  basic_facts_.billing_months = 12;
  ExpectWindow("2026-02-18", "2026-03-20", plus);
  for (const SubscriptionStatus status :
       {SubscriptionStatus::kTrialing, SubscriptionStatus::kPastDue, SubscriptionStatus::kCanceled,
        SubscriptionStatus::kLostDeal}) {
    facts_.status = status;
    EXPECT_FALSE(Open(T("2026-03-19"), plus));
  }
}

TEST_F(TimingTable, TrialEndIsTheLastThreeDaysOfTheTrial) {
  Of("trial_end");
  Subscribe(SubscriptionStatus::kTrialing);
  facts_.trial_ends_at = T("2026-03-02T12:00:00Z");  // over a month's end
  const ScoredOffer convert = About(context_.subscriptions[0], OfferKind::kTrialConversion, basic_);
  ExpectWindow("2026-02-27T12:00:00Z", "2026-03-02T12:00:00Z", convert);
  ExpectAnnounced("2026-02-27T12:00:00Z", convert);
  facts_.status = SubscriptionStatus::kActive;  // converted a second ago
  EXPECT_FALSE(Open(T("2026-03-01"), convert));
}

TEST_F(TimingTable, CampaignEndIsTheLastThreeDaysForWhatTheCampaignNames) {
  Of("campaign_end");
  campaign_.id = "spring";
  campaign_.starts_at = T("2026-03-01");
  campaign_.ends_at = T("2026-03-15");
  campaign_.discount_percent = 10;
  context_.running_campaigns = {{&campaign_, {mouse_.index}}};
  ExpectWindow("2026-03-12", "2026-03-15", CrossSell(mouse_));
  ExpectAnnounced("2026-03-12", CrossSell(mouse_));
  EXPECT_FALSE(Open(T("2026-03-14"), CrossSell(sunscreen_)));
  context_.running_campaigns = {{&campaign_, {}}};  // names none: all of them
  EXPECT_TRUE(Open(T("2026-03-14"), CrossSell(sunscreen_)));
  campaign_.starts_at = T("2026-03-13");  // shorter than the window
  ExpectWindow("2026-03-13", "2026-03-15", CrossSell(mouse_));
}

TEST_F(TimingTable, SatisfactionIsAWeekFromAGoodRating) {
  Of("satisfaction");
  context_.nps = SignalValue{9, T("2026-03-10T08:00:00Z")};
  ExpectWindow("2026-03-10T08:00:00Z", "2026-03-17T08:00:00Z", CrossSell(mouse_));
  context_.nps->value = 8.9;
  ExpectConditionsNotMet(T("2026-03-11"), CrossSell(mouse_));
  context_.nps.reset();
  context_.csat = SignalValue{4, T("2026-03-10T08:00:00Z")};
  ExpectWindow("2026-03-10T08:00:00Z", "2026-03-17T08:00:00Z", CrossSell(mouse_));
  context_.csat->value = 3;
  ExpectConditionsNotMet(T("2026-03-11"), CrossSell(mouse_));
}

TEST_F(TimingTable, OfTwoRatingsTheNewestDecides) {
  Of("satisfaction");
  context_.nps = SignalValue{10, T("2026-03-10")};
  context_.csat = SignalValue{1, T("2026-03-09")};
  EXPECT_TRUE(Open(T("2026-03-12"), CrossSell(mouse_)));
  context_.csat->at = T("2026-03-11");
  ExpectConditionsNotMet(T("2026-03-12"), CrossSell(mouse_));
  Of("satisfaction", ", when: {nps_at_least: 9}");  // asks for the one alone
  EXPECT_TRUE(Open(T("2026-03-12"), CrossSell(mouse_)));
  Of("satisfaction", ", when: {csat_at_least: 4}");
  ExpectConditionsNotMet(T("2026-03-12"), CrossSell(mouse_));
}

TEST_F(TimingTable, SeasonIsTheRunOfTheProductsMonthsInTheStoresZone) {
  Of("season");
  context_.zone = Zone("America/New_York");
  context_.seasonal = {sunscreen_};
  ExpectWindow("2026-07-01T00:00:00-04:00", "2026-09-01T00:00:00-04:00", CrossSell(sunscreen_));
  ExpectAnnounced("2026-07-01T00:00:00-04:00", CrossSell(sunscreen_));
  EXPECT_FALSE(Open(T("2026-07-15"), CrossSell(mouse_)));
  context_.seasonal.clear();  // nothing bought that it goes with
  EXPECT_FALSE(Open(T("2026-07-15"), CrossSell(sunscreen_)));
}

TEST_F(TimingTable, ASeasonMayRunOverTheYearsEnd) {
  constexpr std::uint16_t kWinter = 1U << 11 | 1U << 0 | 1U << 1;
  const Opening winter = SeasonOpening(kWinter, T("2024-01-15"), Zone("Asia/Tokyo"));
  EXPECT_EQ(winter.opens, T("2023-12-01T00:00:00+09:00"));
  EXPECT_EQ(winter.closes, T("2024-03-01T00:00:00+09:00"));
  EXPECT_EQ(SeasonOpening(kWinter, T("2024-02-29T15:00:00Z"), Zone("Asia/Tokyo")).opens,
            T("2024-12-01T00:00:00+09:00"));
  EXPECT_EQ(SeasonOpening(0xFFF, T("2024-02-29"), Zone("UTC")).closes, absl::InfiniteFuture());
}

TEST_F(TimingTable, ReplenishmentIsFiveDaysBeforeItIsDueToTenAfter) {
  Of("replenishment");
  context_.rhythms = {{mouse_, T("2024-02-20T12:00:00Z"), 10.5, 2}};  // due on 2 March, 00:00
  ExpectWindow("2024-02-26", "2024-03-12", CrossSell(mouse_));
  ExpectAnnounced("2024-02-26", CrossSell(mouse_));
  EXPECT_FALSE(Open(T("2024-03-02"), CrossSell(sunscreen_)));
  EXPECT_TRUE(Open(T("2024-03-02"), UpgradeOf(mouse_, shop_.Goods("better mouse", "20"))));
  EXPECT_FALSE(Open(T("2024-03-02"), UpgradeOf(sunscreen_, shop_.Goods("cream", "20"))));
}

TEST_F(TimingTable, UsageLimitIsAsLongAsUsageIsNearTheLimit) {
  Of("usage_limit");
  Subscribe(SubscriptionStatus::kActive);
  const ScoredOffer plus = About(context_.subscriptions[0], OfferKind::kUpgrade, plus_);
  EXPECT_EQ(AtTime(T("2026-03-10"), plus).no_offer->reason, Outcome::kNoMomentOpen);
  context_.subscriptions[0].usage = 80;
  EXPECT_TRUE(Open(T("2026-03-10"), plus));
  context_.subscriptions[0].usage = 79.9;
  ExpectConditionsNotMet(T("2026-03-10"), plus);
  context_.subscriptions[0].usage = 200;
  facts_.status = SubscriptionStatus::kTrialing;
  EXPECT_FALSE(Open(T("2026-03-10"), plus));
}

TEST_F(TimingTable, WinBackIsSilenceForThreeUsualIntervals) {
  Of("win_back");
  context_.last_order = T("2024-01-31");
  EXPECT_FALSE(Open(T("2030-01-01"), CrossSell(mouse_)));  // no usual interval known
  context_.usual_order_interval_days = 10;
  EXPECT_FALSE(Open(T("2024-03-01") - kSecond, CrossSell(mouse_)));
  ExpectAnnounced("2024-03-01", CrossSell(mouse_));
  EXPECT_TRUE(Open(T("2024-03-01"), CrossSell(mouse_)));
  EXPECT_TRUE(Open(T("2030-01-01"), CrossSell(mouse_)));
  context_.last_order = T("2029-12-31");  // an order ends it
  EXPECT_FALSE(Open(T("2030-01-01"), CrossSell(mouse_)));
}

TEST_F(TimingTable, WinBackIsThirtyDaysFromALostDealWhateverTheSilence) {
  Of("win_back");
  context_.lost_deal = T("2024-02-15");
  ExpectWindow("2024-02-15", "2024-03-16", CrossSell(mouse_));
  Subscribe(SubscriptionStatus::kLostDeal);  // the plan of the deal comes back at this moment alone
  ScoredOffer plan = CrossSell(plus_);
  plan.candidate.subscription = &context_.subscriptions[0];
  EXPECT_TRUE(Open(T("2024-02-20"), plan));
  Of("pre_purchase");
  context_.outbound = false;
  EXPECT_FALSE(Open(T("2024-02-20"), plan));
}

// The conditions that any rule may ask for, on a moment of its own.
TEST_F(TimingTable, SilenceMayBeAskedOfAnyMoment) {
  Of("pre_purchase", ", when: {silence_at_least: 2}");
  context_.viewed = {sunscreen_};
  ExpectConditionsNotMet(T("2026-03-10"), CrossSell(mouse_));
  context_.last_order = T("2026-03-01");
  context_.usual_order_interval_days = 5;
  ExpectConditionsNotMet(T("2026-03-11") - kSecond, CrossSell(mouse_));
  EXPECT_EQ(AtTime(T("2026-03-10"), CrossSell(mouse_)).no_offer->retry_at, T("2026-03-11"));
  EXPECT_TRUE(Open(T("2026-03-11"), CrossSell(mouse_)));
}

TEST_F(TimingTable, SeveralOpenMomentsMakeOneOfferAtTheHighestPriority) {
  policy_ = Read(R"(version: 1
contact_policy: {control_group_percent: 0}
rules:
- {id: bought, moment: post_purchase, offers: [cross_sell]}
- {id: happy, moment: satisfaction, offers: [cross_sell], weight: 1.5}
- {id: due, moment: replenishment, offers: [cross_sell], weight: 1.1}
)");
  context_.last_order = T("2026-03-10");
  context_.nps = SignalValue{10, T("2026-03-10")};
  context_.rhythms = {{mouse_, T("2026-03-01"), 10, 2}};
  const Decision decision = AtTime(T("2026-03-11"), CrossSell(mouse_));
  ASSERT_EQ(decision.offered.size(), 1U);
  EXPECT_EQ(decision.offered[0].rule_id, "happy");
  context_.nps.reset();
  EXPECT_EQ(AtTime(T("2026-03-11"), CrossSell(mouse_)).offered[0].rule_id, "due");
}

TEST_F(TimingTable, TheNearestOpeningIsTheTimeToRetry) {
  policy_ = DefaultPolicy();
  policy_.contact_policy.control_group_percent = 0;
  context_.last_order = T("2026-03-01");
  context_.usual_order_interval_days = 30;                // win back: 30 May
  context_.rhythms = {{mouse_, T("2026-03-01"), 30, 2}};  // replenishment: 26 March
  context_.seasonal = {sunscreen_};                       // season: 1 July
  const Decision decision = AtTime(T("2026-03-10"), CrossSell(mouse_));
  ASSERT_TRUE(decision.no_offer.has_value());
  EXPECT_EQ(decision.no_offer->reason, Outcome::kNoMomentOpen);
  EXPECT_EQ(decision.no_offer->retry_at, T("2026-03-26"));
}

}  // namespace
}  // namespace tsugi
