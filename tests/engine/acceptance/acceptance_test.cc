#include "engine/acceptance/acceptance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/acceptance/fit.h"
#include "engine/acceptance/prior.h"
#include "engine/candidates/bound_model.h"
#include "engine/training/train.h"
#include "tests/engine/training/sample_store.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/shop.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::At;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::MemoryStore;
using ::tsugi::testing::SampleFacts;
using ::tsugi::testing::StatusIs;

// P0 is shown to 20 customers twenty times each: on the page they take it one time in two, by mail
// one in ten.
std::vector<Fact> Showings() {
  std::vector<Fact> facts;
  for (int i = 0; i < 400; ++i) {
    const int round = i / 20;
    const bool mail = round % 2 == 1;
    Exposure exposure;
    exposure.recommendation_id = absl::StrCat("R", i);
    exposure.product_id = "P0";
    exposure.customer_id = absl::StrCat("C", i % 20);
    exposure.placement = mail ? "email" : "checkout";
    exposure.at = At("2024-02-01") + absl::Hours(2 * i);
    facts.emplace_back(exposure);
    if ((round / 2 + i) % (mail ? 10 : 2) != 0) continue;
    ReactionEvent event;
    event.event_id = absl::StrCat("E", i);
    event.recommendation_id = exposure.recommendation_id;
    event.product_id = "P0";
    event.at = exposure.at + absl::Minutes(1);
    facts.emplace_back(event);
  }
  return facts;
}

struct Learned {
  ScannedStore scanned;
  TrainedSet trained;
  AcceptanceFit fit;
};

absl::StatusOr<Learned> Learn(const std::vector<Fact>& shown, const AcceptanceOptions& options) {
  MemoryStore store;
  std::vector<Fact> facts = SampleFacts(300);
  facts.insert(facts.end(), shown.begin(), shown.end());
  TSUGI_RETURN_IF_ERROR(store.Put(facts));
  Learned out;
  TSUGI_ASSIGN_OR_RETURN(out.scanned, ScanStore(store));
  TrainConfig config;
  config.ials.dim = 4;
  config.ials.epochs = 1;
  TSUGI_ASSIGN_OR_RETURN(
      out.trained, TrainWithRanker(out.scanned.history.All(), out.scanned.index.get(), config, 1));
  const BoundModel model =
      BoundModel::Bind("", TrainedModels::SetOf(out.trained.models), out.scanned.index.get());
  const std::vector<ShownAnswer> answers = out.scanned.showings.AsOf(At("2025-01-01"));
  TSUGI_ASSIGN_OR_RETURN(
      out.fit, FitAcceptance(answers, *out.scanned.index, model, ContextOptions(), options));
  return out;
}

double Probability(const ModelSet& models, bool outbound) {
  Context context;
  context.at = At("2024-03-20");
  context.outbound = outbound;
  std::vector<ScoredOffer> offers(1);
  offers[0].candidate.product.index = ProductIndex(0U);
  offers[0].probability = 0.05;
  FactIndex index;
  const BoundModel model = BoundModel::Bind("", std::make_shared<ModelSet>(models), &index);
  const base::ReaderLock lock(&index.mutex());
  ApplyAcceptance(model, index, context, offers);
  return offers[0].probability;
}

TEST(AcceptanceTest, LearnsThatPagesAreAnsweredAndMailsAreNot) {
  ASSERT_OK_AND_ASSIGN(const Learned learned, Learn(Showings(), {.prior_strength = 0.005}));
  ASSERT_TRUE(learned.fit.report.fitted) << learned.fit.report.why;
  EXPECT_EQ(learned.fit.report.shown, 400U);
  EXPECT_EQ(learned.fit.report.accepted, 120U);
  EXPECT_LT(learned.fit.report.log_loss, learned.fit.report.prior_log_loss);
  ModelSet models;
  models.behaviour.acceptance = learned.fit.model;
  ASSERT_THAT(CheckAcceptance(models), IsOk());
  // Odds of 1 to 1 against 1 to 9; the prior holds them back, and a part goes to how often it was
  // shown before, which is less where the rounds are pages.
  const double page = Probability(models, /*outbound=*/false);
  const double mail = Probability(models, /*outbound=*/true);
  EXPECT_NEAR(std::log(page / (1 - page) * (1 - mail) / mail), std::log(9.0), 0.5);
}

TEST(AcceptanceTest, TooFewAcceptedLeaveTheProbabilityOfPurchase) {
  ASSERT_OK_AND_ASSIGN(const Learned learned, Learn(Showings(), {.fewest_accepted = 121}));
  EXPECT_FALSE(learned.fit.model.has_value());
  EXPECT_THAT(learned.fit.report.why, HasSubstr("120 of 400"));
  EXPECT_DOUBLE_EQ(Probability(ModelSet(), false), 0.05);
}

TEST(AcceptanceTest, FewShowingsMoveAStrongPriorLittle) {
  ASSERT_OK_AND_ASSIGN(const Learned weak, Learn(Showings(), {.prior_strength = 0.1}));
  ASSERT_OK_AND_ASSIGN(const Learned strong, Learn(Showings(), {.prior_strength = 1e5}));
  const auto moved = [](const Learned& learned) {
    const auto outbound = static_cast<std::size_t>(AcceptanceFeature::kOutbound);
    return std::abs(learned.fit.model->coefficients[outbound + 1] -
                    AcceptancePrior()[outbound].mean);
  };
  EXPECT_GT(moved(weak), 0.5);
  EXPECT_LT(moved(strong), 0.01);
  EXPECT_NEAR(strong.fit.model->coefficients[0], kAcceptancePriorIntercept.mean, 0.01);
}

TEST(AcceptanceTest, WhatWasNotShownFollowsByTheFactorOfAll) {
  ASSERT_OK_AND_ASSIGN(const Learned learned, Learn(Showings(), {}));
  const std::vector<double>& c = learned.fit.model->coefficients;
  // Nothing of a trial, a plan or a set was shown: these move by the factor alone.
  const auto factor = [&](AcceptanceFeature feature) {
    const auto f = static_cast<std::size_t>(feature);
    return c[f + 1] / AcceptancePrior()[f].mean;
  };
  EXPECT_NEAR(factor(AcceptanceFeature::kTrialEnd), factor(AcceptanceFeature::kNearLimit), 1e-6);
  EXPECT_NEAR(factor(AcceptanceFeature::kTrialEnd), factor(AcceptanceFeature::kBundle), 1e-6);
  EXPECT_NE(factor(AcceptanceFeature::kTrialEnd), 1);
  EXPECT_NEAR(factor(AcceptanceFeature::kTrialEnd), 1, 3 * kAcceptanceFactorDeviation);
}

TEST(AcceptanceTest, CoefficientsOfAnotherBuildAreRefused) {
  ModelSet models;
  models.behaviour.acceptance = AcceptanceModel{{1, 2}, kAcceptanceVersion, 0, 0};
  EXPECT_THAT(CheckAcceptance(models),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("train again")));
}

}  // namespace
}  // namespace tsugi
