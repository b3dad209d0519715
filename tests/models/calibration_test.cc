#include "models/calibration.h"

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

struct Sample {
  std::vector<float> probabilities;
  std::vector<float> labels;
};

// Labels drawn with probability sigmoid(slope * logit(p)).
Sample Draw(std::size_t rows, double slope) {
  base::Random random(17);
  Sample sample;
  for (std::size_t r = 0; r < rows; ++r) {
    const double logit = 1.5 * random.Normal() - 1;
    sample.probabilities.push_back(static_cast<float>(1 / (1 + std::exp(-logit))));
    sample.labels.push_back(random.Chance(1 / (1 + std::exp(-slope * logit))) ? 1.0F : 0.0F);
  }
  return sample;
}

TEST(CalibrationTest, FourRowsByHand) {
  const auto report = MeasureCalibration(std::vector<float>{0.2F, 0.2F, 0.8F, 0.8F},
                                         std::vector<float>{0, 1, 1, 1}, {}, 2);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_NEAR(report->log_loss, -(3 * std::log(0.8) + std::log(0.2)) / 4, 1e-6);
  EXPECT_NEAR(report->brier, (0.04 + 0.64 + 0.04 + 0.04) / 4, 1e-6);
  ASSERT_EQ(report->bins.size(), 2);
  EXPECT_NEAR(report->bins[0].observed, 0.5, 1e-9);
  EXPECT_NEAR(report->expected_error, 0.5 * 0.3 + 0.5 * 0.2, 1e-6);
}

TEST(CalibrationTest, TrueProbabilitiesHaveSlopeOneAndLittleError) {
  const Sample sample = Draw(40000, 1.0);
  const auto report = MeasureCalibration(sample.probabilities, sample.labels, {});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_NEAR(report->slope, 1.0, 0.05);
  EXPECT_NEAR(report->intercept, 0.0, 0.05);
  EXPECT_LT(report->expected_error, 0.01);
  EXPECT_EQ(report->bins.size(), 10);
}

TEST(CalibrationTest, OverconfidenceShowsAsASlopeBelowOneAndPlattRepairsIt) {
  const Sample sample = Draw(40000, 0.5);
  const auto before = MeasureCalibration(sample.probabilities, sample.labels, {});
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_NEAR(before->slope, 0.5, 0.05);
  const auto platt = FitPlatt(sample.probabilities, sample.labels, {});
  ASSERT_TRUE(platt.ok()) << platt.status();
  std::vector<float> repaired;
  for (const float p : sample.probabilities) repaired.push_back(platt->Apply(p));
  const auto after = MeasureCalibration(repaired, sample.labels, {});
  EXPECT_NEAR(after->slope, 1.0, 1e-3);
  EXPECT_LT(after->expected_error, before->expected_error);
}

TEST(CalibrationTest, EqualPredictionsShareOneBin) {
  const auto report = MeasureCalibration(std::vector<float>{0.5F, 0.5F, 0.5F, 0.5F},
                                         std::vector<float>{0, 1, 0, 1}, {}, 4);
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->bins.size(), 1);
  EXPECT_NEAR(report->expected_error, 0.0, 1e-9);
}

TEST(CalibrationTest, CertainPredictionsThatAreWrongStayFinite) {
  const auto report =
      MeasureCalibration(std::vector<float>{0.0F, 1.0F}, std::vector<float>{1, 0}, {});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(std::isfinite(report->log_loss));
}

TEST(CalibrationTest, WeightsCountAsRepeats) {
  const auto weighted = MeasureCalibration(std::vector<float>{0.2F, 0.9F}, std::vector<float>{0, 1},
                                           std::vector<float>{3, 1});
  const auto repeated = MeasureCalibration(std::vector<float>{0.2F, 0.2F, 0.2F, 0.9F},
                                           std::vector<float>{0, 0, 0, 1}, {});
  ASSERT_TRUE(weighted.ok() && repeated.ok());
  EXPECT_NEAR(weighted->log_loss, repeated->log_loss, 1e-12);
  EXPECT_NEAR(weighted->brier, repeated->brier, 1e-12);
}

TEST(IsotonicTest, PoolsViolators) {
  // Means 0.0, 1.0, 0.0, 1.0: the middle two pool to 0.5.
  const auto model =
      FitIsotonic(std::vector<float>{1, 2, 3, 4}, std::vector<float>{0, 1, 0, 1}, {});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_THAT(model->inputs, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(model->outputs, ElementsAre(0, 0.5F, 0.5F, 1));
  const IsotonicView view = model->View();
  EXPECT_EQ(view.Apply(0), 0.0F);
  EXPECT_EQ(view.Apply(2.5F), 0.5F);
  EXPECT_THAT(view.Apply(3.5F), FloatNear(0.75F, 1e-6F));
  EXPECT_EQ(view.Apply(9), 1.0F);
}

TEST(IsotonicTest, IsTheLeastSquaresRisingFit) {
  // Minimax form of isotonic regression: f(i) = max over a <= i of min over b >= i of mean(a..b).
  base::Random random(3);
  std::vector<float> x;
  std::vector<float> y;
  for (int i = 0; i < 40; ++i) {
    x.push_back(static_cast<float>(i));
    y.push_back(static_cast<float>(0.5 * random.Uniform() + i / 80.0));
  }
  const auto model = FitIsotonic(x, y, {});
  ASSERT_TRUE(model.ok()) << model.status();
  for (std::size_t i = 0; i < x.size(); ++i) {
    double best = -1;
    for (std::size_t a = 0; a <= i; ++a) {
      double lowest = 2;
      for (std::size_t b = i; b < x.size(); ++b) {
        double sum = 0;
        for (std::size_t j = a; j <= b; ++j) sum += y[j];
        lowest = std::min(lowest, sum / static_cast<double>(b - a + 1));
      }
      best = std::max(best, lowest);
    }
    EXPECT_NEAR(model->View().Apply(x[i]), best, 1e-5);
  }
}

TEST(CalibrationTest, BadInputIsNamed) {
  EXPECT_THAT(MeasureCalibration({}, {}, {}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(MeasureCalibration(std::vector<float>{1.5F}, std::vector<float>{1}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1.5 of row 0")));
  EXPECT_THAT(MeasureCalibration(std::vector<float>{0.5F}, std::vector<float>{1}, {}, 0),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("bins: 0")));
  EXPECT_THAT(FitPlatt(std::vector<float>{0.5F}, std::vector<float>{-1}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("label -1")));
}

}  // namespace
}  // namespace tsugi::models
