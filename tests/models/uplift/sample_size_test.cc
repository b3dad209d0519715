#include "models/uplift/sample_size.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace tsugi::models {
namespace {

// By hand: (1.95996 + 0.84162)^2 = 7.8489; x (0.12 x 0.88 + 0.1 x 0.9) / 0.02^2 = 3,838.1 a group.
TEST(SampleSizeTest, FollowsTheTextbookFormula) {
  const auto needed = CustomersNeeded(0.02, 0.12 * 0.88, 0.1 * 0.9, 0.5);
  ASSERT_TRUE(needed.has_value());
  EXPECT_NEAR(static_cast<double>(*needed), 2 * 3838.1, 1);
}

TEST(SampleSizeTest, SmallControlGroupNeedsMoreCustomersInAll) {
  EXPECT_GT(*CustomersNeeded(0.02, 0.09, 0.09, 0.02), *CustomersNeeded(0.02, 0.09, 0.09, 0.5));
}

TEST(SampleSizeTest, NoEffectIsNeverShown) {
  EXPECT_EQ(CustomersNeeded(0, 0.09, 0.09, 0.5), std::nullopt);
  EXPECT_EQ(CustomersNeeded(1e-9, 0.09, 0.09, 0.5), std::nullopt);
  EXPECT_EQ(MoreCustomersNeeded(Proportion{10, 100}, Proportion{10, 100}), std::nullopt);
  EXPECT_EQ(MoreCustomersNeeded(Proportion{10, 100}, Proportion{0, 0}), std::nullopt);
}

TEST(SampleSizeTest, MoreIsWhatIsMissing) {
  const auto needed = *CustomersNeeded(0.02, 0.12 * 0.88, 0.1 * 0.9, 0.5);
  EXPECT_EQ(MoreCustomersNeeded(Proportion{120, 1000}, Proportion{100, 1000}), needed - 2000);
  EXPECT_EQ(MoreCustomersNeeded(Proportion{12'000, 100'000}, Proportion{10'000, 100'000}), 0);
}

TEST(SampleSizeTest, MeansNeedByTheirVariance) {
  Moments treated;
  Moments control;
  for (int i = 0; i < 100; ++i) {
    treated.Add(i % 2 == 0 ? 0 : 2.5);
    control.Add(i % 2 == 0 ? 0 : 2.0);
  }
  EXPECT_EQ(MoreCustomersNeeded(treated, control),
            *CustomersNeeded(0.25, treated.Variance(), control.Variance(), 0.5) - 200);
}

// The promise itself: that many customers show the effect about four times in five.
TEST(SampleSizeTest, ThatManyCustomersHaveThePowerAskedFor) {
  const auto needed = *CustomersNeeded(0.05, 0.25 * 0.75, 0.2 * 0.8, 0.5);
  base::Random random(5);
  int clear = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    Proportion treated;
    Proportion control;
    for (std::int64_t i = 0; i < needed; ++i) {
      Proportion& group = i % 2 == 0 ? control : treated;
      group.successes += random.Chance(i % 2 == 0 ? 0.2 : 0.25) ? 1 : 0;
      ++group.trials;
    }
    clear += RateDifference(treated, control).Clear() ? 1 : 0;
  }
  EXPECT_NEAR(clear, 800, 40);
}

}  // namespace
}  // namespace tsugi::models
