#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "proto/tsugi/v1/policy_service.grpc.pb.h"
#include "proto/tsugi/v1/recommendation_service.grpc.pb.h"
#include "tests/service/server/live_server.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::LiveServer;

class PolicyOverGrpcTest : public ::testing::Test {
 protected:
  grpc::Status Set(const v1::SetPolicyRequest& request, v1::SetPolicyResponse* response) {
    grpc::ClientContext context;
    return stub_->SetPolicy(&context, request, response);
  }

  v1::Policy Current() {
    grpc::ClientContext context;
    v1::GetPolicyResponse response;
    EXPECT_TRUE(stub_->GetPolicy(&context, {}, &response).ok());
    return response.policy();
  }

  int Offers() {
    v1::GetSuggestionsRequest request;
    request.add_cart()->set_product_id("P4");
    request.set_dry_run(true);
    v1::GetSuggestionsResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(v1::RecommendationService::NewStub(live_.channel())
                    ->GetSuggestions(&context, request, &response)
                    .ok());
    return response.suggestions_size();
  }

  static constexpr char kOneOffer[] =
      "version: 1\n"
      "contact_policy: {max_suggestions: 1, min_expected_value: 0, outbound: none,\n"
      "                 same_product: none, control_group_percent: 0}\n"
      "rules:\n"
      "  - {id: only, moment: pre_purchase, offers: [cross_sell]}\n";

  LiveServer live_;
  std::unique_ptr<v1::PolicyService::Stub> stub_ = v1::PolicyService::NewStub(live_.channel());
};

TEST_F(PolicyOverGrpcTest, ANewPolicyCountsInTheNextAnswer) {
  EXPECT_EQ(Current().name(), "open");
  EXPECT_GT(Offers(), 1);
  v1::SetPolicyRequest request;
  request.set_yaml(kOneOffer);
  v1::SetPolicyResponse response;
  const grpc::Status status = Set(request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.policy().name(), "custom");
  EXPECT_EQ(Offers(), 1);
  EXPECT_EQ(Current().yaml(), kOneOffer);
}

TEST_F(PolicyOverGrpcTest, ValidatingListsEveryMistakeAndChangesNothing) {
  v1::SetPolicyRequest request;
  request.set_yaml("version: 1\nrulez: []\ncontact_policy: {max_suggestions: -1}\n");
  request.set_validate_only(true);
  v1::SetPolicyResponse response;
  ASSERT_TRUE(Set(request, &response).ok());
  EXPECT_GE(response.mistakes_size(), 2);
  EXPECT_EQ(response.mistakes(0).line(), 2);
  EXPECT_EQ(Current().name(), "open");
  request.set_validate_only(false);
  const grpc::Status status = Set(request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("2:1: "));
  EXPECT_EQ(Current().name(), "open");
}

TEST_F(PolicyOverGrpcTest, BuiltInPoliciesAreKnownByName) {
  v1::GetPolicyRequest request;
  request.set_name("default");
  v1::GetPolicyResponse response;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->GetPolicy(&context, request, &response).ok());
  }
  EXPECT_THAT(response.policy().yaml(), HasSubstr("version: 1"));
  EXPECT_FALSE(response.policy().has_in_force_since());
  request.set_name("mine");
  grpc::ClientContext context;
  EXPECT_EQ(stub_->GetPolicy(&context, request, &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace tsugi
