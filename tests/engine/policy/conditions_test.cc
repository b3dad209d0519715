// Conditions (`when`), each failing alone, and rests after reactions to the second.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/policy/policy.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;

class ConditionsTest : public ::testing::Test {
 protected:
  ConditionsTest() {
    Product plan;
    plan.id = "Basic";
    plan.kind = ProductKind::kPlan;
    plan.family = "plans";
    plan.tier = 1;
    plan.price = Money("10");
    plan.usage_limit = 100;
    basic_ = shop_.Add(plan);
    plus_ = shop_.Plan("Plus", 2, "30");
    facts_.id = "S1";
    facts_.renews_at = T("2026-03-12");
    // Everything that the rule below asks for, exactly.
    context_.subscriptions = {{&facts_, basic_, 80}};
    context_.nps = SignalValue{7, T("2026-01-01")};
    context_.csat = SignalValue{4, T("2026-01-01")};
    context_.since = context_.at - Days(60);
    context_.spend = Money("100");
    context_.segment = "business";
    spring_.id = "spring";
    context_.running_campaigns = {{&spring_, {}}};
  }

  std::optional<NoOffer> Ask() {
    return Decide(policy_, context_, {About(context_.subscriptions[0], OfferKind::kUpgrade, plus_)},
                  0)
        .no_offer;
  }

  Catalogue shop_;
  ProductRef basic_;
  ProductRef plus_;
  Subscription facts_;
  Campaign spring_;
  Context context_ = At("2026-03-11T00:00:00Z");
  Policy policy_ = Read(R"(version: 1
rules:
- id: r
  moment: renewal
  offers: [upgrade]
  when: {nps_at_least: 7, csat_at_least: 4, tenure_at_least: 60d, usage_at_least: 0.8,
         spend_at_least: 100, segments: [home, business], campaigns: [winter, spring]}
)");
};

TEST_F(ConditionsTest, AllMetExactlyIsEnough) { EXPECT_EQ(Ask(), std::nullopt); }

TEST_F(ConditionsTest, EachFailsAloneWhereItIsMissedOrUnknown) {
  static Campaign summer;
  summer.id = "summer";
  const std::vector<std::pair<const char*, std::function<void(Context*)>>> kMissing = {
      {"nps below", [](Context* c) { c->nps->value = 6.9; }},
      {"nps unknown", [](Context* c) { c->nps.reset(); }},
      {"csat below", [](Context* c) { c->csat->value = 3.9; }},
      {"csat unknown", [](Context* c) { c->csat.reset(); }},
      {"tenure a second short", [](Context* c) { *c->since += absl::Seconds(1); }},
      {"tenure unknown", [](Context* c) { c->since.reset(); }},
      {"usage below", [](Context* c) { c->subscriptions[0].usage = 79.9; }},
      {"usage unknown", [](Context* c) { c->subscriptions[0].usage.reset(); }},
      {"spend below", [](Context* c) { c->spend = Money("99.999999"); }},
      {"spend unknown", [](Context* c) { c->profiled = false; }},
      {"another segment", [](Context* c) { c->segment = "Business"; }},
      {"segment unknown", [](Context* c) { c->segment.clear(); }},
      {"other campaigns",
       [](Context* c) {
         c->running_campaigns = {{&summer, {}}};
       }},
      {"no campaign", [](Context* c) { c->running_campaigns.clear(); }},
  };
  const Context met = context_;
  for (const auto& [name, miss] : kMissing) {
    context_ = met;
    miss(&context_);
    const std::optional<NoOffer> no_offer = Ask();
    ASSERT_TRUE(no_offer.has_value()) << name;
    EXPECT_EQ(no_offer->reason, Outcome::kConditionsNotMet) << name;
  }
}

TEST_F(ConditionsTest, TenureAloneSaysFromWhen) {
  *context_.since += absl::Hours(5);
  EXPECT_EQ(Ask()->retry_at, context_.at + absl::Hours(5));
  context_.nps.reset();  // something else is missing too
  EXPECT_EQ(Ask()->retry_at, std::nullopt);
}

TEST_F(ConditionsTest, TenureThatComesAfterTheMomentIsNoTime) {
  context_.since = context_.at;
  EXPECT_EQ(Ask()->reason, Outcome::kConditionsNotMet);
  EXPECT_EQ(Ask()->retry_at, std::nullopt);
}

TEST_F(ConditionsTest, APlanWithoutALimitHasNoShareOfIt) {
  Product plan = *basic_.facts;
  plan.usage_limit.reset();
  context_.subscriptions[0].plan = shop_.Add(plan);
  EXPECT_EQ(Ask()->reason, Outcome::kConditionsNotMet);
}

TEST_F(ConditionsTest, UsageOfTheRequestIsThatOfAnyRunningSubscription) {
  policy_ = Read(
      "version: 1\nrules:\n- {id: r, moment: pre_purchase, offers: [cross_sell], when: "
      "{usage_at_least: 0.8}}\n");
  const auto offered = [&] {
    return Decide(policy_, context_, {CrossSell(shop_.Goods("x"))}, 0).offered.size();
  };
  EXPECT_EQ(offered(), 1U);
  facts_.status = SubscriptionStatus::kCanceled;
  EXPECT_EQ(offered(), 0U);
  facts_.status = SubscriptionStatus::kTrialing;
  EXPECT_EQ(offered(), 1U);
  context_.subscription_id = "another";
  EXPECT_EQ(offered(), 0U);
}

TEST_F(ConditionsTest, CategoriesAreThoseOfTheOfferedProduct) {
  policy_ = Read(
      "version: 1\nrules:\n- {id: r, moment: pre_purchase, offers: [cross_sell], when: "
      "{categories: [things]}}\n");
  Product other;
  other.id = "other";
  other.category = "more things";
  other.price = Money("100");
  const ProductRef unlisted{ProductIndex(std::size_t{900}), nullptr};
  const Decision decision = Decide(
      policy_, context_,
      {CrossSell(shop_.Add(other)), CrossSell(unlisted), CrossSell(shop_.Goods("thing"))}, 0);
  EXPECT_THAT(Ids(decision.offered), ElementsAre("thing"));
  for (const DecidedOffer& dropped : decision.dropped) {
    EXPECT_EQ(dropped.outcome, Outcome::kConditionsNotMet);
  }
}

class RestsTest : public ::testing::Test {
 protected:
  // Ids of what is offered at `at` of phones 1 to 3, the unnumbered one, a mouse and a tablet.
  std::vector<std::string> OfferedAt(const std::string& at) {
    context_.at = T(at);
    std::vector<std::string> ids =
        Ids(Decide(policy_, context_,
                   {CrossSell(phone1_), CrossSell(phone2_), CrossSell(phone3_),
                    CrossSell(unnumbered_), CrossSell(mouse_), CrossSell(tablet_)},
                   0)
                .offered);
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  Catalogue shop_;
  ProductRef phone1_ = shop_.Goods("p1", "10", "phone", 1);
  ProductRef phone2_ = shop_.Goods("p2", "10", "phone", 2);
  ProductRef phone3_ = shop_.Goods("p3", "10", "phone", 3);
  ProductRef unnumbered_ = shop_.Goods("p?", "10", "phone");
  ProductRef mouse_ = shop_.Goods("mouse");
  ProductRef tablet_ = shop_.Goods("tablet", "10", "tablet", 5);
  Campaign spring_;
  Context context_ = At();
  Policy policy_ = Read(R"(version: 1
contact_policy: {max_suggestions: 10}
rules:
- {id: r, moment: pre_purchase, offers: [cross_sell]}
)");
};

TEST_F(RestsTest, ADeclinedProductRestsWithItsFamilyAtTheSameTierOrAbove) {
  context_.reactions = {{phone2_, Reaction::kDeclined, T("2026-01-01T12:00:00Z")}};
  EXPECT_THAT(OfferedAt("2026-01-01T12:00:00Z"), ElementsAre("mouse", "p1", "tablet"));
  EXPECT_THAT(OfferedAt("2026-04-01T11:59:59Z"), ElementsAre("mouse", "p1", "tablet"));
  EXPECT_THAT(OfferedAt("2026-04-01T12:00:00Z"),
              ElementsAre("mouse", "p1", "p2", "p3", "p?", "tablet"));
}

TEST_F(RestsTest, AProductWithoutAFamilyRestsAlone) {
  context_.reactions = {{mouse_, Reaction::kDeclined, T("2026-01-01")}};
  EXPECT_THAT(OfferedAt("2026-01-02"), ElementsAre("p1", "p2", "p3", "p?", "tablet"));
}

TEST_F(RestsTest, WhatWasPutOffRestsAloneAndShorter) {
  context_.reactions = {{phone2_, Reaction::kMaybeLater, T("2026-01-01")}};
  EXPECT_THAT(OfferedAt("2026-01-14T23:59:59Z"), ElementsAre("mouse", "p1", "p3", "p?", "tablet"));
  EXPECT_EQ(OfferedAt("2026-01-15T00:00:00Z").size(), 6U);
}

TEST_F(RestsTest, ANewerReactionDoesNotShortenAnOlderRest) {
  context_.reactions = {{mouse_, Reaction::kDeclined, T("2026-01-01")},
                        {mouse_, Reaction::kMaybeLater, T("2026-01-02")}};
  EXPECT_EQ(OfferedAt("2026-03-31T23:59:59Z").size(), 5U);
  EXPECT_EQ(OfferedAt("2026-04-01").size(), 6U);
}

TEST_F(RestsTest, AnAcceptedProductRestsNoMoreButItsFamilyDoes) {
  context_.reactions = {{phone2_, Reaction::kDeclined, T("2026-01-01")},
                        {phone3_, Reaction::kAccepted, T("2026-01-02")}};
  EXPECT_THAT(OfferedAt("2026-01-03"), ElementsAre("mouse", "p1", "p3", "tablet"));
}

TEST_F(RestsTest, WhatIsDeclinedAfterItWasAcceptedRests) {
  context_.reactions = {{mouse_, Reaction::kAccepted, T("2026-01-01")},
                        {mouse_, Reaction::kDeclined, T("2026-01-01")}};
  EXPECT_EQ(OfferedAt("2026-01-03").size(), 5U);
}

TEST_F(RestsTest, EachDroppedOfferSaysUntilWhenAndTheAnswerTheEarliest) {
  context_.reactions = {{mouse_, Reaction::kDeclined, T("2026-03-01")},
                        {tablet_, Reaction::kMaybeLater, T("2026-03-09")}};
  const Decision decision = Decide(policy_, context_, {CrossSell(mouse_), CrossSell(tablet_)}, 0);
  ASSERT_THAT(Ids(decision.dropped), ElementsAre("mouse", "tablet"));
  EXPECT_EQ(decision.dropped[0].until, T("2026-03-01") + Days(90));
  EXPECT_EQ(decision.dropped[1].until, T("2026-03-23"));
  EXPECT_EQ(decision.dropped[0].rule_id, "r");
  EXPECT_EQ(decision.no_offer->retry_at, T("2026-03-23"));
}

TEST_F(RestsTest, AReactionToAProductNobodyKnowsChangesNothing) {
  context_.reactions = {{ProductRef{}, Reaction::kDeclined, T("2026-03-01")}};
  EXPECT_EQ(OfferedAt("2026-03-02").size(), 6U);
}

}  // namespace
}  // namespace tsugi
