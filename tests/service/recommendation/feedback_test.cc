#include "service/recommendation/feedback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/state/fact_index.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::IsOkAndHolds;
using ::tsugi::testing::MemoryStore;
using ::tsugi::testing::StatusIs;

const absl::Time kThen = absl::FromUnixSeconds(1'700'000'000);

class FeedbackTest : public ::testing::Test {
 protected:
  ReactionEvent Declined(const std::string& event_id, const std::string& recommendation_id,
                         const std::string& product_id = "P1") {
    ReactionEvent event;
    event.event_id = event_id;
    event.at = kThen;
    event.reaction = Reaction::kDeclined;
    event.recommendation_id = recommendation_id;
    event.product_id = product_id;
    return event;
  }

  void Show(const std::string& recommendation_id) {
    Exposure exposure;
    exposure.recommendation_id = recommendation_id;
    exposure.product_id = "P1";
    exposure.customer_id = "C1";
    exposure.placement = "email";
    exposure.at = kThen;
    ASSERT_OK(exposures_.Add({exposure}));
  }

  std::size_t ReactionsOfC1() {
    base::ReaderLock lock(&index_.mutex());
    const CustomerRecord* customer = index_.FindCustomer("C1");
    return customer == nullptr ? 0 : customer->reactions.size();
  }

  MemoryStore store_;
  FactIndex index_;
  Follower follower_{&store_, &index_};
  ExposureLog exposures_{&store_, &base::SystemClock(), {.max_queued = 9, .delay = absl::Hours(1)}};
  ListedAnswers listed_;
  Feedback feedback_{&store_, &follower_, &exposures_, &listed_, &base::SystemClock()};
};

TEST_F(FeedbackTest, AReactionFindsAnAnswerThatStillWaitsForTheStore) {
  Show("R1");
  EXPECT_THAT(feedback_.Record(Declined("E1", "R1")), IsOkAndHolds(false));
  EXPECT_EQ(ReactionsOfC1(), 1U);  // counts at once, for the customer the offer was made to
  EXPECT_THAT(feedback_.Record(Declined("E1", "R1")), IsOkAndHolds(true));
  EXPECT_EQ(ReactionsOfC1(), 1U);
}

TEST_F(FeedbackTest, AnUnknownRecommendationIsNotFound) {
  EXPECT_THAT(feedback_.Record(Declined("E1", "nobody")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("recommendation_id: nobody")));
}

TEST_F(FeedbackTest, ProductAndCustomerMustBeTheRecommendations) {
  Show("R1");
  EXPECT_THAT(feedback_.Record(Declined("E1", "R1", "P2")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("product_id: P2")));
  ReactionEvent event = Declined("E2", "R1");
  event.customer_id = "C2";
  EXPECT_THAT(feedback_.Record(event),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("customer_id: C2")));
}

TEST_F(FeedbackTest, AnEventIdStandsForOneEvent) {
  Show("R1");
  ASSERT_OK(feedback_.Record(Declined("E1", "R1")));
  ReactionEvent other = Declined("E1", "R1");
  other.reaction = Reaction::kAccepted;
  EXPECT_THAT(feedback_.Record(other), StatusIs(absl::StatusCode::kFailedPrecondition));
  Contact contact;  // contacts have ids of their own
  contact.event_id = "E1";
  contact.customer_id = "C1";
  contact.at = kThen;
  EXPECT_THAT(feedback_.Record(contact), IsOkAndHolds(false));
}

TEST_F(FeedbackTest, WorklistAnswersCanBeNamedUntilTheirCustomerIsForgotten) {
  listed_.Add("L1", {"C1", "cs", {"P1"}});
  EXPECT_THAT(feedback_.Record(Declined("E1", "L1")), IsOkAndHolds(false));
  EXPECT_EQ(ReactionsOfC1(), 1U);
  listed_.ForgetCustomer("C1");
  EXPECT_THAT(feedback_.Record(Declined("E2", "L1")), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace tsugi
