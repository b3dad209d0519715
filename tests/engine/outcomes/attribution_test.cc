#include "engine/outcomes/attribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/engine/outcomes/story.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "R1/tea 20": what each offer is credited with, returns taken off, in the order of the exposures.
std::vector<std::string> Credited(const OutcomeFacts& facts) {
  const std::vector<PurchaseEvent> purchases = PurchaseEvents(facts, 0.3);
  std::vector<double> revenue(facts.exposures.size());
  for (const Credit& credit : CreditPurchases(facts.exposures, purchases, absl::Hours(24 * 14))) {
    revenue[credit.exposure] += purchases[credit.purchase].revenue;
  }
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < revenue.size(); ++i) {
    const Exposure& exposure = facts.exposures[i];
    if (revenue[i] != 0) {
      lines.push_back(
          absl::StrCat(exposure.recommendation_id, "/", exposure.product_id, " ", revenue[i]));
    }
  }
  return lines;
}

TEST(AttributionTest, ALineThatNamesAnAnswerIsCreditedToItHoweverLongAgo) {
  Story story;
  story.Show("R1", "ann", "tea", 1, "email").Show("R2", "ann", "tea", 30, "cart");
  story.Buy("ann", "tea", 31, 10, "R1");
  EXPECT_THAT(Credited(story.facts), ElementsAre("R1/tea 10"));
}

TEST(AttributionTest, AnswersAreNamedByUnknownVisitorsToo) {
  Story story;
  story.Show("R1", "", "tea", 1, "cart");
  story.Buy("", "tea", 1, 10, "R1").Buy("", "tea", 2, 10);
  EXPECT_THAT(Credited(story.facts), ElementsAre("R1/tea 10"));
}

TEST(AttributionTest, AnotherProductOfANamedAnswerIsCreditedToItsFirstOffer) {
  Story story;
  story.Show("R1", "ann", "set", 1, "cart").Show("R1", "ann", "milk", 1, "cart");
  story.Buy("ann", "cup", 1, 10, "R1");
  EXPECT_THAT(Credited(story.facts), ElementsAre("R1/set 10"));
}

TEST(AttributionTest, OverInterleavedChannelsEachPurchaseGoesToTheLastShownOffer) {
  Story story;
  story.Show("R1", "ann", "tea", 1, "email")
      .Show("R2", "ann", "tea", 3, "cart")
      .Show("R3", "ann", "tea", 5, "cs")
      .Show("R4", "ann", "cup", 5, "cs")
      .Show("R5", "bob", "tea", 5, "email");
  story.Buy("ann", "tea", 2, 10).Buy("ann", "tea", 4, 20).Buy("ann", "tea", 6, 40);
  EXPECT_THAT(Credited(story.facts), ElementsAre("R1/tea 10", "R2/tea 20", "R3/tea 40"));
}

TEST(AttributionTest, OutsideTheWindowAndBeforeTheOfferNothingIsCredited) {
  Story story;
  story.Show("R1", "ann", "tea", 10, "email");
  story.Buy("ann", "tea", 9, 10).Buy("ann", "tea", 24, 10);
  EXPECT_THAT(Credited(story.facts), IsEmpty());
  story.Buy("ann", "tea", 10, 7);  // at the same instant
  EXPECT_THAT(Credited(story.facts), ElementsAre("R1/tea 7"));
}

TEST(AttributionTest, WhatWasWithheldEarnsNoCredit) {
  Story story;
  story.Show("R1", "ann", "tea", 1, "email", /*control=*/true);
  story.Buy("ann", "tea", 2, 10).Buy("ann", "tea", 2, 10, "R1");
  EXPECT_THAT(Credited(story.facts), IsEmpty());
}

TEST(AttributionTest, AReturnTakesTheCreditBackFromTheOfferThatHadIt) {
  Story story;
  story.Show("R1", "ann", "tea", 1, "email");
  story.Buy("ann", "tea", 2, 10);
  story.Show("R2", "ann", "tea", 3, "cart");
  story.Buy("ann", "tea", 4, 20);
  story.Return("ann", "tea", 30, 1);  // the latest sale: R2's, weeks after
  EXPECT_THAT(Credited(story.facts), ElementsAre("R1/tea 10"));
  story.Return("ann", "tea", 31, 5);  // the other one, as far as sales go
  EXPECT_THAT(Credited(story.facts), IsEmpty());
}

TEST(AttributionTest, APartOfASaleMayComeBackAtItsOwnPriceAndTime) {
  Story story;
  story.Show("R1", "ann", "tea", 1, "email");
  story.Buy("ann", "tea", 2, 10, "", 4);
  story.Return("ann", "tea", 9, 1);
  EXPECT_THAT(Credited(story.facts), ElementsAre("R1/tea 30"));
  const std::vector<PurchaseEvent> purchases = PurchaseEvents(story.facts, 0.3);
  ASSERT_EQ(purchases.size(), 2U);
  EXPECT_EQ(purchases[1].at, Story::Day(9));
  EXPECT_DOUBLE_EQ(purchases[1].revenue, -10);
  EXPECT_DOUBLE_EQ(purchases[1].margin, -3);
}

TEST(AttributionTest, MarginIsRevenueLessTheCostOfThatTime) {
  Story story;
  story.facts.unit_costs["tea"] = {{Story::Day(0), base::Decimal::FromUnits(6)},
                                   {Story::Day(5), base::Decimal::FromUnits(9)}};
  story.Buy("ann", "tea", 2, 10).Buy("ann", "tea", 5, 10).Buy("ann", "cup", 5, 10);
  std::vector<double> margins;
  for (const PurchaseEvent& event : PurchaseEvents(story.facts, 0.3))
    margins.push_back(event.margin);
  EXPECT_THAT(margins, ElementsAre(4, 1, 3));
}

TEST(AttributionTest, AReactionSpeaksOfItsAnswerOrOfTheOfferShownLast) {
  Story story;
  story.Show("R1", "ann", "tea", 1, "email").Show("R2", "ann", "tea", 5, "cart");
  story.React("R1", "", "tea", 9).React("", "ann", "tea", 3).React("", "ann", "tea", 6);
  story.React("", "ann", "cup", 6).React("R9", "ann", "tea", 6);
  EXPECT_THAT(OffersOfReactions(story.facts.exposures, story.facts.reactions),
              ElementsAre(0, 0, 1, 2, 2));
}

}  // namespace
}  // namespace tsugi
