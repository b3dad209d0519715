#include "models/lifetime_value/contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/lifetime_value/hypergeometric.h"
#include "models/lifetime_value/quadrature.h"
#include "tests/testing/status_matchers.h"

namespace tsugi::models {
namespace {

using ::tsugi::testing::StatusIs;

// Fader and Hardie 2007, table 1, years 0 to 7 of 1,000 customers; the fitted figures and the
// survival of year 12 are the paper's.
const std::vector<double>& HighEnd() {
  static const auto& cohort = *new std::vector<double>{1000, 869, 743, 653, 593, 551, 517, 491};
  return cohort;
}
const std::vector<double>& Regular() {
  static const auto& cohort = *new std::vector<double>{1000, 631, 468, 382, 326, 289, 262, 241};
  return cohort;
}

ContractModel Fit(const std::vector<double>& cohort) {
  ContractTenures tenures;
  EXPECT_THAT(tenures.AddCohort(cohort), ::tsugi::testing::IsOk());
  return FitContract(tenures).value().model;
}

TEST(ContractTest, FitEqualsThePublishedSegments) {
  EXPECT_NEAR(Fit(HighEnd()).parameters().alpha, 0.668, 0.0005);
  EXPECT_NEAR(Fit(HighEnd()).parameters().beta, 3.806, 0.0005);
  EXPECT_NEAR(Fit(Regular()).parameters().alpha, 0.704, 0.0005);
  EXPECT_NEAR(Fit(Regular()).parameters().beta, 1.182, 0.0005);
}

TEST(ContractTest, ProjectsTheYearsThatWereHeldOut) {
  EXPECT_NEAR(Fit(HighEnd()).Survival(12), 0.394, 0.02);
  EXPECT_NEAR(Fit(Regular()).Survival(12), 0.173, 0.005);
}

TEST(ContractTest, SurvivalLossAndRetentionAgree) {
  ASSERT_OK_AND_ASSIGN(const ContractModel model, ContractModel::Create({0.668, 3.806}));
  EXPECT_EQ(model.Survival(0), 1);
  double survival = 1;
  for (int t = 1; t <= 20; ++t) {
    EXPECT_NEAR(model.LossProbability(t), survival - model.Survival(t), 1e-12);
    survival *= model.RetentionRate(t);
    EXPECT_NEAR(model.Survival(t), survival, 1e-12);
    EXPECT_LT(model.RetentionRate(t), model.RetentionRate(t + 1));
  }
}

TEST(ContractTest, ExpectedRenewalsEqualBruteForceIntegration) {
  const double alpha = 0.668;
  const double beta = 3.806;
  ASSERT_OK_AND_ASSIGN(const ContractModel model, ContractModel::Create({alpha, beta}));
  // theta = 1 / (1 + e^-v), weighed by (1 - theta)^renewals, the chance to have got that far.
  const auto over_customers = [&](int renewals, int horizon, bool value) {
    return Integrate(
        [&](double v) {
          const double theta = 1 / (1 + std::exp(-v));
          const double rest = 1 / (1 + std::exp(v));
          double sum = value ? 0 : 1;
          for (int k = 1; value && k <= horizon; ++k) {
            sum += std::pow(rest, k) * std::pow(1.1, -(k - 1 + 0.5));
          }
          return std::pow(theta, alpha) * std::pow(rest, beta + renewals) * sum;
        },
        -60, 30, 120);
  };
  for (const int renewals : {0, 1, 9}) {
    EXPECT_NEAR(model.ExpectedRenewals(renewals, 12, 0.1, 0.5),
                over_customers(renewals, 12, true) / over_customers(renewals, 12, false), 1e-9);
  }
}

// Fader and Hardie 2010, equation (6), renewals due now.
TEST(ContractTest, LongHorizonEqualsThePublishedResidualLifetime) {
  ASSERT_OK_AND_ASSIGN(const ContractModel model, ContractModel::Create({0.668, 3.806}));
  for (const int renewals : {0, 3}) {
    const double n = renewals + 1;
    const double published = (3.806 + n - 1) / (0.668 + 3.806 + n - 1) *
                             Hypergeometric2F1(1, 3.806 + n, 0.668 + 3.806 + n, 1 / 1.1);
    EXPECT_NEAR(model.ExpectedRenewals(renewals, 400, 0.1), published, 1e-9);
  }
}

TEST(ContractTest, UndiscountedLifetimeGrowsWithoutBoundForAlphaBelowOne) {
  ASSERT_OK_AND_ASSIGN(const ContractModel model, ContractModel::Create({0.668, 3.806}));
  EXPECT_GT(model.ExpectedRenewals(0, 100'000, 0), 10 * model.ExpectedRenewals(0, 100, 0));
}

TEST(ContractTest, OldCustomersAreWorthMoreThanNewOnes) {
  ASSERT_OK_AND_ASSIGN(const ContractModel model, ContractModel::Create({0.704, 1.182}));
  EXPECT_GT(model.ExpectedRenewals(5, 12, 0.1), model.ExpectedRenewals(0, 12, 0.1));
  EXPECT_EQ(model.ExpectedRenewals(5, 0, 0.1), 0);
}

TEST(ContractTest, ContractsOneByOneFitAsTheirCohort) {
  ContractTenures tenures;
  EXPECT_THAT(tenures.AddLost(1, 369), ::tsugi::testing::IsOk());
  for (int i = 0; i < 163; ++i) EXPECT_THAT(tenures.AddLost(2), ::tsugi::testing::IsOk());
  EXPECT_THAT(tenures.AddAlive(2, 468), ::tsugi::testing::IsOk());
  ASSERT_OK_AND_ASSIGN(const ContractFit fit, FitContract(tenures));
  EXPECT_NEAR(fit.model.parameters().alpha, Fit({1000, 631, 468}).parameters().alpha, 1e-5);
}

TEST(ContractTest, CustomersAllAlikeFitAConstantRetention) {
  std::vector<double> alive = {1'000'000};
  for (int t = 0; t < 10; ++t) alive.push_back(alive.back() * 0.8);
  const ContractModel model = Fit(alive);
  EXPECT_NEAR(model.RetentionRate(1), 0.8, 0.001);
  EXPECT_NEAR(model.RetentionRate(30), 0.8, 0.001);
}

TEST(ContractTest, RefusesWhatCannotBeFitted) {
  ContractTenures tenures;
  EXPECT_THAT(tenures.AddCohort(std::vector<double>{100, 120}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(tenures.AddLost(0), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(tenures.AddAlive(3, -1), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(tenures.AddAlive(3, 10), ::tsugi::testing::IsOk());
  EXPECT_THAT(FitContract(tenures), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(ContractModel::Create({0, 1}), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tsugi::models
