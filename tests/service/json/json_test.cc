#include "service/json/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/json/request_lines.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

TEST(JsonTest, BothSpellingsOfAFieldAreRead) {
  v1::GetSuggestionsRequest request;
  EXPECT_OK(
      ParseJson(R"({"customer_id":"C","maxSuggestions":2,"moment":"MOMENT_RENEWAL"})", &request));
  EXPECT_EQ(request.customer_id(), "C");
  EXPECT_EQ(request.max_suggestions(), 2);
  EXPECT_EQ(request.moment(), v1::MOMENT_RENEWAL);
}

TEST(JsonTest, AnUnknownFieldIsNamed) {
  v1::GetSuggestionsRequest request;
  EXPECT_THAT(ParseJson(R"({"custmer":"C"})", &request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("custmer")));
}

TEST(JsonTest, AnswersArePrintedOnOneLineInTheStandardMapping) {
  v1::GetSuggestionsResponse response;
  response.set_recommendation_id("R");
  response.mutable_no_offer()->set_reason(v1::NO_OFFER_REASON_NO_CANDIDATE);
  EXPECT_EQ(ToJson(response),
            R"({"recommendationId":"R","noOffer":{"reason":"NO_OFFER_REASON_NO_CANDIDATE"}})");
}

TEST(RequestLinesTest, ABadLineAnswersInItsPlace) {
  std::istringstream in(
      "{\"customerId\":\"C1\"}\n\nnot json\n{\"customerId\":\"C2\"}\n{\"placement\":\"moon\"}\n");
  std::ostringstream out;
  const auto answer = [](const v1::GetSuggestionsRequest& request,
                         v1::GetSuggestionsResponse* response) {
    if (request.placement() == "moon") return absl::InvalidArgumentError("placement: moon");
    response->set_recommendation_id("to " + request.customer_id());
    return absl::OkStatus();
  };
  const LineCounts counts = AnswerLines(in, out, answer, nullptr);
  EXPECT_EQ(counts.answered, 2U);
  EXPECT_EQ(counts.failed, 2U);
  std::istringstream lines(out.str());
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, R"({"recommendationId":"to C1"})");
  std::getline(lines, line);
  EXPECT_THAT(line, HasSubstr(R"({"error":{"code":3,"message":"not a GetSuggestionsRequest)"));
  std::getline(lines, line);
  EXPECT_EQ(line, R"({"recommendationId":"to C2"})");
  std::getline(lines, line);
  EXPECT_EQ(line, R"({"error":{"code":3,"message":"placement: moon"}})");
}

}  // namespace
}  // namespace tsugi
