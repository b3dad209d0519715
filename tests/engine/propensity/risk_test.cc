#include "engine/propensity/risk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/propensity/features.h"
#include "tests/engine/state/facts_for_tests.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Subscribed;
using testing::Tiered;

class RiskTest : public ::testing::Test {
 protected:
  RiskTest() { context_.at = At("2024-06-01"); }

  AccountRisk Risk() const { return RiskOf({}, behaviour_, context_, State(), 10); }
  SubscriptionState State() const {
    return {&subscription_, {.index = ProductIndex(0U), .facts = &plan_}, std::nullopt};
  }
  TransitionModel Learned() const {
    TransitionModel model;
    model.coefficients.assign(kPropensityFeatureCount + 1, 0);
    model.means.assign(kPropensityFeatureCount, 0);
    model.feature_version = kPropensityFeatureVersion;
    return model;
  }

  Product plan_ = Tiered(ProductKind::kPlan, "basic", "crm", 1, 10);
  Subscription subscription_ = Subscribed("s", "c", "basic");
  Behaviour behaviour_;
  Context context_;
};

TEST_F(RiskTest, WithoutAnythingKnownItIsThePrior) {
  EXPECT_NEAR(Risk().probability, 0.1, 1e-12);
  EXPECT_THAT(Risk().causes, IsEmpty());
  EXPECT_EQ(Risk().level, RiskLevel::kLow);
  subscription_.status = SubscriptionStatus::kTrialing;
  EXPECT_NEAR(Risk().probability, 0.6, 1e-12);
}

TEST_F(RiskTest, TheHeaviestCauseComesFirst) {
  context_.csat = SignalValue{1, At("2024-05-01")};
  context_.nps = SignalValue{3, At("2024-05-01")};
  context_.since = At("2024-05-01");
  EXPECT_THAT(Risk().causes,
              ElementsAre(RiskCause::kDetractor, RiskCause::kDiscontent, RiskCause::kNewCustomer));
}

TEST_F(RiskTest, WhatWasLearnedMovesRiskAndCauses) {
  context_.nps = SignalValue{0, At("2024-05-01")};
  const double before = Risk().probability;
  TransitionModel model = Learned();
  // The lower the NPS, the fewer leave: as strong as to speak against the prior's cause.
  model.coefficients[static_cast<std::size_t>(PropensityFeature::kNps) + 1] = 0.5;
  behaviour_.transitions[static_cast<std::size_t>(Transition::kLoss)] = model;
  EXPECT_LT(Risk().probability, before);
  EXPECT_THAT(Risk().causes, IsEmpty());
}

TEST_F(RiskTest, AComplaintIsAlwaysTold) {
  context_.open_complaints = {{"c1", At("2024-05-01")}};
  TransitionModel model = Learned();
  model.coefficients[static_cast<std::size_t>(PropensityFeature::kComplaints) + 1] = -5;
  behaviour_.transitions[static_cast<std::size_t>(Transition::kLoss)] = model;
  EXPECT_THAT(Risk().causes, ElementsAre(RiskCause::kOpenComplaint));
}

TEST_F(RiskTest, AModelOfOtherFeaturesIsNotUsed) {
  TransitionModel model = Learned();
  model.coefficients[0] = 5;
  model.feature_version = kPropensityFeatureVersion + 1;
  behaviour_.transitions[static_cast<std::size_t>(Transition::kLoss)] = model;
  EXPECT_NEAR(Risk().probability, 0.1, 1e-12);
}

}  // namespace
}  // namespace tsugi
