// The table of moments: each window open, one second before it and one after, over month ends, leap
// days, offsets and daylight saving time; and which kinds of offer arise when.
#include "engine/policy/moments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

struct PeriodCase {
  const char* zone;
  const char* renews_at;
  int months;
  const char* starts;  // the instant the period begins
};

class BillingPeriodTest : public ::testing::TestWithParam<PeriodCase> {};

TEST_P(BillingPeriodTest, GoesBackByTheCalendarOfTheStoresZone) {
  const PeriodCase& c = GetParam();
  EXPECT_EQ(T(c.renews_at) - BillingPeriod(T(c.renews_at), c.months, Zone(c.zone)), T(c.starts))
      << c.zone << " " << c.renews_at << " - " << c.months;
}

constexpr PeriodCase kPeriods[] = {
    {"UTC", "2026-03-20T00:00:00Z", 1, "2026-02-20T00:00:00Z"},
    {"UTC", "2026-03-31T00:00:00Z", 1, "2026-02-28T00:00:00Z"},  // February has no 31st
    {"UTC", "2024-03-31T00:00:00Z", 1, "2024-02-29T00:00:00Z"},  // ... nor a leap February
    {"UTC", "2026-05-31T10:30:00Z", 1, "2026-04-30T10:30:00Z"},
    {"UTC", "2026-01-31T00:00:00Z", 1, "2025-12-31T00:00:00Z"},
    {"UTC", "2024-02-29T00:00:00Z", 12, "2023-02-28T00:00:00Z"},
    {"UTC", "2025-02-28T00:00:00Z", 12, "2024-02-28T00:00:00Z"},
    {"UTC", "2026-01-15T00:00:00Z", 120, "2016-01-15T00:00:00Z"},
    {"UTC", "2026-03-20T00:00:00.25Z", 1, "2026-02-20T00:00:00.25Z"},
    // Midnight in Tokyo is the day before in UTC: 1 April there, 31 March here.
    {"Asia/Tokyo", "2026-03-31T15:00:00Z", 1, "2026-02-28T15:00:00Z"},
    // Clocks went forward on 29 March 2026 in London, on 8 March in New York: noon stays noon.
    {"Europe/London", "2026-04-15T11:00:00Z", 1, "2026-03-15T12:00:00Z"},
    {"America/New_York", "2026-03-20T16:00:00Z", 1, "2026-02-20T17:00:00Z"},
    // ... and back on 25 October 2026 in London.
    {"Europe/London", "2026-11-10T12:00:00Z", 1, "2026-10-10T11:00:00Z"},
    // 01:30 on 29 March does not exist in London: the instant the clocks jump.
    {"Europe/London", "2026-04-29T00:30:00Z", 1, "2026-03-29T01:00:00Z"},
};
INSTANTIATE_TEST_SUITE_P(Table, BillingPeriodTest, ::testing::ValuesIn(kPeriods));

struct WindowCase {
  const char* name;
  const char* rule;  // keys after the id
  SubscriptionStatus status;
  const char* zone;
  int billing_months;
  const char* event;
  const char* opens;   // the first second that is open
  const char* closes;  // the first second that is not
};

class WindowTest : public ::testing::TestWithParam<WindowCase> {};

TEST_P(WindowTest, IsOpenFromItsFirstSecondToTheOneBeforeItCloses) {
  const WindowCase& c = GetParam();
  const Policy policy = Read("version: 1\nrules:\n- {id: r, offers: [trial_conversion, upgrade], " +
                             std::string(c.rule) + "}\n");
  ASSERT_EQ(policy.rules.size(), 1U);
  Catalogue shop;
  Subscription facts;
  facts.id = "S1";
  facts.status = c.status;
  facts.renews_at = T(c.event);
  facts.trial_ends_at = T(c.event);
  const ProductRef basic = shop.Plan("Basic", 1, "10", c.billing_months);
  const ProductRef plus = shop.Plan("Plus", 2, "30", c.billing_months);
  const OfferKind kind =
      c.status == SubscriptionStatus::kTrialing ? OfferKind::kTrialConversion : OfferKind::kUpgrade;
  const absl::Time opens = T(c.opens);
  const absl::Time closes = T(c.closes);
  struct Probe {
    absl::Time at;
    bool open;
  };
  for (const Probe& probe : std::vector<Probe>{{opens - absl::Seconds(1), false},
                                               {opens, true},
                                               {opens + absl::Seconds(1), true},
                                               {closes - absl::Seconds(1), true},
                                               {closes, false},
                                               {closes + absl::Seconds(1), false}}) {
    Context context = At();
    context.at = probe.at;
    context.zone = Zone(c.zone);
    context.outbound = true;
    context.placement = "cs";
    context.subscriptions = {{&facts, basic, std::nullopt}};
    const ProductRef& product = kind == OfferKind::kUpgrade ? plus : basic;
    const Decision decision =
        Decide(policy, context, {About(context.subscriptions[0], kind, product)}, 0);
    SCOPED_TRACE(std::string(c.name) + " at " + base::FormatTime(probe.at));
    ASSERT_EQ(decision.offered.size(), probe.open ? 1U : 0U);
    if (probe.open) {
      EXPECT_EQ(decision.offered[0].until, closes);
      continue;
    }
    ASSERT_TRUE(decision.no_offer.has_value());
    EXPECT_EQ(decision.no_offer->reason, Outcome::kNoMomentOpen);
    EXPECT_EQ(decision.no_offer->retry_at,
              probe.at < opens ? std::optional<absl::Time>(opens) : std::nullopt);
  }
}

constexpr SubscriptionStatus kActive = SubscriptionStatus::kActive;
constexpr SubscriptionStatus kTrialing = SubscriptionStatus::kTrialing;
constexpr WindowCase kWindows[] = {
    {"a yearly plan: thirty days", "moment: renewal", kActive, "UTC", 12, "2026-06-15T09:00:00Z",
     "2026-05-16T09:00:00Z", "2026-06-15T09:00:00Z"},
    {"a monthly plan: a quarter of 28 days", "moment: renewal", kActive, "UTC", 1,
     "2026-03-20T00:00:00Z", "2026-03-13T00:00:00Z", "2026-03-20T00:00:00Z"},
    {"a monthly plan: a quarter of 31 days", "moment: renewal", kActive, "UTC", 1,
     "2026-02-20T00:00:00Z", "2026-02-12T06:00:00Z", "2026-02-20T00:00:00Z"},
    {"from the 31st: a quarter of 31 days since 28 February", "moment: renewal", kActive, "UTC", 1,
     "2026-03-31T00:00:00Z", "2026-03-23T06:00:00Z", "2026-03-31T00:00:00Z"},
    {"over a leap day: a quarter of 29 days", "moment: renewal", kActive, "UTC", 1,
     "2024-03-10T00:00:00Z", "2024-03-02T18:00:00Z", "2024-03-10T00:00:00Z"},
    {"London in spring: a quarter of 31 days less an hour", "moment: renewal", kActive,
     "Europe/London", 1, "2026-04-15T11:00:00Z", "2026-04-07T17:15:00Z", "2026-04-15T11:00:00Z"},
    {"New York in spring: a quarter of 28 days less an hour", "moment: renewal", kActive,
     "America/New_York", 1, "2026-03-20T16:00:00Z", "2026-03-13T16:15:00Z", "2026-03-20T16:00:00Z"},
    {"Tokyo: a quarter of the 31 days of March there", "moment: renewal", kActive, "Asia/Tokyo", 1,
     "2026-03-31T15:00:00Z", "2026-03-23T21:00:00Z", "2026-03-31T15:00:00Z"},
    {"before alone", "moment: renewal, window: {before: 10d}", kActive, "UTC", 1,
     "2026-03-20T00:00:00+09:00", "2026-03-09T15:00:00Z", "2026-03-19T15:00:00Z"},
    {"a share alone", "moment: renewal, window: {at_most: 1}", kActive, "UTC", 1,
     "2026-03-20T00:00:00Z", "2026-02-20T00:00:00Z", "2026-03-20T00:00:00Z"},
    {"after alone: late renewals", "moment: renewal, window: {after: 12h}", kActive, "UTC", 1,
     "2026-03-20T00:00:00Z", "2026-03-20T00:00:00Z", "2026-03-20T12:00:00Z"},
    {"before and after", "moment: renewal, window: {before: 90s, after: 1s}", kActive, "UTC", 1,
     "2026-03-20T00:00:00Z", "2026-03-19T23:58:30Z", "2026-03-20T00:00:01Z"},
    {"a trial: three days", "moment: trial_end", kTrialing, "UTC", 1, "2024-03-01T08:00:00Z",
     "2024-02-27T08:00:00Z", "2024-03-01T08:00:00Z"},
    {"a trial over the change of clocks: 72 hours all the same", "moment: trial_end", kTrialing,
     "Europe/London", 1, "2026-03-30T11:00:00Z", "2026-03-27T11:00:00Z", "2026-03-30T11:00:00Z"},
    {"a trial, a day", "moment: trial_end, window: {before: 24h}", kTrialing, "UTC", 1,
     "2026-03-01T00:00:00Z", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"},
};
INSTANTIATE_TEST_SUITE_P(Table, WindowTest, ::testing::ValuesIn(kWindows),
                         [](const auto& param) { return std::to_string(param.index); });

class MomentTest : public ::testing::Test {
 protected:
  MomentTest() {
    facts_.id = "S1";
    facts_.renews_at = T("2026-03-12");
    facts_.trial_ends_at = T("2026-03-12");
    other_.id = "S2";
    other_.renews_at = T("2027-01-01");
    context_ = At("2026-03-11");
    context_.subscriptions = {{&facts_, basic_, std::nullopt}, {&other_, basic_, std::nullopt}};
  }

  std::size_t Offered(ScoredOffer offer) {
    return Decide(policy_, context_, {std::move(offer)}, 0).offered.size();
  }

  Catalogue shop_;
  ProductRef basic_ = shop_.Plan("Basic", 1, "10");
  ProductRef plus_ = shop_.Plan("Plus", 2, "30");
  ProductRef mouse_ = shop_.Goods("mouse");
  ProductRef phone1_ = shop_.Goods("phone1", "100", "phone", 1);
  ProductRef phone2_ = shop_.Goods("phone2", "150", "phone", 2);
  Subscription facts_;
  Subscription other_;
  Context context_;
  Policy policy_;
};

constexpr char kAllKinds[] = "offers: [cross_sell, upgrade, trial_conversion, add_on]}\n";

TEST_F(MomentTest, OnlyAnActiveSubscriptionRenewsAndOnlyATrialingOneEnds) {
  for (const SubscriptionStatus status :
       {SubscriptionStatus::kTrialing, SubscriptionStatus::kActive, SubscriptionStatus::kPastDue,
        SubscriptionStatus::kCanceled, SubscriptionStatus::kLostDeal}) {
    facts_.status = status;
    policy_ = Read(std::string("version: 1\nrules:\n- {id: r, moment: renewal, ") + kAllKinds);
    EXPECT_EQ(Offered(About(context_.subscriptions[0], OfferKind::kUpgrade, plus_)),
              status == SubscriptionStatus::kActive ? 1U : 0U);
    policy_ = Read(std::string("version: 1\nrules:\n- {id: r, moment: trial_end, ") + kAllKinds);
    EXPECT_EQ(Offered(About(context_.subscriptions[0], OfferKind::kTrialConversion, basic_)),
              status == SubscriptionStatus::kTrialing ? 1U : 0U);
  }
}

TEST_F(MomentTest, AnEventWithoutATimeOpensNothing) {
  facts_.renews_at.reset();
  policy_ = Read(std::string("version: 1\nrules:\n- {id: r, moment: renewal, ") + kAllKinds);
  EXPECT_EQ(Offered(About(context_.subscriptions[0], OfferKind::kUpgrade, plus_)), 0U);
}

TEST_F(MomentTest, ARenewalIsBoundToTheOffersOwnSubscription) {
  policy_ = Read(std::string("version: 1\nrules:\n- {id: r, moment: renewal, ") + kAllKinds);
  EXPECT_EQ(Offered(About(context_.subscriptions[0], OfferKind::kUpgrade, plus_)), 1U);
  EXPECT_EQ(Offered(About(context_.subscriptions[1], OfferKind::kUpgrade, plus_)), 0U);
  context_.subscription_id = "S2";
  EXPECT_EQ(Offered(About(context_.subscriptions[0], OfferKind::kUpgrade, plus_)), 0U);
  context_.subscription_id = "S1";
  EXPECT_EQ(Offered(About(context_.subscriptions[0], OfferKind::kUpgrade, plus_)), 1U);
}

TEST_F(MomentTest, ASubscriptionHandedInAsACopyCountsLikeItsOwn) {
  policy_ = Read(std::string("version: 1\nrules:\n- {id: r, moment: renewal, ") + kAllKinds);
  const SubscriptionState copy = context_.subscriptions[0];
  EXPECT_EQ(Offered(About(copy, OfferKind::kUpgrade, plus_)), 1U);
}

TEST_F(MomentTest, WhichKindsAriseAtWhichMoment) {
  // The columns of the table in moments.h; `plain` has no subscription.
  struct Row {
    OfferKind kind;
    bool subscribed;
    bool pre_purchase;
    bool renewal;
    bool trial_end;
  };
  constexpr Row kRows[] = {
      {OfferKind::kCrossSell, false, true, true, true},
      {OfferKind::kCrossSell, true, true, true, true},
      {OfferKind::kUpgrade, false, true, false, false},
      {OfferKind::kUpgrade, true, false, true, true},
      {OfferKind::kTrialConversion, false, false, false, false},
      {OfferKind::kTrialConversion, true, false, false, true},
      {OfferKind::kAddOn, false, true, true, true},
      {OfferKind::kAddOn, true, true, true, true},
      {OfferKind::kBundle, false, true, true, true},
      {OfferKind::kSubscribeAndSave, false, true, true, true},
      {OfferKind::kPromotion, false, true, true, true},
  };
  context_.viewed = {phone1_};
  Campaign spring;
  spring.id = "spring";
  context_.running_campaigns = {{&spring, {}}};
  for (const auto& [moment, status] :
       {std::pair{Moment::kPrePurchase, SubscriptionStatus::kActive},
        std::pair{Moment::kRenewal, SubscriptionStatus::kActive},
        std::pair{Moment::kTrialEnd, SubscriptionStatus::kTrialing}}) {
    facts_.status = status;
    Rule rule;
    rule.id = "r";
    rule.moment = moment;
    rule.window.before = Days(3);
    for (int kind = 0; kind < 7; ++kind) rule.offers.push_back(static_cast<OfferKind>(kind));
    policy_ = Policy();
    policy_.rules = {rule};
    for (const Row& row : kRows) {
      ScoredOffer offer = row.subscribed ? About(context_.subscriptions[0], row.kind, plus_)
                                         : Offer(row.kind, phone2_);
      if (row.kind == OfferKind::kPromotion) offer.candidate.campaign = &spring;
      if (!row.subscribed && row.kind == OfferKind::kUpgrade) {
        offer.candidate.replaces = phone1_;
        offer.replaced_price = Money("100");
      }
      const bool expected = moment == Moment::kPrePurchase ? row.pre_purchase
                            : moment == Moment::kRenewal   ? row.renewal
                                                           : row.trial_end;
      EXPECT_EQ(Offered(offer), expected ? 1U : 0U)
          << "moment " << static_cast<int>(moment) << " kind " << static_cast<int>(row.kind)
          << " subscribed " << row.subscribed;
    }
  }
}

TEST_F(MomentTest, AnUpgradeBeforePurchaseIsOfSomethingInTheCartOrViewed) {
  policy_ = Read(std::string("version: 1\nrules:\n- {id: r, moment: pre_purchase, ") + kAllKinds);
  EXPECT_EQ(Offered(UpgradeOf(phone1_, phone2_)), 0U);
  context_.cart = {InCart(mouse_), InCart(phone1_)};
  EXPECT_EQ(Offered(UpgradeOf(phone1_, phone2_)), 1U);
  context_.cart.clear();
  context_.viewed = {phone1_};
  EXPECT_EQ(Offered(UpgradeOf(phone1_, phone2_)), 1U);
}

TEST_F(MomentTest, BeforePurchaseIsACartViewedProductsOrAnInboundPlacement) {
  policy_ = Read(std::string("version: 1\nrules:\n- {id: r, moment: pre_purchase, ") + kAllKinds);
  EXPECT_EQ(Offered(CrossSell(mouse_)), 1U);
  context_.outbound = true;
  context_.placement = "email";
  EXPECT_EQ(Offered(CrossSell(mouse_)), 0U);
  context_.viewed = {phone1_};
  EXPECT_EQ(Offered(CrossSell(mouse_)), 1U);
  context_.viewed.clear();
  context_.cart = {InCart(phone1_)};
  EXPECT_EQ(Offered(CrossSell(mouse_)), 1U);
}

TEST_F(MomentTest, AMomentThatIsAskedForIsTheOnlyOne) {
  policy_ = Read(std::string("version: 1\nrules:\n- {id: r, moment: renewal, ") + kAllKinds +
                 "- {id: p, moment: pre_purchase, " + kAllKinds);
  context_.moment = Moment::kTrialEnd;
  EXPECT_EQ(Offered(CrossSell(mouse_)), 0U);
  context_.moment = Moment::kPrePurchase;
  const Decision decision = Decide(policy_, context_, {CrossSell(mouse_)}, 0);
  ASSERT_EQ(decision.offered.size(), 1U);
  EXPECT_EQ(decision.offered[0].moment, Moment::kPrePurchase);
}

TEST_F(MomentTest, PlacementsOfARuleAreTheOnlyOnes) {
  policy_ = Read(
      "version: 1\nrules:\n- {id: r, moment: pre_purchase, offers: [cross_sell], placements: "
      "[cart, kiosk]}\n");
  EXPECT_EQ(Offered(CrossSell(mouse_)), 0U);
  context_.placement = "kiosk";
  EXPECT_EQ(Offered(CrossSell(mouse_)), 1U);
}

}  // namespace
}  // namespace tsugi
