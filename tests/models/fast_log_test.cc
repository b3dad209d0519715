#include "models/fast_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tsugi::models {
namespace {

TEST(FastLog, IsTheLogarithmWithinOneInTenThousand) {
  EXPECT_EQ(FastLog(1), 0);
  for (float x = 1e-6F; x < 1e6F; x *= 1.0137F) EXPECT_NEAR(FastLog(x), std::log(x), 1e-4) << x;
}

TEST(FastLog, ColumnsAreToTheBitWhatSingleValuesAre) {
  constexpr float kFloor = 1e-3F;
  std::vector<float> column;
  for (int i = 0; i < 48; ++i) column.push_back(static_cast<float>(i * i) * 0.01F - 0.1F);
  std::vector<float> logs = column;
  ShiftedLogs(kFloor, logs);
  for (std::size_t i = 0; i < column.size(); ++i) {
    const float positive = column[i] > 0 ? column[i] : 0.0F;
    const volatile float shifted = (positive + kFloor) * (1.0F / kFloor);
    EXPECT_EQ(logs[i], FastLog(shifted)) << column[i];
  }
}

}  // namespace
}  // namespace tsugi::models
