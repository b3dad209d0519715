#include "engine/outcomes/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "tests/engine/outcomes/story.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

OutcomeOptions Until(double day, OutcomeDimension by = OutcomeDimension::kAll) {
  OutcomeOptions options;
  options.to = Story::Day(day);
  options.by = by;
  return options;
}

TEST(OutcomeReportTest, CountsWhatWasShownAndWhatCameOfIt) {
  Story story;
  story.Show("R1", "ann", "tea", 1, "email").Show("R1", "ann", "cup", 1, "email");
  story.Show("R2", "bob", "tea", 2, "cart").Show("R3", "cid", "tea", 3, "email", true);
  story.React("R1", "", "tea", 2, Reaction::kMaybeLater).React("R1", "", "tea", 3);
  story.React("R2", "", "tea", 2, Reaction::kDeclined);
  story.Buy("ann", "tea", 3, 10).Buy("ann", "milk", 4, 100).Buy("cid", "tea", 4, 10);
  story.Buy("bob", "tea", 5, 10).Return("bob", "tea", 6, 1);
  const OutcomeReport report = ReportOutcomes(story.facts, Until(40));
  ASSERT_EQ(report.rows.size(), 1U);
  const OutcomeRow& row = report.rows[0];
  EXPECT_EQ(row.shown, 3);
  EXPECT_EQ(row.withheld, 1);
  EXPECT_EQ(row.accepted, 1);  // the newest word on it
  EXPECT_EQ(row.declined, 1);
  EXPECT_EQ(row.maybe_later, 0);
  EXPECT_EQ(row.contacts, 1);
  EXPECT_EQ(row.credited_purchases, 1);
  EXPECT_DOUBLE_EQ(row.credited_revenue, 10);
  EXPECT_DOUBLE_EQ(row.credited_margin, 3);
  EXPECT_EQ(row.treated.customers, 2);
  EXPECT_EQ(row.treated.converted, 1);               // bob brought it back
  EXPECT_DOUBLE_EQ(row.treated.revenue.mean(), 55);  // milk was bought, if not offered
  EXPECT_EQ(row.control.customers, 1);
  EXPECT_EQ(row.control.converted, 1);
  EXPECT_EQ(report.from, Story::Day(1));
}

TEST(OutcomeReportTest, OnlyOffersOfThePeriodAndPurchasesOfTheirWindowCount) {
  Story story;
  story.Show("R1", "ann", "tea", 1, "cart").Show("R2", "ann", "cup", 10, "cart");
  story.Buy("ann", "milk", 9, 1).Buy("ann", "milk", 10, 2).Buy("ann", "milk", 23.9, 4);
  story.Buy("ann", "milk", 24, 8).Buy("ann", "tea", 11, 16);
  OutcomeOptions options = Until(60);
  options.from = Story::Day(10);
  const OutcomeRow row = ReportOutcomes(story.facts, options).rows.at(0);
  EXPECT_EQ(row.shown, 1);
  EXPECT_DOUBLE_EQ(row.credited_revenue, 0);  // tea goes to the offer of before the period
  EXPECT_DOUBLE_EQ(row.treated.revenue.mean(), 2 + 4 + 16);
}

TEST(OutcomeReportTest, AReturnOfWhatWasBoughtBeforeTheOfferIsNotItsDoing) {
  Story story;
  story.Buy("ann", "milk", 1, 50).Show("R1", "ann", "tea", 2, "cart").Return("ann", "milk", 3, 1);
  EXPECT_DOUBLE_EQ(ReportOutcomes(story.facts, Until(9)).rows.at(0).treated.revenue.mean(), 0);
}

TEST(OutcomeReportTest, RowsAreByDimensionMostShownFirst) {
  Story story;
  story.Show("R1", "ann", "tea", 1, "cart").Show("R2", "bob", "tea", 1, "email");
  story.Show("R3", "cid", "tea", 1, "email").Show("R4", "dan", "tea", 1, "cs", true);
  for (Exposure& exposure : story.facts.exposures) {
    exposure.moment = exposure.placement == "cart" ? Moment::kPrePurchase : Moment::kRenewal;
    exposure.rule_id = "rule " + exposure.placement;
    exposure.offer_kind = OfferKind::kAddOn;
    exposure.model_version = "v" + exposure.recommendation_id;
  }
  story.facts.segments["bob"] = {{Story::Day(0), "old"}, {Story::Day(5), "older"}};
  const auto keys = [&](OutcomeDimension by) {
    std::vector<std::string> lines;
    for (const OutcomeRow& row : ReportOutcomes(story.facts, Until(20, by)).rows) {
      lines.push_back(absl::StrCat(row.key, " ", row.shown, "+", row.withheld));
    }
    return lines;
  };
  EXPECT_THAT(keys(OutcomeDimension::kPlacement), ElementsAre("email 2+0", "cart 1+0", "cs 0+1"));
  EXPECT_THAT(keys(OutcomeDimension::kMoment), ElementsAre("renewal 2+1", "pre_purchase 1+0"));
  EXPECT_THAT(keys(OutcomeDimension::kRule),
              ElementsAre("rule email 2+0", "rule cart 1+0", "rule cs 0+1"));
  EXPECT_THAT(keys(OutcomeDimension::kOfferKind), ElementsAre("add_on 3+1"));
  EXPECT_THAT(keys(OutcomeDimension::kSegment), ElementsAre(" 2+1", "old 1+0"));
  EXPECT_EQ(keys(OutcomeDimension::kModelVersion).size(), 4U);
}

TEST(OutcomeReportTest, ACustomerStaysInTheArmOfTheFirstOffer) {
  Story story;
  story.Show("R1", "ann", "tea", 1, "cart", true).Show("R2", "ann", "cup", 90, "cart");
  story.Buy("ann", "tea", 2, 10);
  const OutcomeRow row = ReportOutcomes(story.facts, Until(99)).rows.at(0);
  EXPECT_EQ(row.control.customers, 1);
  EXPECT_EQ(row.treated.customers, 0);
  EXPECT_DOUBLE_EQ(row.control.revenue.mean(), 10);
}

// Customers of two arms; each of `treated_share` is shown something, buyers spend 10 or 30.
Story Trial(base::Random& random, int customers, double control_share, double buys_control,
            double buys_treated) {
  Story story;
  for (int i = 0; i < customers; ++i) {
    const std::string customer = absl::StrCat("c", i);
    const bool control = random.Uniform() < control_share;
    story.Show(absl::StrCat("R", i), customer, "tea", 1, "cart", control);
    if (random.Uniform() < (control ? buys_control : buys_treated)) {
      story.Buy(customer, "tea", 2, random.Uniform() < 0.5 ? 10 : 30);
    }
  }
  return story;
}

TEST(OutcomeReportTest, WhereOffersDoNothingTheIntervalCoversZeroIn95OfAHundredPeriods) {
  base::Random random(20);
  int covered_margin = 0;
  int covered_conversion = 0;
  constexpr int kPeriods = 600;
  for (int period = 0; period < kPeriods; ++period) {
    const Story story = Trial(random, 160, 0.4, 0.3, 0.3);
    const OutcomeRow row = ReportOutcomes(story.facts, Until(20)).rows.at(0);
    covered_margin += row.margin.interval.Contains(0) ? 1 : 0;
    covered_conversion += row.conversion.interval.Contains(0) ? 1 : 0;
  }
  RecordProperty("covered_margin", covered_margin);
  RecordProperty("covered_conversion", covered_conversion);
  // Three standard errors of a share of 0.95.
  EXPECT_NEAR(covered_margin, 0.95 * kPeriods, 16);
  EXPECT_NEAR(covered_conversion, 0.95 * kPeriods, 16);
}

TEST(OutcomeReportTest, AnEffectThatIsThereIsFoundAndSaid) {
  base::Random random(3);
  const Story story = Trial(random, 4000, 0.5, 0.2, 0.4);
  const OutcomeRow row = ReportOutcomes(story.facts, Until(20)).rows.at(0);
  EXPECT_NEAR(row.revenue.value, 0.2 * 20, 1);  // of 0.2 more buyers, 20 each
  EXPECT_NEAR(row.conversion.value, 0.2, 0.05);
  EXPECT_THAT(row.verdict,
              MatchesRegex("the offers added about [0-9.]+ of margin a customer \\([0-9.]+ to "
                           "[0-9.]+\\)"));
}

TEST(OutcomeReportTest, TooFewCustomersAreToldHowManyMore) {
  base::Random random(5);
  const Story story = Trial(random, 300, 0.1, 0.2, 0.25);
  const OutcomeRow row = ReportOutcomes(story.facts, Until(20)).rows.at(0);
  ASSERT_TRUE(row.more_customers.has_value());
  EXPECT_GT(*row.more_customers, 0);
  EXPECT_THAT(row.verdict,
              MatchesRegex("not yet enough data: about [0-9]+(,[0-9]{3})* more customers needed"));
}

TEST(OutcomeReportTest, SaysWhereNobodyWasLeftAloneOrNothingWasOffered) {
  Story story;
  EXPECT_THAT(ReportOutcomes(story.facts, Until(20)).rows.at(0).verdict,
              HasSubstr("nothing was offered"));
  story.Show("R1", "ann", "tea", 1, "cart");
  EXPECT_THAT(ReportOutcomes(story.facts, Until(20)).rows.at(0).verdict,
              HasSubstr("control_group_percent"));
}

TEST(OutcomeReportTest, ReadsFromTheStoreWhatHappenedBeforeTheEnd) {
  Story story;
  story.Show("R1", "ann", "tea", 1, "cart").Show("R2", "bob", "tea", 9, "cart");
  story.Buy("ann", "tea", 2, 10).Buy("ann", "tea", 9, 10).Buy("zoe", "tea", 2, 10);
  Product tea;
  tea.id = "tea";
  tea.unit_cost = base::Decimal::FromUnits(4);
  Customer ann;
  ann.id = "ann";
  ann.segment = "new";
  testing::MemoryStore store;
  std::vector<Fact> facts = {tea, ann};
  facts.insert(facts.end(), story.facts.exposures.begin(), story.facts.exposures.end());
  facts.insert(facts.end(), story.facts.orders.begin(), story.facts.orders.end());
  ASSERT_OK(store.Put(facts));
  ASSERT_OK_AND_ASSIGN(const OutcomeFacts read, ReadOutcomeFacts(store, Story::Day(5)));
  EXPECT_EQ(read.orders.size(), 1U);  // zoe was not approached
  const OutcomeReport report = ReportOutcomes(read, Until(5, OutcomeDimension::kSegment));
  ASSERT_EQ(report.rows.size(), 1U);
  EXPECT_EQ(report.rows[0].key, "new");
  EXPECT_DOUBLE_EQ(report.rows[0].credited_margin, 6);
}

}  // namespace
}  // namespace tsugi
