#include "engine/evaluation/uplift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;
using ::tsugi::testing::TempDir;

// `treated_of_100` and `control_of_100` bought; a sale is worth 20.
std::string Trial(int treated_of_100, int control_of_100) {
  std::string text = "group,bought,spend\n";
  for (int i = 0; i < 100; ++i) {
    text += i < treated_of_100 ? "mail,1,20\n" : "mail,0,0\n";
    text += i < control_of_100 ? "none,1,20\n" : "none,0,0\n";
  }
  return text;
}

const UpliftOptions& Options() {
  static const auto& options = *new UpliftOptions{
      .arm = "group", .control = "none", .outcomes = {"bought", "spend"}, .power = {}};
  return options;
}

TEST(EvaluateUpliftTest, ComparesEachOutcomeWithTheControlArm) {
  const TempDir dir;
  ASSERT_OK_AND_ASSIGN(const UpliftReport report,
                       EvaluateUplift(dir.Write("trial.csv", Trial(60, 30)), Options()));
  EXPECT_EQ(report.customers, 200U);
  ASSERT_EQ(report.outcomes.size(), 4U);
  EXPECT_EQ(report.outcomes[0].arm, "none");
  EXPECT_TRUE(report.outcomes[0].rate);
  EXPECT_DOUBLE_EQ(report.outcomes[0].mean, 0.3);
  ASSERT_EQ(report.effects.size(), 2U);
  EXPECT_DOUBLE_EQ(report.effects[0].effect.value, 0.3);
  EXPECT_THAT(report.effects[0].verdict, HasSubstr("raises bought by 30.00 percentage points"));
  EXPECT_FALSE(report.effects[1].rate);
  EXPECT_DOUBLE_EQ(report.effects[1].effect.value, 6);
  EXPECT_TRUE(report.effects[1].bootstrap->Clear());
}

TEST(EvaluateUpliftTest, SaysHowManyMoreCustomersAreNeeded) {
  const TempDir dir;
  ASSERT_OK_AND_ASSIGN(const UpliftReport report,
                       EvaluateUplift(dir.Write("trial.csv", Trial(33, 30)), Options()));
  // 2 x 7.849 x (0.2211 + 0.21) / 0.03^2 = 7,519.2 customers, 200 are there.
  EXPECT_THAT(report.effects[0].verdict, "not yet enough data: about 7,400 more customers needed");
  EXPECT_EQ(report.effects[0].more_customers, 7320);
}

TEST(EvaluateUpliftTest, EqualArmsShowNoDifference) {
  const TempDir dir;
  ASSERT_OK_AND_ASSIGN(const UpliftReport report,
                       EvaluateUplift(dir.Write("trial.csv", Trial(30, 30)), Options()));
  EXPECT_EQ(report.effects[0].verdict, "no difference seen so far");
}

TEST(EvaluateUpliftTest, NamesTheArmsThereAreWhereTheControlIsMissing) {
  const TempDir dir;
  UpliftOptions options = Options();
  options.control = "nobody";
  EXPECT_THAT(EvaluateUplift(dir.Write("trial.csv", Trial(3, 3)), options),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("\"nobody\""), HasSubstr("\"mail\", \"none\""))));
}

TEST(EvaluateUpliftTest, ReproducesThePublishedRatesOfHillstromsTrial) {
  const char* data = std::getenv("TSUGI_DATA");
  if (data == nullptr) {
    GTEST_SKIP() << "TSUGI_DATA is not set: the published rates were NOT checked";
  }
  UpliftOptions options;
  options.resamples = 100;
  ASSERT_OK_AND_ASSIGN(const UpliftReport report,
                       EvaluateUplift(std::string(data) + "/hillstrom/hillstrom.csv.zst", options));
  EXPECT_EQ(report.customers, 64'000U);
  struct Published {
    std::string arm;
    std::size_t customers;
    double visit, conversion, spend;
  };
  const Published published[] = {{"No E-Mail", 21'306, 0.106167, 0.005726, 0.652789},
                                 {"Mens E-Mail", 21'307, 0.182757, 0.012531, 1.422617},
                                 {"Womens E-Mail", 21'387, 0.151400, 0.008837, 1.077202}};
  for (std::size_t arm = 0; arm < 3; ++arm) {
    EXPECT_EQ(report.outcomes[arm].arm, published[arm].arm);
    EXPECT_EQ(report.outcomes[arm].customers, published[arm].customers);
    EXPECT_NEAR(report.outcomes[arm].mean, published[arm].visit, 5e-7);
    EXPECT_NEAR(report.outcomes[3 + arm].mean, published[arm].conversion, 5e-7);
    EXPECT_NEAR(report.outcomes[6 + arm].mean, published[arm].spend, 5e-7);
  }
  EXPECT_NEAR(report.effects[0].effect.value, 0.0766, 0.00005);
  EXPECT_NEAR(report.effects[1].effect.value, 0.0452, 0.00005);
}

}  // namespace
}  // namespace tsugi
