#include "models/logistic.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "base/random.h"
#include "models/ranker.h"
#include "tests/models/model_data.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::IsOk;
using ::tsugi::testing::StatusIs;

struct Data {
  std::vector<float> features;
  std::vector<float> labels;
  std::vector<float> weights;

  LogisticRows Rows(std::size_t width) const {
    return {.features = features, .num_features = width, .labels = labels, .weights = weights};
  }
};

// logit = -1 + 2 x0 - 0.5 x1, features on very different scales.
Data Simulated(std::size_t rows, std::uint64_t seed) {
  base::Random random(seed);
  Data data;
  for (std::size_t r = 0; r < rows; ++r) {
    const double x0 = random.Normal();
    const double x1 = 1000 * random.Normal() + 5000;
    data.features.push_back(static_cast<float>(x0));
    data.features.push_back(static_cast<float>(x1));
    const double p = 1 / (1 + std::exp(1 - 2 * x0 + 0.5 * (x1 - 5000) / 1000));
    data.labels.push_back(random.Chance(p) ? 1.0F : 0.0F);
    data.weights.push_back(static_cast<float>(0.5 + random.Uniform()));
  }
  return data;
}

TEST(LogisticTest, OneBinaryFeatureGivesTheLogOddsOfTheTable) {
  // x = 0: 1 of 4 positive; x = 1: 3 of 4.
  const Data data{{0, 0, 0, 0, 1, 1, 1, 1}, {1, 0, 0, 0, 1, 1, 1, 0}, {}};
  const auto model = TrainLogistic(data.Rows(1), {.l2 = 0});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_NEAR(model->coefficients[0], std::log(1.0 / 3), 1e-4);
  EXPECT_NEAR(model->coefficients[1], 2 * std::log(3.0), 1e-4);
  std::vector<float> p(2);
  model->View().Predict(std::vector<float>{0, 1}, p);
  EXPECT_NEAR(p[0], 0.25, 1e-5);
  EXPECT_NEAR(p[1], 0.75, 1e-5);
}

// Gradient descent on the same objective, written apart from the model.
std::vector<double> BruteForce(const Data& data, double l2) {
  double c0 = 0;
  double c1 = 0;
  double c2 = 0;
  double total = 0;
  double m0 = 0;
  double m1 = 0;
  for (std::size_t r = 0; r < data.labels.size(); ++r) {
    total += data.weights[r];
    m0 += data.weights[r] * data.features[2 * r];
    m1 += data.weights[r] * data.features[2 * r + 1];
  }
  m0 /= total;
  m1 /= total;
  double s0 = 0;
  double s1 = 0;
  for (std::size_t r = 0; r < data.labels.size(); ++r) {
    s0 += data.weights[r] * std::pow(data.features[2 * r] - m0, 2);
    s1 += data.weights[r] * std::pow(data.features[2 * r + 1] - m1, 2);
  }
  s0 = std::sqrt(s0 / total);
  s1 = std::sqrt(s1 / total);
  for (int step = 0; step < 4000; ++step) {
    double g0 = 0;
    double g1 = l2 * c1;
    double g2 = l2 * c2;
    for (std::size_t r = 0; r < data.labels.size(); ++r) {
      const double x0 = (data.features[2 * r] - m0) / s0;
      const double x1 = (data.features[2 * r + 1] - m1) / s1;
      const double p = 1 / (1 + std::exp(-(c0 + c1 * x0 + c2 * x1)));
      const double error = data.weights[r] * (p - data.labels[r]);
      g0 += error;
      g1 += error * x0;
      g2 += error * x1;
    }
    const double rate = 2.0 / total;
    c0 -= rate * g0;
    c1 -= rate * g1;
    c2 -= rate * g2;
  }
  return {c0 - c1 * m0 / s0 - c2 * m1 / s1, c1 / s0, c2 / s1};
}

TEST(LogisticTest, EqualsGradientDescentWithWeightsAndPenalty) {
  const Data data = Simulated(300, 1);
  const auto model = TrainLogistic(data.Rows(2), {.l2 = 5.0});
  ASSERT_TRUE(model.ok()) << model.status();
  const std::vector<double> expected = BruteForce(data, 5.0);
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(model->coefficients[c], expected[c], 1e-5 + 1e-4 * std::abs(expected[c]));
  }
}

TEST(LogisticTest, FindsTheTruthBehindSimulatedRows) {
  const auto model = TrainLogistic(Simulated(20000, 2).Rows(2), {});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_NEAR(model->coefficients[1], 2.0, 0.1);
  EXPECT_NEAR(model->coefficients[2] * 1000, -0.5, 0.05);
}

TEST(LogisticTest, AWeightOfTwoIsTheRowTwice) {
  const Data once{{0, 1, 2, 1.5F}, {0, 1, 1, 0}, {1, 2, 1, 1}};
  const Data twice{{0, 1, 1, 2, 1.5F}, {0, 1, 1, 1, 0}, {}};
  const auto a = TrainLogistic(once.Rows(1), {});
  const auto b = TrainLogistic(twice.Rows(1), {});
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NEAR(a->coefficients[1], b->coefficients[1], 1e-7);
}

TEST(LogisticTest, ConstantFeatureGetsNoCoefficient) {
  const Data data{{7, 0, 7, 1, 7, 2, 7, 3}, {0, 1, 0, 1}, {}};
  const auto model = TrainLogistic(data.Rows(2), {.l2 = 0.1});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->coefficients[1], 0.0);
}

TEST(LogisticTest, SeparatedClassesStayFiniteUnderThePenalty) {
  const Data data{{0, 1, 10, 11}, {0, 0, 1, 1}, {}};
  const auto model = TrainLogistic(data.Rows(1), {.l2 = 0.01});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_TRUE(std::isfinite(model->coefficients[1]));
  EXPECT_GT(model->coefficients[1], 0);
}

TEST(LogisticTest, NoFeaturesGiveTheBaseRate) {
  const Data data{{}, {0, 0, 0, 1}, {}};
  const auto model = TrainLogistic(data.Rows(0), {});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_NEAR(Sigmoid(model->coefficients[0]), 0.25, 1e-6);
}

TEST(LogisticTest, OffsetsAreKnownAlready) {
  const Data data = Simulated(400, 3);
  const auto model = TrainLogistic(data.Rows(2), {.l2 = 0});
  ASSERT_TRUE(model.ok()) << model.status();
  std::vector<float> offsets;
  for (std::size_t r = 0; r < data.labels.size(); ++r) {
    offsets.push_back(
        static_cast<float>(model->View().Logit(std::span(data.features).subspan(2 * r, 2))));
  }
  LogisticRows rows = data.Rows(2);
  rows.offsets = offsets;
  const auto rest = TrainLogistic(rows, {.l2 = 0});
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_NEAR(rest->coefficients[0], 0, 1e-3);
  EXPECT_NEAR(rest->coefficients[1], 0, 1e-3);
  EXPECT_NEAR(rest->coefficients[2], 0, 1e-6);
  rows.offsets = std::span(offsets).first(3);
  EXPECT_THAT(TrainLogistic(rows, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("offsets: 3 for 400 rows")));
}

TEST(LogisticTest, WithoutStandardisingARareFeatureIsHeldToThePrior) {
  // One row in a hundred has the feature, and all of those are positive.
  Data data;
  for (int r = 0; r < 1000; ++r) {
    data.features.push_back(r % 100 == 0 ? 1.0F : 0.0F);
    data.labels.push_back(r % 100 == 0 || r % 2 == 0 ? 1.0F : 0.0F);
  }
  const auto scaled = TrainLogistic(data.Rows(1), {.l2 = 4});
  const auto raw = TrainLogistic(data.Rows(1), {.l2 = 4, .standardise = false});
  ASSERT_TRUE(scaled.ok() && raw.ok());
  EXPECT_GT(scaled->coefficients[1], 2);
  // Stationary: sum of residuals = l2 x coefficient.
  const double p = Sigmoid(raw->coefficients[0] + raw->coefficients[1]);
  EXPECT_NEAR(10 * (1 - p), 4 * raw->coefficients[1], 1e-3);
}

TEST(LogisticTest, LogitUndoesSigmoid) {
  EXPECT_EQ(Logit(0.5), 0.0);
  EXPECT_NEAR(Logit(Sigmoid(-3.7)), -3.7, 1e-12);
}

TEST(LogisticTest, SigmoidDoesNotOverflow) {
  EXPECT_EQ(Sigmoid(1e4), 1.0);
  EXPECT_EQ(Sigmoid(-1e4), 0.0);
  EXPECT_EQ(Sigmoid(0), 0.5);
}

TEST(LogisticTest, SameBytesOnAnyNumberOfThreads) {
  const Data data = Simulated(10000, 3);
  const auto train = [&] { return TrainLogistic(data.Rows(2), {})->coefficients; };
  const std::vector<double> one = OnThreads(1, train);
  EXPECT_EQ(OnThreads(2, train), one);
  EXPECT_EQ(OnThreads(5, train), one);
}

TEST(LogisticTest, BadRowsAndOptionsAreNamed) {
  const auto refused = [](const Data& data, LogisticOptions options, const char* text) {
    EXPECT_THAT(TrainLogistic(data.Rows(1), options),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(text)));
  };
  const Data good{{1, 2}, {0, 1}, {}};
  refused({{1, 2, 3}, {0, 1}, {}}, {}, "features: 3 values");
  refused({{1, std::numeric_limits<float>::infinity()}, {0, 1}, {}}, {}, "row 1 is not finite");
  refused({{1, 2}, {0, 2}, {}}, {}, "labels: 2 of row 1");
  refused({{1, 2}, {0, 1}, {1, -1}}, {}, "weights: -1 of row 1");
  refused({{1, 2}, {0, 1}, {0, 0}}, {}, "weights: all are 0");
  refused({}, {}, "labels: there are none");
  refused(good, {.l2 = -1}, "l2: -1");
  refused(good, {.max_iterations = 0}, "max_iterations: 0");
  refused(good, {.tolerance = 0}, "tolerance: 0");
}

TEST(RankerTest, PredictsWhatItsLogisticModelPredicts) {
  const Data data = Simulated(200, 4);
  std::vector<float> columns(2 * ColumnStride(200));
  for (std::size_t r = 0; r < 200; ++r) {
    for (std::size_t f = 0; f < 2; ++f) {
      columns[f * ColumnStride(200) + r] = data.features[2 * r + f];
    }
  }
  const auto ranker = TrainRanker(data.Rows(2), {.feature_version = 3});
  const auto logistic = TrainLogistic(data.Rows(2), {});
  ASSERT_TRUE(ranker.ok() && logistic.ok());
  std::vector<float> a(200);
  std::vector<float> b(200);
  ranker->View().Predict({columns, 200, ColumnStride(200)}, a);
  logistic->View().Predict(data.features, b);
  EXPECT_EQ(a, b);
}

TEST(RankerTest, RefusesFeaturesItWasNotMadeFor) {
  const auto ranker = TrainRanker(Simulated(50, 5).Rows(2), {.feature_version = 3});
  ASSERT_TRUE(ranker.ok()) << ranker.status();
  EXPECT_THAT(ranker->View().Fits(2, 3), IsOk());
  EXPECT_THAT(ranker->View().Fits(3, 3), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(ranker->View().Fits(2, 4),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("train again")));
  RankerView broken = ranker->View();
  broken.coefficients = broken.coefficients.first(1);
  EXPECT_THAT(broken.Fits(2, 3), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace tsugi::models
