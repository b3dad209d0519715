// The stages of a decision: what is let through, what is dropped at which stage, and until when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/policy/policy.h"
#include "tests/engine/policy/policy_test_util.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kSimple[] = R"(version: 1
rules:
- {id: cart, moment: pre_purchase, offers: [cross_sell, upgrade]}
- {id: renewal, moment: renewal, offers: [upgrade, add_on]}
- {id: trial, moment: trial_end, offers: [trial_conversion]}
)";

// A customer on the plan Basic, renewed monthly; three tiers and an add-on.
class DecideTest : public ::testing::Test {
 protected:
  DecideTest() {
    facts_.id = "S1";
    facts_.customer_id = "C1";
    facts_.product_id = "Basic";
    facts_.started_at = T("2025-01-20");
    facts_.renews_at = T("2026-03-20T00:00:00Z");
  }

  Context WithPlan(const std::string& at) {
    Context context = At(at);
    context.subscriptions = {{&facts_, basic_, std::nullopt}};
    return context;
  }

  Decision Decide1(const Context& context, std::vector<ScoredOffer> offers, int most = 0) {
    return Decide(policy_, context, std::move(offers), most);
  }

  Catalogue shop_;
  ProductRef basic_ = shop_.Plan("Basic", 1, "10");
  ProductRef plus_ = shop_.Plan("Plus", 2, "20");
  ProductRef pro_ = shop_.Plan("Pro", 3, "40");
  ProductRef mouse_ = shop_.Goods("mouse", "20");
  ProductRef case_ = shop_.Goods("case", "30");
  ProductRef phone1_ = shop_.Goods("phone1", "100", "phone", 1);
  ProductRef phone2_ = shop_.Goods("phone2", "150", "phone", 2);
  Subscription facts_;
  Policy policy_ = Read(kSimple);
};

TEST_F(DecideTest, OffersBestFirstWithRuleMomentAndFactors) {
  const Decision decision = Decide1(At(), {CrossSell(mouse_, 0.5), CrossSell(case_, 0.5)});
  ASSERT_THAT(Ids(decision.offered), ElementsAre("case", "mouse"));
  const DecidedOffer& best = decision.offered[0];
  EXPECT_EQ(best.outcome, Outcome::kOffered);
  EXPECT_EQ(best.rule_id, "cart");
  EXPECT_EQ(best.moment, Moment::kPrePurchase);
  EXPECT_EQ(best.until, std::nullopt);
  EXPECT_EQ(best.price, Money("30"));
  EXPECT_DOUBLE_EQ(best.value, 9);  // 30 % of 30
  EXPECT_DOUBLE_EQ(best.priority, 4.5);
  EXPECT_DOUBLE_EQ(best.expected_value(), 4.5);
  EXPECT_EQ(decision.no_offer, std::nullopt);
}

TEST_F(DecideTest, TheRuleWithTheHighestPriorityWins) {
  policy_ = Read(R"(version: 1
rules:
- {id: plain, moment: pre_purchase, offers: [cross_sell]}
- {id: heavy, moment: pre_purchase, offers: [cross_sell], weight: 2, lever: 1.5}
- {id: cheap, moment: pre_purchase, offers: [cross_sell], weight: 5, discount_percent: 25}
)");
  const Decision decision = Decide1(At(), {CrossSell(mouse_)});
  ASSERT_EQ(decision.offered.size(), 1U);
  EXPECT_EQ(decision.offered[0].rule_id, "heavy");  // 6 x 3, against 5 x (15 - 14)
  EXPECT_DOUBLE_EQ(decision.offered[0].context_weight, 2);
  EXPECT_DOUBLE_EQ(decision.offered[0].lever, 1.5);
  EXPECT_DOUBLE_EQ(decision.offered[0].priority, 0.5 * 2 * 6 * 1.5);
}

TEST_F(DecideTest, AnOpenComplaintSuppressesInboundAndOutbound) {
  for (const bool outbound : {false, true}) {
    Context context = WithPlan("2026-03-18");
    context.outbound = outbound;
    context.open_complaints = {{"K1", T("2026-01-01")}};
    const Decision decision = Decide1(
        context, {CrossSell(mouse_), About(context.subscriptions[0], OfferKind::kUpgrade, plus_)});
    EXPECT_THAT(decision.offered, IsEmpty());
    ASSERT_TRUE(decision.no_offer.has_value());
    EXPECT_EQ(decision.no_offer->reason, Outcome::kOpenComplaint);
    EXPECT_EQ(decision.no_offer->retry_at, std::nullopt);
    ASSERT_THAT(Ids(decision.dropped), ElementsAre("Plus", "mouse"));
    EXPECT_EQ(decision.dropped[0].outcome, Outcome::kOpenComplaint);
  }
}

TEST_F(DecideTest, NoMomentOpenNamesTheNearestOpening) {
  Context context = WithPlan("2026-03-01");
  context.outbound = true;
  context.placement = "cs";
  const Decision decision =
      Decide1(context, {About(context.subscriptions[0], OfferKind::kUpgrade, plus_)});
  ASSERT_TRUE(decision.no_offer.has_value());
  EXPECT_EQ(decision.no_offer->reason, Outcome::kNoMomentOpen);
  // A quarter of the 28 days from 20 February.
  EXPECT_EQ(decision.no_offer->retry_at, T("2026-03-13T00:00:00Z"));
  ASSERT_EQ(decision.dropped.size(), 1U);
  EXPECT_EQ(decision.dropped[0].rule_id, "renewal");
  EXPECT_EQ(decision.dropped[0].until, T("2026-03-13T00:00:00Z"));
}

TEST_F(DecideTest, TheNextTierIsNeverDisplacedByAHigherOne) {
  Context context = WithPlan("2026-03-18");
  const auto offers = [&] {
    return std::vector<ScoredOffer>{
        About(context.subscriptions[0], OfferKind::kUpgrade, pro_, 0.9),
        About(context.subscriptions[0], OfferKind::kUpgrade, plus_, 0.1)};
  };
  EXPECT_THAT(Ids(Decide1(context, offers(), 1).offered), ElementsAre("Plus"));
  EXPECT_THAT(Ids(Decide1(context, offers(), 2).offered), ElementsAre("Pro", "Plus"));
}

}  // namespace
}  // namespace tsugi
