#include "engine/acceptance/showing_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/testing/shop.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tsugi::testing::At;
using ::tsugi::testing::OrderOf;

constexpr char kLater[] = "2024-03-01";

Exposure Shown(std::string recommendation, std::string product, std::string_view at) {
  Exposure exposure;
  exposure.recommendation_id = std::move(recommendation);
  exposure.product_id = std::move(product);
  exposure.customer_id = "C1";
  exposure.placement = "checkout";
  exposure.at = At(at);
  return exposure;
}

ReactionEvent Said(std::string recommendation, std::string product, Reaction reaction,
                   std::string_view at) {
  ReactionEvent event;
  event.event_id = recommendation + product;
  event.recommendation_id = std::move(recommendation);
  event.product_id = std::move(product);
  event.reaction = reaction;
  event.at = At(at);
  return event;
}

Order Bought(std::string recommendation, std::string product, std::string_view at) {
  Order order = OrderOf("O1", "C1", at, {{std::move(product)}});
  order.lines[0].recommendation_id = std::move(recommendation);
  return order;
}

ShowingLog LogOf(const std::vector<Fact>& facts) {
  ShowingLog log;
  Seq seq = 0;
  for (const Fact& fact : facts) log.Add({++seq, Stored{fact, absl::InfinitePast()}});
  return log;
}

TEST(ShowingLogTest, OneAnswerHoldsItsOffersByProduct) {
  const ShowingLog log = LogOf({Shown("R1", "B", "2024-01-02"), Shown("R1", "A", "2024-01-02"),
                                Shown("R0", "C", "2024-01-01")});
  const auto answers = log.AsOf(At(kLater));
  ASSERT_THAT(answers, SizeIs(2));
  EXPECT_EQ(answers[0].offers[0].product_id, "C");
  ASSERT_THAT(answers[1].offers, SizeIs(2));
  EXPECT_EQ(answers[1].offers[0].product_id, "A");
  EXPECT_EQ(answers[1].customer_id, "C1");
}

TEST(ShowingLogTest, AReactionOrAnOrderLineWithTheIdAccepts) {
  const ShowingLog log =
      LogOf({Shown("R1", "A", "2024-01-02"), Shown("R2", "A", "2024-01-03"),
             Shown("R3", "A", "2024-01-04"), Said("R1", "A", Reaction::kAccepted, "2024-01-02"),
             Said("R2", "A", Reaction::kDeclined, "2024-01-03"), Bought("R3", "A", "2024-01-05")});
  const auto answers = log.AsOf(At(kLater));
  ASSERT_THAT(answers, SizeIs(3));
  EXPECT_TRUE(answers[0].offers[0].accepted);
  EXPECT_FALSE(answers[1].offers[0].accepted);
  EXPECT_TRUE(answers[2].offers[0].accepted);
}

TEST(ShowingLogTest, WhatIsAcceptedTooLateOrAfterTheEndDoesNotCount) {
  const std::vector<Fact> facts = {Shown("R1", "A", "2024-01-01"),
                                   Bought("R1", "A", "2024-01-15 00:00:01")};
  EXPECT_FALSE(LogOf(facts).AsOf(At(kLater))[0].offers[0].accepted);
  const std::vector<Fact> in_time = {Shown("R1", "A", "2024-01-01"),
                                     Bought("R1", "A", "2024-01-15")};
  EXPECT_TRUE(LogOf(in_time).AsOf(At(kLater))[0].offers[0].accepted);
  EXPECT_FALSE(LogOf(in_time).AsOf(At("2024-01-15"))[0].offers[0].accepted);
}

Fact Visited(std::string customer, std::string product, std::string_view at) {
  Signal signal;
  signal.event_id = customer + product + std::string(at);
  signal.customer_id = std::move(customer);
  signal.product_id = std::move(product);
  signal.type = SignalType::kVisit;
  signal.at = At(at);
  return signal;
}

TEST(ShowingLogTest, WhatWasViewedWithinTheHourBeforeBelongsToTheAnswer) {
  const ShowingLog log =
      LogOf({Visited("C1", "V0", "2024-01-01 10:59:59"), Visited("C1", "V2", "2024-01-01 11:00:00"),
             Visited("C1", "V1", "2024-01-01 12:00:00"), Visited("C1", "V2", "2024-01-01 12:00:00"),
             Visited("C2", "V3", "2024-01-01 12:00:00"), Visited("C1", "", "2024-01-01 12:00:00"),
             Shown("R1", "A", "2024-01-01 12:00:00"), Visited("C1", "V4", "2024-01-01 12:00:00")});
  const auto answers = log.AsOf(At(kLater));
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_THAT(answers[0].viewed, ElementsAre("V1", "V2"));
}

TEST(ShowingLogTest, TheNewestAnswersAreStillUndecided) {
  const ShowingLog log = LogOf({Shown("R1", "A", "2024-01-01")});
  EXPECT_THAT(log.AsOf(At("2024-01-03 23:59:59")), IsEmpty());
  EXPECT_THAT(log.AsOf(At("2024-01-04")), SizeIs(1));
}

TEST(ShowingLogTest, TheControlArmWasNotShownAndErasedCustomersAreForgotten) {
  Exposure control = Shown("R1", "A", "2024-01-01");
  control.control = true;
  ShowingLog log = LogOf({control, Shown("R2", "A", "2024-01-02")});
  ASSERT_THAT(log.AsOf(At(kLater)), SizeIs(1));
  log.Add({9, Tombstone{FactKind::kCustomer, "C1"}});
  EXPECT_THAT(log.AsOf(At(kLater)), IsEmpty());
}

TEST(ShowingLogTest, KeepsTheNewestOfTooMany) {
  ShowingLog log({.most_offers = 1});
  log.Add({1, Stored{Shown("R1", "A", "2024-01-02"), absl::InfinitePast()}});
  log.Add({2, Stored{Shown("R2", "B", "2024-01-01"), absl::InfinitePast()}});
  const auto answers = log.AsOf(At(kLater));
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(answers[0].offers[0].product_id, "A");
}

}  // namespace
}  // namespace tsugi
