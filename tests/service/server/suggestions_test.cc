#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/tsugi/v1/insight_service.grpc.pb.h"
#include "proto/tsugi/v1/recommendation_service.grpc.pb.h"
#include "tests/service/server/live_server.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::tsugi::testing::LiveServer;

class SuggestionsTest : public ::testing::Test {
 protected:
  grpc::Status Ask(const v1::GetSuggestionsRequest& request, v1::GetSuggestionsResponse* response) {
    grpc::ClientContext context;
    return stub_->GetSuggestions(&context, request, response);
  }

  static v1::GetSuggestionsRequest Cart(const std::string& product_id) {
    v1::GetSuggestionsRequest request;
    request.add_cart()->set_product_id(product_id);
    return request;
  }

  LiveServer live_;
  std::unique_ptr<v1::RecommendationService::Stub> stub_ =
      v1::RecommendationService::NewStub(live_.channel());
};

TEST_F(SuggestionsTest, ACartIsAnsweredWithItsComplement) {
  v1::GetSuggestionsResponse response;
  const grpc::Status status = Ask(Cart("P4"), &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_GT(response.suggestions_size(), 0);
  EXPECT_EQ(response.suggestions(0).product_id(), "P5");
  EXPECT_EQ(response.model_version(), live_.versions().first);
  EXPECT_THAT(response.recommendation_id(), Not(IsEmpty()));
}

TEST_F(SuggestionsTest, ARepeatedRequestIdGetsTheSameBytes) {
  v1::GetSuggestionsRequest request = Cart("P4");
  request.set_request_id("once");
  v1::GetSuggestionsResponse first;
  v1::GetSuggestionsResponse again;
  ASSERT_TRUE(Ask(request, &first).ok());
  ASSERT_TRUE(Ask(request, &again).ok());
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  request.set_customer_id("C1");
  EXPECT_EQ(Ask(request, &again).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
}

TEST_F(SuggestionsTest, ADryRunOfAnInstantIsTheSameEachTime) {
  v1::GetSuggestionsRequest request = Cart("P4");
  request.set_customer_id("C3");
  request.set_dry_run(true);
  request.mutable_at()->set_seconds(1'704'200'000);
  v1::GetSuggestionsResponse first;
  v1::GetSuggestionsResponse again;
  ASSERT_TRUE(Ask(request, &first).ok());
  ASSERT_TRUE(Ask(request, &again).ok());
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
}

TEST_F(SuggestionsTest, MistakesAreNamed) {
  v1::GetSuggestionsResponse response;
  v1::GetSuggestionsRequest request = Cart("P4");
  request.mutable_cart(0)->set_quantity(0);
  grpc::Status status = Ask(request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "cart[0].quantity: 0 is out of range; use 1 to 100000");
  request = Cart("P4");
  request.set_model_label("canary");
  status = Ask(request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(SuggestionsTest, AMessageOverItsBoundIsRefused) {
  v1::GetSuggestionsRequest request;
  request.set_customer_id(std::string(limits::kMaxRequestBytes + 1, 'x'));
  v1::GetSuggestionsResponse response;
  EXPECT_EQ(Ask(request, &response).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(SuggestionsTest, AStreamAnswersInOrderAndGoesOnAfterAMistake) {
  grpc::ClientContext context;
  const auto stream = stub_->StreamSuggestions(&context);
  for (int i = 0; i < 50; ++i) {
    v1::GetSuggestionsRequest request = Cart("P4");
    request.set_request_id("r" + std::to_string(i));
    if (i == 7) request.set_placement("moon");
    ASSERT_TRUE(stream->Write(request));
  }
  stream->WritesDone();
  v1::StreamSuggestionsResponse response;
  int seen = 0;
  for (; stream->Read(&response); ++seen) {
    EXPECT_EQ(response.position(), seen);
    EXPECT_EQ(response.request_id(), "r" + std::to_string(seen));
    EXPECT_EQ(response.has_error(), seen == 7);
  }
  EXPECT_EQ(seen, 50);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(SuggestionsTest, TheWorklistComesInPagesThatFitTogether) {
  v1::ListRenewalSuggestionsRequest request;
  request.set_page_size(2);
  v1::ListRenewalSuggestionsResponse first;
  {
    grpc::ClientContext context;
    const grpc::Status status = stub_->ListRenewalSuggestions(&context, request, &first);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_EQ(first.total_size(), 3);
  ASSERT_EQ(first.accounts_size(), 2);
  EXPECT_EQ(first.accounts(0).product_id(), "basic");
  EXPECT_EQ(first.accounts(0).moment(), v1::MOMENT_RENEWAL);
  EXPECT_THAT(first.accounts(0).recommendation_id(), Not(IsEmpty()));
  request.set_page_token(first.next_page_token());
  v1::ListRenewalSuggestionsResponse second;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->ListRenewalSuggestions(&context, request, &second).ok());
  }
  ASSERT_EQ(second.accounts_size(), 1);
  EXPECT_EQ(second.next_page_token(), "");
  EXPECT_EQ(second.decided_at().seconds(), first.decided_at().seconds());
  EXPECT_NE(second.accounts(0).subscription_id(), first.accounts(1).subscription_id());
  request.set_order_by("event_at");  // another request: the token is not its own
  grpc::ClientContext context;
  const grpc::Status status = stub_->ListRenewalSuggestions(&context, request, &second);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("page_token: "));
}

TEST_F(SuggestionsTest, ReportsOfOutcomesAndStagesAnswer) {
  const auto insight = v1::InsightService::NewStub(live_.channel());
  v1::GetStageReportResponse stages;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(insight->GetStageReport(&context, {}, &stages).ok());
  }
  std::int64_t balance = 0;
  for (const v1::StageRow& row : stages.rows()) balance += row.balance();
  EXPECT_GT(balance, 0);
  v1::GetOutcomeReportResponse outcomes;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(insight->GetOutcomeReport(&context, {}, &outcomes).ok());
  }
  ASSERT_EQ(outcomes.rows_size(), 1);
  EXPECT_THAT(outcomes.rows(0).verdict(), HasSubstr("nothing was offered"));
  v1::GetOutcomeReportRequest request;
  request.mutable_from()->set_seconds(4'000'000'000);
  grpc::ClientContext context;
  const grpc::Status status = insight->GetOutcomeReport(&context, request, &outcomes);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("from: "));
}

}  // namespace
}  // namespace tsugi
