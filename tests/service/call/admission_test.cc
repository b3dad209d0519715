#include "service/call/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

TEST(AdmissionTest, LetsInAsManyAsThereArePlaces) {
  Admission admission({.max_in_flight = 2, .max_queue_delay = absl::Milliseconds(50)});
  EXPECT_OK(admission.Enter(absl::InfiniteDuration()));
  EXPECT_OK(admission.Enter(absl::InfiniteDuration()));
  EXPECT_THAT(admission.Enter(absl::InfiniteDuration()),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("more than 2")));
  EXPECT_EQ(admission.in_flight(), 2);
  admission.Leave(absl::ZeroDuration());
  EXPECT_OK(admission.Enter(absl::InfiniteDuration()));
}

TEST(AdmissionTest, RefusesWhileAQueueStandsNotWhileABurstDrains) {
  Admission admission({.max_in_flight = 9, .max_queue_delay = absl::Milliseconds(50)});
  for (std::size_t i = 1; i < Admission::kWindow; ++i) {
    admission.ReportQueueDelay(absl::Milliseconds(80));
  }
  EXPECT_OK(admission.Enter(absl::InfiniteDuration()));
  admission.ReportQueueDelay(absl::Milliseconds(51));
  EXPECT_THAT(admission.Enter(absl::InfiniteDuration()),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("51ms")));
  admission.ReportQueueDelay(absl::Milliseconds(50));
  EXPECT_OK(admission.Enter(absl::InfiniteDuration()));
}

TEST(AdmissionTest, RefusesWhatCannotBeAnsweredBeforeItsDeadline) {
  Admission admission({.max_in_flight = 2, .max_queue_delay = absl::Milliseconds(50)});
  for (int i = 0; i < 200; ++i) {
    ASSERT_OK(admission.Enter(absl::InfiniteDuration()));
    admission.Leave(absl::Milliseconds(8));
  }
  EXPECT_THAT(admission.Enter(absl::Milliseconds(2)),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("only 2ms are left")));
  EXPECT_OK(admission.Enter(absl::Milliseconds(20)));
  absl::Status status = absl::ResourceExhaustedError("");
  for (int i = 0; i < 50 && !status.ok(); ++i) status = admission.Enter(absl::Milliseconds(2));
  EXPECT_OK(status);  // tried again after a while
}

TEST(AdmissionTest, APassedDeadlineIsNotBegun) {
  Admission admission({.max_in_flight = 2, .max_queue_delay = absl::Milliseconds(50)});
  EXPECT_THAT(admission.Enter(absl::ZeroDuration()), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_EQ(admission.in_flight(), 0);
}

}  // namespace
}  // namespace tsugi
