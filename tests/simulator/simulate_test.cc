#include "simulator/simulate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::simulator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::StatusIs;

SimulateOptions Small() {
  SimulateOptions options;
  options.customers = 60;
  options.days = 40;
  options.warm_up_days = 120;
  options.offers_from = 80;
  options.seeds = 2;
  return options;
}

std::map<std::string, Row> ByPolicy(const Comparison& comparison) {
  std::map<std::string, Row> rows;
  for (const Row& row : comparison.rows) rows[row.policy] = row;
  return rows;
}

TEST(Simulate, ComparesEightPolicies) {
  EXPECT_THAT(PolicyNames(), ElementsAre("never", "random", "best_seller", "propensity_only",
                                         "no_timing", "no_limits", "tsugi", "oracle"));
}

TEST(Simulate, NeverGainsNothingAndContactsNobody) {
  ASSERT_OK_AND_ASSIGN(const Comparison comparison, Simulate(Small()));
  ASSERT_EQ(comparison.rows.size(), 8U);
  const Row& never = comparison.rows[0];
  EXPECT_EQ(never.policy, "never");
  EXPECT_EQ(never.gain.mean, 0);
  EXPECT_EQ(never.contacts, 0);
  EXPECT_GT(never.value.mean, 0);
  for (const Row& row : comparison.rows) {
    EXPECT_LE(row.gain.low, row.gain.mean) << row.policy;
    EXPECT_GE(row.gain.high, row.gain.mean) << row.policy;
    EXPECT_GE(row.churn, 0) << row.policy;
    EXPECT_LE(row.churn, 1) << row.policy;
    if (row.policy != "never") {
      EXPECT_GT(row.shown, 0) << row.policy;
    }
  }
}

TEST(Simulate, EqualOptionsGiveEqualFiguresOnAnyNumberOfThreads) {
  SimulateOptions options = Small();
  options.only = {"random", "tsugi", "oracle"};
  Comparison one;
  Comparison four;
  base::WithThreads(1, [&] { one = *Simulate(options); });
  base::WithThreads(4, [&] { four = *Simulate(options); });
  ASSERT_EQ(one.rows.size(), four.rows.size());
  for (std::size_t i = 0; i < one.rows.size(); ++i) {
    EXPECT_EQ(one.rows[i].gain.mean, four.rows[i].gain.mean) << one.rows[i].policy;
    EXPECT_EQ(one.rows[i].contacts, four.rows[i].contacts) << one.rows[i].policy;
    EXPECT_EQ(one.rows[i].shown, four.rows[i].shown) << one.rows[i].policy;
  }
}

TEST(Simulate, APolicyFacesTheSameMarketWhateverElseIsCompared) {
  SimulateOptions options = Small();
  options.seeds = 1;
  ASSERT_OK_AND_ASSIGN(const std::vector<Outcome> alone, SimulateSeed(options, 3, {"best_seller"}));
  ASSERT_OK_AND_ASSIGN(const std::vector<Outcome> among,
                       SimulateSeed(options, 3, {"never", "random", "best_seller"}));
  EXPECT_EQ(alone[0].value(), among[2].value());
  EXPECT_EQ(alone[0].shown, among[2].shown);
}

class SimulateOfFamily : public ::testing::TestWithParam<Family> {};
INSTANTIATE_TEST_SUITE_P(BothFamilies, SimulateOfFamily, ::testing::Values(Family::kA, Family::kB));

TEST_P(SimulateOfFamily, TheOracleGainsMoreThanSilenceChanceAndBestSellers) {
  SimulateOptions options = Small();
  options.family = GetParam();
  options.customers = 150;
  options.days = 90;
  options.seeds = 3;
  options.only = {"random", "best_seller", "oracle"};
  ASSERT_OK_AND_ASSIGN(const Comparison comparison, Simulate(options));
  const std::map<std::string, Row> rows = ByPolicy(comparison);
  EXPECT_GT(rows.at("oracle").gain.mean, 0);
  EXPECT_GT(rows.at("oracle").gain.mean, rows.at("random").gain.mean);
  EXPECT_GT(rows.at("oracle").gain.mean, rows.at("best_seller").gain.mean);
  EXPECT_LT(rows.at("oracle").contacts, rows.at("random").contacts);
}

TEST(Simulate, AnUnknownPolicyIsNamedWithThoseThereAre) {
  SimulateOptions options = Small();
  options.only = {"sometimes"};
  EXPECT_THAT(Simulate(options), StatusIs(absl::StatusCode::kInvalidArgument,
                                          HasSubstr("\"sometimes\" is unknown; one of never")));
  options = Small();
  options.days = 0;
  EXPECT_THAT(Simulate(options), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("days")));
}

}  // namespace
}  // namespace tsugi::simulator
