#include "engine/propensity/transitions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "models/logistic.h"
#include "tests/engine/propensity/facts_index.h"

namespace tsugi {
namespace {

using testing::At;
using testing::FactsIndex;
using testing::IsOk;
using testing::Tiered;
using testing::Version;

constexpr auto kUpgrade = static_cast<std::size_t>(Transition::kUpgrade);
constexpr auto kLoss = static_cast<std::size_t>(Transition::kLoss);

class TransitionsTest : public ::testing::Test {
 protected:
  TransitionsTest() {
    facts_.Put({Tiered(ProductKind::kPlan, "basic", "crm", 1, 10),
                Tiered(ProductKind::kPlan, "team", "crm", 2, 40)});
  }

  std::array<TransitionRows, kTransitionCount> Collect(const std::string& until) {
    auto rows = CollectTransitions(facts_.index, base::ToMicros(At(until)), {});
    EXPECT_THAT(rows, IsOk());
    return *std::move(rows);
  }

  FactsIndex facts_;
};

TEST_F(TransitionsTest, NothingLaterThanAPeriodsStartIsLookedAt) {
  facts_.Put({Version("s", "basic", SubscriptionStatus::kActive, "2024-01-01", "2024-01-01"),
              testing::MakeSignal("e1", "c-s", "2024-01-15", SignalType::kNps, 0)});
  const auto rows = Collect("2024-03-15");
  ASSERT_EQ(rows[kLoss].size(), 2);
  const auto nps_known = static_cast<std::size_t>(PropensityFeature::kNpsKnown);
  EXPECT_EQ(rows[kLoss].features[nps_known], 0);
  EXPECT_EQ(rows[kLoss].features[kPropensityFeatureCount + nps_known], 1);
}

TEST_F(TransitionsTest, TheHighestTierCannotUpgrade) {
  facts_.Put({Version("s", "team", SubscriptionStatus::kActive, "2024-01-01", "2024-01-01")});
  const auto rows = Collect("2024-03-15");
  EXPECT_EQ(rows[kLoss].size(), 2);
  EXPECT_EQ(rows[kUpgrade].size(), 0);
}

TEST_F(TransitionsTest, ThosewhoDoNotConsentAreLeftOut) {
  Customer customer = testing::Person("c-s");
  customer.consent_profiling = false;
  facts_.Put(
      {customer, Version("s", "basic", SubscriptionStatus::kActive, "2024-01-01", "2024-01-01")});
  EXPECT_EQ(Collect("2024-03-15")[kLoss].size(), 0);
}

// Rows of one feature that matters (usage) and a prior of a half.
TransitionRows Rows(int each, double share_low, double share_high) {
  TransitionRows rows;
  for (int i = 0; i < 2 * each; ++i) {
    PropensityFeatures features{};
    const bool high = i % 2 == 1;
    features[static_cast<std::size_t>(PropensityFeature::kUsage)] = high ? 0.5F : -0.5F;
    const double share = high ? share_high : share_low;
    rows.features.insert(rows.features.end(), features.begin(), features.end());
    const int pair = i / 2;
    rows.labels.push_back(pair < share * each ? 1.0F : 0.0F);
    rows.offsets.push_back(0);
  }
  return rows;
}

double Probability(const TransitionModel& model, float usage) {
  PropensityFeatures features{};
  features[static_cast<std::size_t>(PropensityFeature::kUsage)] = usage;
  return models::Sigmoid(LearnedShift(model, features));
}

TEST_F(TransitionsTest, AThinHistoryHardlyMovesThePriorAndARichOneDoes) {
  const auto thin = FitTransition(Rows(12, 0.25, 0.75), {});
  ASSERT_THAT(thin, IsOk());
  ASSERT_TRUE(thin->has_value());
  EXPECT_NEAR(Probability(**thin, 0.5), 0.5, 0.1);
  const auto rich = FitTransition(Rows(20'000, 0.2, 0.6), {});
  ASSERT_THAT(rich, IsOk());
  EXPECT_NEAR(Probability(**rich, 0.5), 0.6, 0.01);
  EXPECT_NEAR(Probability(**rich, -0.5), 0.2, 0.01);
}

TEST_F(TransitionsTest, FewerEventsThanAskedForTeachNothing) {
  const auto fit = FitTransition(Rows(4, 0.5, 1), {});
  ASSERT_THAT(fit, IsOk());
  EXPECT_FALSE(fit->has_value());
}

TEST_F(TransitionsTest, RowsDoNotDependOnTheOrderOfArrival) {
  const Fact a = Version("a", "basic", SubscriptionStatus::kActive, "2024-01-01", "2024-01-01");
  const Fact b = Version("b", "basic", SubscriptionStatus::kActive, "2023-11-01", "2023-11-01");
  facts_.Put({a, b});
  FactsIndex other;
  other.Put({b, a, Tiered(ProductKind::kPlan, "team", "crm", 2, 40),
             Tiered(ProductKind::kPlan, "basic", "crm", 1, 10)});
  const auto rows = Collect("2024-04-01");
  const auto same = CollectTransitions(other.index, base::ToMicros(At("2024-04-01")), {});
  ASSERT_THAT(same, IsOk());
  EXPECT_EQ(rows[kLoss].features, (*same)[kLoss].features);
  EXPECT_EQ(rows[kLoss].customers, (*same)[kLoss].customers);
}

}  // namespace
}  // namespace tsugi
