#include "service/policy/policy_holder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/policy/parse.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;
using ::tsugi::testing::TempDir;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

std::string Yaml(int max_suggestions) {
  return "version: 1\ncontact_policy: {max_suggestions: " + std::to_string(max_suggestions) +
         ", outbound: none, same_product: none, control_group_percent: 0}\nrules:\n"
         "  - {id: r, moment: pre_purchase, offers: [cross_sell], placements: [kiosk, cart]}\n";
}

class PolicyHolderTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<PolicyHolder>> Create(const std::string& name) {
    return PolicyHolder::Create(name, kNow, [this](const Policy& policy) {
      applied_.push_back(policy.contact_policy.max_suggestions);
    });
  }
  TempDir temp_;
  std::vector<int> applied_;
};

TEST_F(PolicyHolderTest, TheFilesMistakesAreListed) {
  EXPECT_THAT(Create(temp_.File("missing.yaml")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("missing.yaml")));
  EXPECT_THAT(Create(temp_.Write("bad.yaml", "version: 1\nrulez: []\n")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(":2:1: ")));
}

TEST_F(PolicyHolderTest, AChangedFileComesIntoForceABadOneDoesNot) {
  const std::string path = temp_.Write("policy.yaml", Yaml(2));
  ASSERT_OK_AND_ASSIGN(const auto holder, Create(path));
  EXPECT_THAT(holder->Current()->placements, ElementsAre("cart", "kiosk"));
  EXPECT_OK(holder->Poll(false, kNow));
  temp_.Write("policy.yaml", Yaml(11));
  EXPECT_OK(holder->Poll(false, kNow));
  temp_.Write("policy.yaml", "nonsense: [");
  EXPECT_THAT(holder->Poll(false, kNow), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(holder->Poll(false, kNow));  // said once
  EXPECT_EQ(holder->Current()->policy.contact_policy.max_suggestions, 11);
  EXPECT_THAT(applied_, ElementsAre(2, 11));
}

TEST_F(PolicyHolderTest, SetWritesTheFileItFollows) {
  const std::string path = temp_.Write("policy.yaml", Yaml(2));
  ASSERT_OK_AND_ASSIGN(const auto holder, Create(path));
  ASSERT_OK_AND_ASSIGN(Policy policy, LoadPolicy("policy", Yaml(5)));
  ASSERT_OK(holder->Set(policy, "", kNow));
  EXPECT_EQ(temp_.Read("policy.yaml"), Yaml(5));
  EXPECT_OK(holder->Poll(false, kNow));
  EXPECT_THAT(applied_, ElementsAre(2, 5));
  EXPECT_THAT(holder->Set(OpenPolicy(), "", kNow), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(PolicyHolderTest, AnotherEditorsPolicyIsNotOverwritten) {
  ASSERT_OK_AND_ASSIGN(const auto holder, Create("default"));
  const std::string seen = holder->Current()->checksum;
  ASSERT_OK(holder->Set(OpenPolicy(), seen, kNow));
  EXPECT_THAT(holder->Set(DefaultPolicy(), seen, kNow),
              StatusIs(absl::StatusCode::kAborted, HasSubstr("expected_checksum")));
}

}  // namespace
}  // namespace tsugi
