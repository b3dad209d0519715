#include "engine/propensity/features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/state/facts_for_tests.h"

namespace tsugi {
namespace {

using testing::At;
using testing::Subscribed;
using testing::Tiered;

float Of(const PropensityFeatures& features, PropensityFeature feature) {
  return features[static_cast<std::size_t>(feature)];
}

TEST(PropensityFeaturesTest, SayWhatIsKnown) {
  Product plan = Tiered(ProductKind::kPlan, "team", "crm", 2, 40);
  plan.usage_limit = 100;
  Subscription facts = Subscribed("s", "c", "team");
  facts.seats = 3;
  Context context;
  context.at = At("2024-01-01");
  context.since = At("2023-01-01");
  context.nps = SignalValue{10, At("2023-12-01")};
  context.spend = testing::Money(99);
  context.reactions = {{{}, Reaction::kDeclined, At("2023-12-01")},
                       {{}, Reaction::kDeclined, At("2023-01-02")},
                       {{}, Reaction::kAccepted, At("2023-01-02")}};
  const SubscriptionState state = {&facts, {.index = ProductIndex(0U), .facts = &plan}, 90.0};
  const PropensityFeatures features = FillPropensityFeatures(context, state, 40);
  EXPECT_FLOAT_EQ(Of(features, PropensityFeature::kTenure), std::log(366.0F));
  EXPECT_FLOAT_EQ(Of(features, PropensityFeature::kUsage), 0.4F);
  EXPECT_FLOAT_EQ(Of(features, PropensityFeature::kUsageKnown), 1);
  EXPECT_FLOAT_EQ(Of(features, PropensityFeature::kNps), 1);
  EXPECT_FLOAT_EQ(Of(features, PropensityFeature::kCsatKnown), 0);
  EXPECT_FLOAT_EQ(Of(features, PropensityFeature::kSpend), std::log(100.0F));
  EXPECT_FLOAT_EQ(Of(features, PropensityFeature::kPrice), std::log(121.0F));
  EXPECT_FLOAT_EQ(Of(features, PropensityFeature::kTier), 2);
  EXPECT_FLOAT_EQ(Of(features, PropensityFeature::kDeclined), 1);  // of the last 180 days
  EXPECT_FLOAT_EQ(Of(features, PropensityFeature::kAccepted), std::log(2.0F));
}

TEST(PropensityFeaturesTest, HaveANameEach) {
  EXPECT_EQ(PropensityFeatureNames().size(), kPropensityFeatureCount);
  EXPECT_EQ(PropensityFeatureNames()[static_cast<std::size_t>(PropensityFeature::kOtherPlans)],
            "other_plans");
}

}  // namespace
}  // namespace tsugi
