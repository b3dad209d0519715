#include "engine/evaluation/off_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::tsugi::testing::StatusIs;
using ::tsugi::testing::TempDir;

// At position 1 A (paid 0.2) is shown three times in four, B (paid 0.6) else; at position 2 A only.
std::string Log(int rows, std::uint64_t seed) {
  base::Random random(seed);
  std::string text = "item_id,position,click,propensity_score\n";
  for (int i = 0; i < rows; ++i) {
    const bool second = i % 2 == 1;
    const bool a = second || random.Chance(0.75);
    absl::StrAppend(&text, a ? "A" : "B", ",", second ? 2 : 1, ",",
                    random.Chance(a ? 0.2 : 0.6) ? 1 : 0, ",",
                    second ? "1"
                    : a    ? "0.75"
                           : "0.25",
                    "\n");
  }
  return text;
}

OffPolicyEvaluationOptions Policy(const std::string& policy) {
  OffPolicyEvaluationOptions options;
  options.policy = policy;
  return options;
}

TEST(EvaluateOffPolicyTest, EstimatesTheUniformPolicyByPosition) {
  const TempDir dir;
  ASSERT_OK_AND_ASSIGN(const OffPolicyEvaluation evaluation,
                       EvaluateOffPolicy(dir.Write("log.csv", Log(20'000, 1)), {}));
  EXPECT_EQ(evaluation.policy, "uniform");
  EXPECT_EQ(evaluation.actions, 2U);
  ASSERT_EQ(evaluation.parts.size(), 3U);
  const OffPolicyPart& first = evaluation.parts[1];
  EXPECT_EQ(first.position, "1");
  EXPECT_EQ(first.support, 1);
  for (const models::Effect& estimate :
       {first.estimates->ips, first.estimates->self_normalised, *first.estimates->doubly_robust}) {
    EXPECT_NEAR(estimate.value, 0.4, 0.03);
  }
  EXPECT_NEAR(first.estimates->logged.value, 0.3, 0.03);
}

TEST(EvaluateOffPolicyTest, SaysWhatTheLogDoesNotAllow) {
  const TempDir dir;
  ASSERT_OK_AND_ASSIGN(const OffPolicyEvaluation evaluation,
                       EvaluateOffPolicy(dir.Write("log.csv", Log(20'000, 1)), {}));
  EXPECT_EQ(evaluation.parts[2].actions_seen, 1U);
  EXPECT_DOUBLE_EQ(evaluation.parts[2].support, 0.5);
  EXPECT_THAT(evaluation.notes,
              Contains(AllOf(HasSubstr("1 of 2 actions were never shown at position 2"),
                             HasSubstr("50.0 %"))));
  EXPECT_THAT(evaluation.notes, Contains(HasSubstr("where 1 is due")));
}

TEST(EvaluateOffPolicyTest, PutsTheOtherLogsOwnMeanBesideTheEstimate) {
  const TempDir dir;
  OffPolicyEvaluationOptions options = Policy("logged");
  options.compare = dir.Write("other.csv", Log(2000, 2));
  ASSERT_OK_AND_ASSIGN(const OffPolicyEvaluation evaluation,
                       EvaluateOffPolicy(dir.Write("log.csv", Log(2000, 1)), options));
  const OffPolicyPart& all = evaluation.parts.front();
  EXPECT_DOUBLE_EQ(all.estimates->ips.value, all.estimates->logged.value);
  EXPECT_NEAR(all.compare->value, all.estimates->ips.value, 0.05);
  EXPECT_NEAR(evaluation.parts[2].compare->value, 0.2, 0.05);
}

TEST(EvaluateOffPolicyTest, TakesAnActionThatIsAlwaysShown) {
  const TempDir dir;
  ASSERT_OK_AND_ASSIGN(const OffPolicyEvaluation evaluation,
                       EvaluateOffPolicy(dir.Write("log.csv", Log(20'000, 3)), Policy("always:A")));
  EXPECT_NEAR(evaluation.parts.front().estimates->ips.value, 0.2, 0.02);
  EXPECT_THAT(evaluation.notes, Not(Contains(HasSubstr("never shown"))));
  EXPECT_THAT(EvaluateOffPolicy(dir.File("log.csv"), Policy("always:Z")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"Z\"")));
  EXPECT_THAT(EvaluateOffPolicy(dir.File("log.csv"), Policy("best")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("always:ACTION")));
}

TEST(EvaluateOffPolicyTest, TakesTargetProbabilitiesFromTheFile) {
  const TempDir dir;
  std::string text = "action,propensity,reward,target_probability,context_id\n";
  for (int i = 0; i < 200; ++i) absl::StrAppend(&text, "A,0.5,", i % 2, ",0.25,", i / 2, "\n");
  ASSERT_OK_AND_ASSIGN(const OffPolicyEvaluation evaluation,
                       EvaluateOffPolicy(dir.Write("log.csv", text), {}));
  EXPECT_EQ(evaluation.policy, "column");
  EXPECT_DOUBLE_EQ(evaluation.parts.front().estimates->ips.value, 0.25);
  // Each context has one reward of its two decisions: between contexts nothing varies.
  EXPECT_NEAR(evaluation.parts.front().estimates->ips.standard_error, 0, 1e-12);
}

TEST(EvaluateOffPolicyTest, RefusesTooSmallALogAndPositionsOfIt) {
  const TempDir dir;
  EXPECT_THAT(EvaluateOffPolicy(dir.Write("log.csv", Log(80, 1)), {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("below 100")));
  ASSERT_OK_AND_ASSIGN(const OffPolicyEvaluation evaluation,
                       EvaluateOffPolicy(dir.Write("log.csv", Log(180, 1)), {}));
  EXPECT_FALSE(evaluation.parts[1].estimates.has_value());
  EXPECT_THAT(evaluation.notes, Contains(HasSubstr("no estimate at position 1")));
}

TEST(EvaluateOffPolicyTest, WarnsOfIntervalsThatStandOnFewRewards) {
  const TempDir dir;
  std::string text = "action,propensity,reward\n";
  for (int i = 0; i < 500; ++i) {
    absl::StrAppend(&text, i % 2 == 0 ? "A" : "B", ",0.5,", i < 10 ? 1 : 0, "\n");
  }
  ASSERT_OK_AND_ASSIGN(const OffPolicyEvaluation evaluation,
                       EvaluateOffPolicy(dir.Write("log.csv", text), {}));
  EXPECT_DOUBLE_EQ(evaluation.parts.front().effective_rewards, 10);
  EXPECT_THAT(evaluation.notes, Contains(HasSubstr("about 10 rewards")));
}

TEST(EvaluateOffPolicyTest, NamesColumnLineAndValueThatCannotBe) {
  const TempDir dir;
  EXPECT_THAT(
      EvaluateOffPolicy(dir.Write("log.csv", "action,propensity,reward\nA,0.5,1\nA,0,1\n"), {}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("line 3"), HasSubstr("propensity \"0\""))));
  EXPECT_THAT(EvaluateOffPolicy(dir.Write("log.csv", "action,reward\nA,1\n"), {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--propensity")));
}

}  // namespace
}  // namespace tsugi
