#include "service/training/training_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "proto/tsugi/v1/training_service.pb.h"
#include "service/training/training_messages.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tsugi::testing::StatusIs;

// A training that begins two steps, then waits to be told how it ends, or to be cancelled.
class TrainingRunnerTest : public ::testing::Test {
 protected:
  TrainingRunnerTest()
      : runner_(
            [this](const TrainingOrder&,
                   const std::function<void(const std::string&, double)>& progress,
                   const std::atomic<bool>& cancelled) -> absl::StatusOr<std::string> {
              progress("scan", 0.1);
              progress("ials", 0.5);
              begun_.set_value();
              std::future<absl::StatusOr<std::string>> result = result_.get_future();
              while (result.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
                if (cancelled) return absl::CancelledError("asked to");
              }
              return result.get();
            },
            &base::SystemClock()) {}

  // The training's last state, told by Cancel's callback.
  TrainingRecord CancelAndWait(const std::string& id) {
    auto ended = std::make_shared<std::promise<TrainingRecord>>();
    EXPECT_OK(runner_.Cancel(id, [ended](const TrainingRecord& r) { ended->set_value(r); }));
    return ended->get_future().get();
  }

  // Watches until the end; the states it was told of.
  std::vector<std::string> WatchToTheEnd(const std::string& id) {
    std::vector<std::string> told;
    std::promise<void> over;
    EXPECT_OK(runner_.Watch(id, this, [&](const TrainingRecord& record) {
      told.push_back(record.stage + (record.ended() ? "ended" : ""));
      if (record.ended()) over.set_value();
    }));
    result_.set_value(std::string("v1"));
    over.get_future().wait();
    runner_.Unwatch(this);
    return told;
  }

  std::promise<void> begun_;
  std::promise<absl::StatusOr<std::string>> result_;
  TrainingRunner runner_;  // last: its thread uses the others
};

TEST_F(TrainingRunnerTest, RunsOneAtATimeAndTellsItsEnd) {
  ASSERT_OK_AND_ASSIGN(const TrainingRecord started, runner_.Start({}));
  begun_.get_future().wait();
  EXPECT_TRUE(runner_.running());
  EXPECT_THAT(runner_.Start({}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(started.id)));
  EXPECT_THAT(WatchToTheEnd(started.id), ElementsAre("ials", "ended"));
  ASSERT_OK_AND_ASSIGN(const TrainingRecord ended, runner_.Find(started.id));
  EXPECT_EQ(ended.state, TrainingState::kSucceeded);
  EXPECT_EQ(ended.version, "v1");
  EXPECT_EQ(ended.fraction, 1);
  ASSERT_EQ(ended.steps.size(), 2U);
  EXPECT_EQ(ended.steps[0].first, "scan");
  EXPECT_FALSE(runner_.running());
}

TEST_F(TrainingRunnerTest, ARepeatedRequestIdFindsTheTrainingItStarted) {
  TrainingOrder order;
  order.request_id = "once";
  ASSERT_OK_AND_ASSIGN(const TrainingRecord first, runner_.Start(order));
  ASSERT_OK_AND_ASSIGN(const TrainingRecord again, runner_.Start(order));
  EXPECT_EQ(again.id, first.id);
  order.seed = 2;
  EXPECT_THAT(runner_.Start(order),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("request_id: once")));
  CancelAndWait(first.id);
}

TEST_F(TrainingRunnerTest, ACancelledTrainingEndsAndSaysSo) {
  ASSERT_OK_AND_ASSIGN(const TrainingRecord started, runner_.Start({}));
  EXPECT_EQ(CancelAndWait(started.id).state, TrainingState::kCancelled);
  EXPECT_EQ(CancelAndWait(started.id).state, TrainingState::kCancelled);  // ended already
  EXPECT_THAT(runner_.Cancel("training-000099", [](const TrainingRecord&) {}),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(TrainingRunnerTest, AFailedTrainingKeepsItsReason) {
  ASSERT_OK_AND_ASSIGN(const TrainingRecord started, runner_.Start({}));
  result_.set_value(absl::InternalError("the factorisation failed"));
  auto ended = std::make_shared<std::promise<TrainingRecord>>();
  std::promise<void> over;
  ASSERT_OK(runner_.Watch(started.id, this, [&](const TrainingRecord& record) {
    if (record.ended()) over.set_value();
  }));
  over.get_future().wait();
  ASSERT_OK_AND_ASSIGN(const TrainingRecord record, runner_.Find(started.id));
  EXPECT_EQ(record.state, TrainingState::kFailed);
  v1::Training message;
  FillTraining(record, &message);
  EXPECT_EQ(message.state(), v1::TRAINING_STATE_FAILED);
  EXPECT_EQ(message.error().code(), 13);
  EXPECT_EQ(message.error().message(), "the factorisation failed");
}

TEST(TrainingOrderTest, BadFieldsAreRefused) {
  const absl::Time now = base::ParseTime("2026-01-01").value();
  v1::StartTrainingRequest request;
  request.set_threads(-1);
  EXPECT_THAT(ToTrainingOrder(request, now),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("threads: -1")));
  request.Clear();
  request.set_label("best");
  EXPECT_THAT(ToTrainingOrder(request, now),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("label: best")));
  request.Clear();
  request.mutable_until()->set_seconds(absl::ToUnixSeconds(now) + 3600);
  EXPECT_THAT(ToTrainingOrder(request, now),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("until: ")));
  request.Clear();
  request.set_config("ials: {dimension: 3}");
  EXPECT_THAT(ToTrainingOrder(request, now),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("config:1:")));
}

}  // namespace
}  // namespace tsugi
