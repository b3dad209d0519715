#include "models/replenishment.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace tsugi::models {
namespace {

TEST(SummariseIntervalsTest, LeavesOutLapses) {
  std::vector<double> days = {30, 200, 30, 30, 5};
  const HabitIntervals summary = SummariseIntervals(days);
  EXPECT_EQ(summary.count, 3);
  EXPECT_NEAR(summary.mean, std::log(30), 1e-12);
  EXPECT_NEAR(summary.squares, 0, 1e-12);
}

TEST(SummariseIntervalsTest, SquaresAreAroundTheMeanOfTheLogs) {
  std::vector<double> days = {20, 40};
  const HabitIntervals summary = SummariseIntervals(days);
  EXPECT_EQ(summary.count, 2);
  EXPECT_NEAR(summary.mean, 0.5 * (std::log(20) + std::log(40)), 1e-12);
  EXPECT_NEAR(summary.squares, 0.5 * std::log(2) * std::log(2), 1e-12);
  EXPECT_EQ(SummariseIntervals({}).count, 0);
}

TEST(EstimateTimingsTest, WhatWasNotSeenIsTheProductsUsualInterval) {
  const std::array<HabitIntervals, 1> none = {};
  const std::array<double, 1> usual = {std::log(30)};
  std::array<HabitTiming, 1> timing;
  EstimateTimings({.customer = 0.3, .habit = 0.2, .interval = 0.4}, none, usual, timing);
  EXPECT_NEAR(timing[0].log_days, std::log(30), 1e-12);
  EXPECT_NEAR(timing[0].spread, std::sqrt(0.09 + 0.04 + 0.16), 1e-12);
}

// Posterior of three habits by brute force: the pace on a grid, each habit's own deviation given
// it.
TEST(EstimateTimingsTest, IsThePosteriorOfTheHierarchy) {
  const ReplenishmentSpread spread = {.customer = 0.5, .habit = 0.3, .interval = 0.4};
  const std::array<HabitIntervals, 3> habits = {
      HabitIntervals{.mean = std::log(45), .squares = 0, .count = 4},
      HabitIntervals{.mean = std::log(20), .squares = 0, .count = 1}, HabitIntervals{}};
  const std::array<double, 3> usual = {std::log(30), std::log(15), std::log(60)};
  std::array<HabitTiming, 3> timing;
  EstimateTimings(spread, habits, usual, timing);

  double total = 0;
  std::array<double, 3> mean = {};
  std::array<double, 3> square = {};
  for (double pace = -4; pace <= 4; pace += 0.001) {
    double weight = std::exp(-0.5 * pace * pace / (0.5 * 0.5));
    std::array<double, 3> own = {};
    std::array<double, 3> variance = {0.09, 0.09, 0.09};
    for (std::size_t h = 0; h < 2; ++h) {
      const double noise = 0.16 / habits[h].count;
      const double distance = habits[h].mean - usual[h] - pace;
      weight *= std::exp(-0.5 * distance * distance / (0.09 + noise));
      own[h] = distance * 0.09 / (0.09 + noise);
      variance[h] = 0.09 * noise / (0.09 + noise);
    }
    total += weight;
    for (std::size_t h = 0; h < 3; ++h) {
      const double log_days = usual[h] + pace + own[h];
      mean[h] += weight * log_days;
      square[h] += weight * (log_days * log_days + variance[h] + 0.16);
    }
  }
  for (std::size_t h = 0; h < 3; ++h) {
    EXPECT_NEAR(timing[h].log_days, mean[h] / total, 1e-6);
    const double variance = square[h] / total - mean[h] * mean[h] / (total * total);
    EXPECT_NEAR(timing[h].spread, std::sqrt(variance), 1e-6);
  }
}

TEST(ChanceDueTest, IsHalfWhenTheIntervalIsOver) {
  const HabitTiming timing = {.log_days = std::log(30), .spread = 0.25};
  EXPECT_EQ(ChanceDue(timing, 0), 0);
  EXPECT_NEAR(ChanceDue(timing, 30), 0.5, 1e-12);
  EXPECT_NEAR(ChanceDue(timing, 30 * std::exp(0.25)), 0.841344746, 1e-9);
  EXPECT_LT(ChanceDue(timing, 15), 0.01);
}

TEST(LearnReplenishmentTest, FindsTheSpreadsAndTheUsualIntervals) {
  const std::array<double, 3> usual = {14, 30, 60};
  base::Random random(1);
  std::vector<ObservedHabit> habits;
  for (std::uint32_t c = 0; c < 3000; ++c) {
    const double pace = 0.3 * random.Normal();
    for (std::uint32_t p = 0; p < 3; ++p) {
      const double own = std::log(usual[p]) + pace + 0.2 * random.Normal();
      ObservedHabit habit = {.customer = c, .product = p, .days = {}};
      for (int k = 0; k < 5; ++k) habit.days.push_back(std::exp(own + 0.15 * random.Normal()));
      habits.push_back(habit);
    }
  }
  const ReplenishmentModel model = LearnReplenishment(habits, 4);
  for (std::size_t p = 0; p < 3; ++p) EXPECT_NEAR(model.usual_days[p] / usual[p], 1, 0.03);
  EXPECT_NEAR(model.usual_days[3] / 30, 1, 0.05);  // never seen: as all of them
  EXPECT_NEAR(model.spread.customer, 0.3, 0.015);
  EXPECT_NEAR(model.spread.habit, 0.2, 0.015);
  EXPECT_NEAR(model.spread.interval, 0.15, 0.01);
}

TEST(LearnReplenishmentTest, OfTooFewTheSpreadsAreNotLearned) {
  const std::vector<ObservedHabit> habits = {
      {.customer = 0, .product = 0, .days = {10, 10}},
      {.customer = 1, .product = 0, .days = {10}},
  };
  const ReplenishmentModel model = LearnReplenishment(habits, 1);
  EXPECT_NEAR(model.usual_days[0], 10, 1e-9);
  EXPECT_EQ(model.spread.customer, ReplenishmentSpread().customer);
  EXPECT_EQ(LearnReplenishment({}, 2).usual_days, (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace tsugi::models
