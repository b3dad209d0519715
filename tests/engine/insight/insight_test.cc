#include "engine/insight/insight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/policy/parse.h"
#include "tests/engine/state/facts_for_tests.h"
#include "tests/engine/suggest/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::ElementsAre;
using ::testing::Eq;
using testing::Goods;
using testing::IsOk;
using testing::Line;
using testing::MakeOrder;
using testing::MakeSignal;
using testing::Money;
using testing::Person;
using testing::Shop;
using ::testing::SizeIs;
using testing::StatusIs;
using testing::Subscribed;
using testing::TeaShopOrders;
using testing::Tiered;

class InsightTest : public ::testing::Test {
 protected:
  InsightTest() : shop_(&DefaultPolicy()) { shop_.Train(TeaShopOrders()); }

  absl::StatusOr<CustomerInsight> Ask(const std::string& id, const std::string& at) {
    const auto model = shop_.engine->ModelOf("");
    EXPECT_THAT(model, IsOk());
    return InsightOf(*shop_.engine, **model, *shop_.engine->policy(), id, At(at), "en");
  }

  Shop shop_;
};

TEST_F(InsightTest, ASubscribersNextMomentsRankAndRisk) {
  Subscription subscription = Subscribed("s", "ann", "basic");
  subscription.renews_at = At("2024-03-31");
  shop_.Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
             Tiered(ProductKind::kPlan, "team", "crm", 2, 40), subscription,
             MakeSignal("e1", "ann", "2024-03-01", SignalType::kNps, 3),
             MakeSignal("e2", "ann", "2024-03-01", SignalType::kComplaintOpened)});
  const auto insight = Ask("ann", "2024-03-10");
  ASSERT_THAT(insight, IsOk());
  EXPECT_EQ(insight->rank, AccountRank::kB);  // room to team, no record with a complaint
  EXPECT_EQ(insight->figures.room_a_year, 30 * 12);
  EXPECT_THAT(insight->risk.causes, ElementsAre(RiskCause::kOpenComplaint, RiskCause::kDetractor));
  EXPECT_EQ(insight->open_complaints, 1);
  EXPECT_EQ(insight->stage, "adoption");
  ASSERT_THAT(insight->moments, SizeIs(1));
  const NextMoment& renewal = insight->moments[0];
  EXPECT_EQ(renewal.moment, Moment::kRenewal);
  EXPECT_EQ(renewal.event_at, At("2024-03-31"));
  // A quarter of the period since 29 February (a month back), less than 30 days.
  EXPECT_THAT(renewal.opens_at, Eq(At("2024-03-31") - absl::Hours(24 * 31) / 4));
  EXPECT_THAT(renewal.closes_at, Eq(At("2024-03-31")));
}

TEST_F(InsightTest, AShoppersHistoryAndHabits) {
  Product tea = Goods("tea", 10, "drinks");
  tea.consumable = true;
  shop_.Put({tea, Goods("cup", 30, "china"), Goods("lamp", 30, "light"),
             MakeOrder("1", "bob", "2024-01-01", {Line("tea"), Line("cup", 1, 30)}),
             MakeOrder("2", "bob", "2024-01-11", {Line("tea")}),
             MakeOrder("3", "bob", "2024-01-21", {Line("tea")})});
  const auto insight = Ask("bob", "2024-01-25");
  ASSERT_THAT(insight, IsOk());
  EXPECT_EQ(insight->orders, 3);
  EXPECT_EQ(insight->revenue_to_date, Money(60));
  EXPECT_THAT(insight->categories, ElementsAre(std::pair("china", 0.5), std::pair("drinks", 0.5)));
  ASSERT_THAT(insight->due, SizeIs(1));
  EXPECT_EQ(insight->due[0].at, At("2024-01-31"));
  EXPECT_NEAR(insight->figures.room_share, 1.0 / 3, 1e-12);  // light
}

TEST_F(InsightTest, ReactionsAreTold) {
  ReactionEvent said;
  said.event_id = "r1";
  said.at = At("2024-01-05");
  said.reaction = Reaction::kDeclined;
  said.customer_id = "bob";
  said.product_id = "cup";
  shop_.Put({Person("bob"), Goods("cup"), said});
  const auto insight = Ask("bob", "2024-01-25");
  ASSERT_THAT(insight, IsOk());
  ASSERT_THAT(insight->offers, SizeIs(1));
  EXPECT_EQ(insight->offers[0].product_id, "cup");
  EXPECT_EQ(insight->offers[0].reaction, Reaction::kDeclined);
  EXPECT_EQ(insight->figures.declined, 1);
}

TEST_F(InsightTest, NobodyKnownAndNoConsentAreRefused) {
  Customer ann = Person("ann");
  ann.consent_profiling = false;
  shop_.Put({ann});
  EXPECT_THAT(Ask("ann", "2024-01-25"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Ask("zoe", "2024-01-25"), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace tsugi
