#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "proto/tsugi/v1/ingestion_service.grpc.pb.h"
#include "proto/tsugi/v1/recommendation_service.grpc.pb.h"
#include "tests/service/server/live_server.h"

namespace tsugi {
namespace {

using ::testing::HasSubstr;
using ::tsugi::testing::LiveOptions;
using ::tsugi::testing::LiveServer;

v1::Event OrderOf(const std::string& id, const std::string& customer) {
  v1::Event event;
  v1::Order* order = event.mutable_order();
  order->set_order_id(id);
  order->set_customer_id(customer);
  order->mutable_ordered_at()->set_seconds(1'700'000'000);
  order->add_lines()->set_product_id("P1");
  return event;
}

grpc::Status Write(const std::shared_ptr<grpc::Channel>& channel, const v1::Event& event,
                   v1::WriteEventsResponse* response,
                   absl::Duration deadline = absl::InfiniteDuration()) {
  grpc::ClientContext context;
  if (deadline != absl::InfiniteDuration()) {
    context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(deadline));
  }
  v1::WriteEventsRequest request;
  *request.add_events() = event;
  return v1::IngestionService::NewStub(channel)->WriteEvents(&context, request, response);
}

std::vector<std::string> Offered(LiveServer* live) {
  v1::GetSuggestionsRequest request;
  request.set_customer_id("C1");
  request.set_dry_run(true);
  request.add_cart()->set_product_id("P4");
  v1::GetSuggestionsResponse response;
  grpc::ClientContext context;
  EXPECT_TRUE(v1::RecommendationService::NewStub(live->channel())
                  ->GetSuggestions(&context, request, &response)
                  .ok());
  std::vector<std::string> ids;
  for (const v1::Suggestion& suggestion : response.suggestions()) {
    ids.push_back(suggestion.product_id());
  }
  return ids;
}

TEST(IngestionTest, AWriteCountsInTheNextAnswer) {
  LiveServer live;
  ASSERT_THAT(Offered(&live), ::testing::Contains("P5"));
  v1::Event sold_out;
  sold_out.mutable_product()->set_product_id("P5");
  sold_out.mutable_product()->set_in_stock(false);
  v1::WriteEventsResponse response;
  const grpc::Status status = Write(live.channel(), sold_out, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.written(), 1);
  EXPECT_THAT(Offered(&live), ::testing::Not(::testing::Contains("P5")));
}

TEST(IngestionTest, TheSameEventsAgainChangeNothing) {
  LiveServer live;
  v1::WriteEventsResponse response;
  ASSERT_TRUE(Write(live.channel(), OrderOf("new", "C1"), &response).ok());
  EXPECT_EQ(response.written(), 1);
  ASSERT_TRUE(Write(live.channel(), OrderOf("new", "C1"), &response).ok());
  EXPECT_EQ(response.written(), 0);
  EXPECT_EQ(response.already_there(), 1);
}

TEST(IngestionTest, ABadEventIsNamedAndNothingIsWritten) {
  LiveServer live;
  grpc::ClientContext context;
  v1::WriteEventsRequest request;
  *request.add_events() = OrderOf("new", "C1");
  request.add_events()->mutable_order()->set_order_id("bad");
  v1::WriteEventsResponse response;
  const grpc::Status status =
      v1::IngestionService::NewStub(live.channel())->WriteEvents(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("events[1].order.ordered_at: is missing"));
  ASSERT_TRUE(Write(live.channel(), OrderOf("new", "C1"), &response).ok());
  EXPECT_EQ(response.written(), 1);
}

class ImportTest : public ::testing::Test {
 protected:
  // `bad` of `count` orders cannot be used.
  grpc::Status Import(int count, int bad, v1::ImportEventsResponse* response) {
    grpc::ClientContext context;
    const auto writer =
        v1::IngestionService::NewStub(live_.channel())->ImportEvents(&context, response);
    for (int i = 0; i < count; ++i) {
      v1::ImportEventsRequest request;
      if (i == 0) request.set_max_rejected_percent(10);
      *request.add_events() = OrderOf("I" + std::to_string(i), "C1");
      if (i < bad) request.mutable_events(0)->mutable_order()->mutable_lines(0)->set_quantity(0);
      writer->Write(request);
    }
    writer->WritesDone();
    return writer->Finish();
  }
  LiveServer live_;
};

TEST_F(ImportTest, KeepsWhatIsGoodAndListsWhatIsNot) {
  v1::ImportEventsResponse response;
  const grpc::Status status = Import(20, 2, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.events_read(), 20);
  EXPECT_EQ(response.written(), 18);
  EXPECT_EQ(response.rejected(), 2);
  ASSERT_EQ(response.rejects_size(), 2);
  EXPECT_EQ(response.rejects(1).position(), 1);
  EXPECT_EQ(response.rejects(1).field(), "order.lines[0].quantity");
  EXPECT_EQ(response.rejects(1).value(), "0");
}

TEST_F(ImportTest, TooManyRejectsWriteNothing) {
  v1::ImportEventsResponse response;
  const grpc::Status status = Import(20, 3, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("3 of 20"));
  ASSERT_TRUE(Import(20, 0, &response).ok());
  EXPECT_EQ(response.written(), 20);
}

TEST(DeleteCustomerTest, ForgetsAndMayBeRepeated) {
  LiveServer live;
  const auto stub = v1::IngestionService::NewStub(live.channel());
  v1::DeleteCustomerRequest request;
  request.set_customer_id("C1");
  for (int i = 0; i < 2; ++i) {
    grpc::ClientContext context;
    v1::DeleteCustomerResponse response;
    const grpc::Status status = stub->DeleteCustomer(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_GT(response.seq(), 0);
    EXPECT_EQ(response.was_known(), i == 0);
  }
  base::ReaderLock lock(&live.server().application().index().mutex());
  EXPECT_EQ(live.server().application().index().FindCustomer("C1"), nullptr);
}

TEST(OverloadTest, MoreWritesThanCanWaitAreRefusedAtOnce) {
  LiveOptions options;
  options.server.calls.blocking_threads = 1;
  options.server.calls.max_queued_calls = 1;
  LiveServer live(options);
  live.store().Close();
  v1::WriteEventsResponse first_response;
  v1::WriteEventsResponse second_response;
  grpc::Status first;
  grpc::Status second;
  std::thread a([&] { first = Write(live.channel(), OrderOf("a", "C1"), &first_response); });
  live.store().AwaitWaiting(1);  // the one thread is taken
  std::thread b([&] { second = Write(live.channel(), OrderOf("b", "C1"), &second_response); });
  // One of `b` and this takes the one place in the queue; refusals come until it is taken.
  v1::WriteEventsResponse response;
  grpc::Status status;
  while (status.error_code() != grpc::StatusCode::RESOURCE_EXHAUSTED) {
    status = Write(live.channel(), OrderOf("c", "C1"), &response, absl::Milliseconds(200));
  }
  EXPECT_THAT(status.error_message(), HasSubstr("too many calls"));
  live.store().Open();
  a.join();
  b.join();
  EXPECT_TRUE(first.ok()) << first.error_message();
}

TEST(DeadlineTest, AWriteThatWaitedPastItsDeadlineIsNotBegun) {
  LiveOptions options;
  options.server.calls.blocking_threads = 1;
  LiveServer live(options);
  live.store().Close();
  v1::WriteEventsResponse first_response;
  grpc::Status first;
  std::thread a([&] { first = Write(live.channel(), OrderOf("a", "C1"), &first_response); });
  live.store().AwaitWaiting(1);
  v1::WriteEventsResponse response;
  const grpc::Status late =
      Write(live.channel(), OrderOf("late", "C1"), &response, absl::Milliseconds(50));
  EXPECT_EQ(late.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  absl::SleepFor(absl::Milliseconds(100));  // the server's own clock of the call runs out, too
  live.store().Open();
  a.join();
  EXPECT_TRUE(first.ok());
  // The one thread takes calls in order: this one comes after the late one, which it would find.
  ASSERT_TRUE(Write(live.channel(), OrderOf("late", "C1"), &response).ok());
  EXPECT_EQ(response.written(), 1);
}

}  // namespace
}  // namespace tsugi
