#include "engine/propensity/contract_life.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/state/facts_for_tests.h"

namespace tsugi {
namespace {

using testing::At;
using ::testing::DoubleNear;
using ::testing::Eq;
using ::testing::Gt;
using ::testing::IsNull;
using ::testing::Optional;

ContractBehaviour Contracts(int months, double alpha, double beta, std::string segment = "") {
  ContractBehaviour contracts;
  contracts.segment = std::move(segment);
  contracts.billing_months = months;
  contracts.parameters = {.alpha = alpha, .beta = beta};
  return contracts;
}

TEST(ContractLifeTest, TheSegmentsOwnParametersComeFirst) {
  Behaviour behaviour;
  behaviour.contracts = {Contracts(1, 1, 9), Contracts(1, 1, 99, "home"), Contracts(12, 1, 4)};
  EXPECT_THAT(FindContracts(behaviour, 1, "home"), Eq(&behaviour.contracts[1]));
  EXPECT_THAT(FindContracts(behaviour, 1, "school"), Eq(&behaviour.contracts[0]));
  EXPECT_THAT(FindContracts(behaviour, 12, "home"), Eq(&behaviour.contracts[2]));
  EXPECT_THAT(FindContracts(behaviour, 3, ""), IsNull());
}

TEST(ContractLifeTest, AYearlyPlansLifeIsThatOfItsOneRenewalInTheYear) {
  Behaviour behaviour;
  behaviour.contracts = {Contracts(12, 1, 4)};
  // Paid for since 100 days: one renewal, with retention 4 / 5.
  const auto life =
      ExpectedLifeDays(behaviour, 12, "", At("2024-01-01"), At("2024-01-01") + absl::Hours(2400));
  EXPECT_THAT(life, Optional(DoubleNear(-365 / std::log(0.8), 1e-9)));
}

TEST(ContractLifeTest, NoRenewalWithinTheYearEndsNothing) {
  Behaviour behaviour;
  behaviour.contracts = {Contracts(24, 1, 4)};
  EXPECT_THAT(ExpectedLifeDays(behaviour, 24, "", At("2024-01-01"), At("2024-01-01")),
              Eq(std::nullopt));
}

TEST(ContractLifeTest, OldContractsLastLonger) {
  Behaviour behaviour;
  behaviour.contracts = {Contracts(1, 0.7, 1.2)};
  const auto fresh = ExpectedLifeDays(behaviour, 1, "", At("2024-01-01"), At("2024-01-01"));
  const auto old = ExpectedLifeDays(behaviour, 1, "", At("2020-01-01"), At("2024-01-01"));
  ASSERT_TRUE(fresh.has_value() && old.has_value());
  EXPECT_THAT(*old, Gt(5 * *fresh));
  // Eleven renewals of a year of months: S(11) of sBG by its product form.
  double survival = 1;
  for (int t = 1; t <= 11; ++t) survival *= (1.2 + t - 1) / (0.7 + 1.2 + t - 1);
  EXPECT_NEAR(*fresh, -365 / std::log(survival), 1e-9);
}

}  // namespace
}  // namespace tsugi
