#include "service/recommendation/answerer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "base/time.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;
using ::tsugi::testing::IsOkAndHolds;
using ::tsugi::testing::MemoryStore;
using ::tsugi::testing::StatusIs;

class FixedClock : public base::Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixSeconds(1'700'000'000); }
};

// An engine that always offers P1 and counts how often it was asked.
class AnswererTest : public ::testing::Test {
 protected:
  AnswererTest() {
    policies_ = *PolicyHolder::Create("default", clock_.Now(), [](const Policy&) {});
    answerer_ = std::make_unique<Answerer>(Answerer::Parts{
        [this](const SuggestRequest& request,
               const AnswerKeeping&) -> absl::StatusOr<ReservedAnswer> {
          ++asked_;
          if (request.customer_id == "broken") return absl::UnavailableError("no model");
          ReservedAnswer given;
          Suggestions& answer = given.answer;
          answer.recommendation_id =
              request.recommendation_id.empty() ? "derived" : request.recommendation_id;
          answer.decided_at = request.at;
          answer.suggestions.emplace_back().product_id = "P1";
          return given;
        },
        policies_.get(), &exposures_, &clock_, "USD"});
  }

  v1::GetSuggestionsResponse Ask(const v1::GetSuggestionsRequest& request) {
    v1::GetSuggestionsResponse response;
    EXPECT_OK(answerer_->Answer(request, &response));
    return response;
  }

  FixedClock clock_;
  MemoryStore store_;
  ExposureLog exposures_{&store_, &clock_, {.max_queued = 100, .delay = absl::Hours(1)}};
  std::unique_ptr<PolicyHolder> policies_;
  std::unique_ptr<Answerer> answerer_;
  int asked_ = 0;
};

TEST_F(AnswererTest, ARealAnswerIsRecordedADryRunIsNot) {
  v1::GetSuggestionsRequest request;
  request.set_customer_id("C1");
  const std::string id = Ask(request).recommendation_id();
  EXPECT_THAT(id, MatchesRegex("[A-Za-z0-9_-]{22}"));
  request.set_dry_run(true);
  EXPECT_EQ(Ask(request).recommendation_id(), "derived");
  ASSERT_OK(exposures_.Flush());
  EXPECT_THAT(store_.ExposuresOf(id), IsOkAndHolds(SizeIs(1)));
  EXPECT_THAT(store_.ExposuresOf("derived"), IsOkAndHolds(SizeIs(0)));
}

TEST_F(AnswererTest, ARepeatedRequestIdGetsTheSameAnswerAndCountsOnce) {
  v1::GetSuggestionsRequest request;
  request.set_request_id("again");
  const v1::GetSuggestionsResponse first = Ask(request);
  EXPECT_EQ(Ask(request).SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(exposures_.queued(), 1U);
  request.set_customer_id("C2");
  v1::GetSuggestionsResponse response;
  EXPECT_THAT(answerer_->Answer(request, &response),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("again")));
}

TEST_F(AnswererTest, WithoutARequestIdEachAnswerHasItsOwnName) {
  std::set<std::string> ids;
  for (int i = 0; i < 50; ++i) ids.insert(Ask({}).recommendation_id());
  EXPECT_THAT(ids, SizeIs(50));
}

TEST_F(AnswererTest, TheEnginesErrorIsTheAnswersError) {
  v1::GetSuggestionsRequest request;
  request.set_customer_id("broken");
  v1::GetSuggestionsResponse response;
  EXPECT_THAT(answerer_->Answer(request, &response), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace tsugi
