#include "engine/scoring/complements.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/testing/shop.h"

namespace tsugi {
namespace {

base::Decimal Money(double amount) { return base::Decimal::FromMicros(std::llround(amount * 1e6)); }

double AtHalfThePrice(double together, double by_chance) {
  return ComplementProbability(together, by_chance, Money(5), Money(10));
}

TEST(ComplementsTest, ManyMoreOrdersThanByChanceAreProof) {
  EXPECT_GT(AtHalfThePrice(6, 0.6), 0.85);
  EXPECT_LT(AtHalfThePrice(1, 0.1), 0.25);   // one order is none
  EXPECT_LT(AtHalfThePrice(60, 60), 0.001);  // by chance
  EXPECT_LT(AtHalfThePrice(6, 0.8), AtHalfThePrice(8, 0.8));
}

TEST(ComplementsTest, OneOrderByBayes) {
  // exp(-3) x 6^2 x exp(-5 x 0.5) to 1, and half the price: 1 / (1 + exp(-2)).
  const double odds = std::exp(-3) * 36 * std::exp(-2.5);
  EXPECT_NEAR(AtHalfThePrice(2, 0.5), odds / (1 + odds) / (1 + std::exp(-2)), 1e-12);
}

TEST(ComplementsTest, TheDearerOneIsWhatIsCompleted) {
  EXPECT_LT(ComplementProbability(8, 0.8, Money(20), Money(10)), 0.01);
  EXPECT_LT(ComplementProbability(8, 0.8, Money(10), Money(10)), 0.15);
  EXPECT_GT(ComplementProbability(8, 0.8, Money(2), Money(10)), 0.95);
}

TEST(ComplementsTest, WhatIsNotKnownSaysNothing) {
  EXPECT_EQ(ComplementProbability(0, 1, Money(5), Money(10)), 0);
  EXPECT_EQ(ComplementProbability(8, 0.8, Money(0), Money(10)), 0);
  EXPECT_EQ(ComplementProbability(8, 0.8, Money(5), Money(0)), 0);
}

}  // namespace
}  // namespace tsugi
