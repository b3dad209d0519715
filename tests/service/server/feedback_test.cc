#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "proto/tsugi/v1/recommendation_service.grpc.pb.h"
#include "tests/service/server/live_server.h"

namespace tsugi {
namespace {

using ::tsugi::testing::LiveServer;

class FeedbackOverGrpcTest : public ::testing::Test {
 protected:
  v1::GetSuggestionsResponse Ask(const std::string& customer_id) {
    v1::GetSuggestionsRequest request;
    request.set_customer_id(customer_id);
    request.add_cart()->set_product_id("P4");
    v1::GetSuggestionsResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(stub_->GetSuggestions(&context, request, &response).ok());
    return response;
  }

  grpc::Status React(const v1::RecordReactionRequest& request,
                     v1::RecordReactionResponse* response) {
    grpc::ClientContext context;
    return stub_->RecordReaction(&context, request, response);
  }

  LiveServer live_{[] {
    testing::LiveOptions options;
    options.policy = "default";
    return options;
  }()};
  std::unique_ptr<v1::RecommendationService::Stub> stub_ =
      v1::RecommendationService::NewStub(live_.channel());
};

TEST_F(FeedbackOverGrpcTest, WhatWasDeclinedIsNotInTheNextAnswer) {
  const v1::GetSuggestionsResponse before = Ask("C1");
  ASSERT_GT(before.suggestions_size(), 0);
  const std::string declined = before.suggestions(0).product_id();
  v1::RecordReactionRequest request;
  request.set_event_id("E1");
  request.set_reaction(v1::REACTION_DECLINED);
  request.set_recommendation_id(before.recommendation_id());
  request.set_product_id(declined);
  v1::RecordReactionResponse response;
  const grpc::Status status = React(request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(response.already_there());
  ASSERT_TRUE(React(request, &response).ok());
  EXPECT_TRUE(response.already_there());
  const v1::GetSuggestionsResponse after = Ask("C1");
  for (const v1::Suggestion& suggestion : after.suggestions()) {
    EXPECT_NE(suggestion.product_id(), declined);
  }
}

TEST_F(FeedbackOverGrpcTest, UnknownRecommendationsAreNotFound) {
  v1::RecordReactionRequest request;
  request.set_event_id("E1");
  request.set_reaction(v1::REACTION_ACCEPTED);
  request.set_recommendation_id("nobody");
  request.set_product_id("P1");
  v1::RecordReactionResponse response;
  EXPECT_EQ(React(request, &response).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(FeedbackOverGrpcTest, AListedAccountsCallIsRecordedByItsAnswersName) {
  v1::ListRenewalSuggestionsResponse list;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->ListRenewalSuggestions(&context, {}, &list).ok());
  }
  ASSERT_GT(list.accounts_size(), 0);
  v1::RecordContactRequest request;
  request.set_event_id("call-1");
  request.set_recommendation_id(list.accounts(0).recommendation_id());
  v1::RecordContactResponse response;
  grpc::ClientContext context;
  const grpc::Status status = stub_->RecordContact(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(response.already_there());
}

}  // namespace
}  // namespace tsugi
