#include "engine/candidates/segment_evidence.h"

#include <gtest/gtest.h>

namespace tsugi {
namespace {

// 100 of everyone's 400 orders with item 0 hold item 1.
Evidence OfEveryone() {
  Evidence evidence;
  evidence.orders_together = 100;
  evidence.base_orders = 400;
  evidence.all_orders = 10000;
  evidence.confidence = 0.25;
  evidence.lift = 2;
  evidence.since = absl::UnixEpoch();
  return evidence;
}

// One segment of 200 orders: 50 with item 0, 40 with item 1, `together` with both.
models::SegmentPairsModel Segment(std::uint32_t together) {
  models::SegmentPairsModel model;
  model.prior_orders = 50;
  model.segment_offsets = {0, 1};
  model.segment_orders = {200};
  model.row_items = {0};
  model.row_orders = {50};
  model.offsets = {0, 1};
  model.neighbours = {1};
  model.pair_orders = {together};
  model.neighbour_orders = {40};
  return model;
}

TEST(ConditionOnSegmentTest, StrongerEvidenceOfTheSegmentTakesThePlaceOfEveryones) {
  const models::SegmentPairsModel model = Segment(30);
  ModelSet models;
  models.segment_pairs = model.View();
  Evidence evidence = OfEveryone();
  EXPECT_DOUBLE_EQ(ConditionOnSegment(models, 0, "families", 0, 1, evidence),
                   (30 + 50 * 0.25) / 100);
  EXPECT_EQ(evidence.segment, "families");
  EXPECT_EQ(evidence.orders_together, 30U);
  EXPECT_EQ(evidence.base_orders, 50U);
  EXPECT_EQ(evidence.all_orders, 200U);
  EXPECT_DOUBLE_EQ(evidence.confidence, 0.6);
  EXPECT_DOUBLE_EQ(evidence.support, 0.15);
  EXPECT_DOUBLE_EQ(evidence.lift, 3);  // 0.6 / (40 / 200)
  EXPECT_FALSE(evidence.since.has_value());
}

TEST(ConditionOnSegmentTest, WeakerEvidenceLowersTheScoreAndLeavesTheReasonToEveryone) {
  const models::SegmentPairsModel model = Segment(5);
  ModelSet models;
  models.segment_pairs = model.View();
  Evidence evidence = OfEveryone();
  EXPECT_DOUBLE_EQ(ConditionOnSegment(models, 0, "families", 0, 1, evidence), 0.175);
  EXPECT_EQ(evidence.segment, "");
  EXPECT_EQ(evidence.orders_together, 100U);
}

TEST(ConditionOnSegmentTest, WhatTheSegmentDoesNotCarryStaysEveryones) {
  const models::SegmentPairsModel model = Segment(30);
  ModelSet models;
  models.segment_pairs = model.View();
  Evidence evidence = OfEveryone();
  EXPECT_DOUBLE_EQ(ConditionOnSegment(models, 0, "families", 1, 0, evidence), 0.25);
  EXPECT_DOUBLE_EQ(ConditionOnSegment(models, models::kNoSegment, "", 0, 1, evidence), 0.25);
  EXPECT_DOUBLE_EQ(ConditionOnSegment(ModelSet(), 0, "families", 0, 1, evidence), 0.25);
  EXPECT_EQ(evidence.segment, "");
  Evidence none;
  EXPECT_DOUBLE_EQ(ConditionOnSegment(models, 0, "families", 0, 1, none), 0);
}

}  // namespace
}  // namespace tsugi
