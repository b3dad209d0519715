#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <string>
#include <thread>

#include "proto/tsugi/v1/ingestion_service.grpc.pb.h"
#include "proto/tsugi/v1/recommendation_service.grpc.pb.h"
#include "service/server/address.h"
#include "tests/service/server/live_server.h"
#include "tests/testing/status_matchers.h"

namespace tsugi {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::tsugi::testing::LiveOptions;
using ::tsugi::testing::LiveServer;
using ::tsugi::testing::NewChannel;
using ::tsugi::testing::StatusIs;

httplib::Result Get(LiveServer* live, const std::string& path) {
  const Address address = ParseAddress("metrics", live->server().metrics_address()).value();
  return httplib::Client(address.host, address.port).Get(path);
}

// A call of raw bytes, for services whose messages we do not compile: one request, one answer.
std::string RawCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                    const std::string& bytes) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(&context, method, &queue);
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  call->StartCall(nullptr);
  wait();
  const grpc::Slice slice(bytes);
  call->WriteLast(grpc::ByteBuffer(&slice, 1), {}, nullptr);
  wait();
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  const bool read = wait();
  grpc::Slice whole;
  const bool dumped = read && answer.DumpToSingleSlice(&whole).ok();
  return dumped ? std::string(reinterpret_cast<const char*>(whole.begin()), whole.size()) : "";
}

constexpr char kHealth[] = "/grpc.health.v1.Health/Check";
constexpr char kServing[] = "\x08\x01";
constexpr char kNotServing[] = "\x08\x02";

TEST(LifecycleTest, HealthAndReflectionAnswer) {
  LiveServer live;
  EXPECT_EQ(RawCall(live.channel(), kHealth, ""), kServing);
  // Field 7 of the request: list the services.
  EXPECT_THAT(
      RawCall(live.channel(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
              std::string("\x3a\x01*")),
      HasSubstr("tsugi.v1.RecommendationService"));
}

TEST(LifecycleTest, ReadinessWaitsForAModel) {
  LiveOptions options;
  options.with_model = false;
  LiveServer live(options);
  EXPECT_EQ(Get(&live, "/ready")->status, 503);
  EXPECT_THAT(Get(&live, "/ready")->body, HasSubstr("tsugi train"));
  const std::string name = "tsugi.v1.RecommendationService";
  const std::string check = std::string("\x0a") + static_cast<char>(name.size()) + name;
  EXPECT_EQ(RawCall(live.channel(), kHealth, check), kNotServing);
  grpc::ClientContext context;
  v1::GetSuggestionsResponse response;
  const grpc::Status status =
      v1::RecommendationService::NewStub(live.channel())->GetSuggestions(&context, {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);

  testing::CopyModels(live.temp().File("models"));  // as another process would
  while (Get(&live, "/ready")->status != 200) std::this_thread::yield();
}

TEST(LifecycleTest, MetricsCountCalls) {
  LiveServer live;
  grpc::ClientContext context;
  v1::GetSuggestionsResponse response;
  ASSERT_TRUE(v1::RecommendationService::NewStub(live.channel())
                  ->GetSuggestions(&context, {}, &response)
                  .ok());
  const httplib::Result page = Get(&live, "/metrics");
  EXPECT_THAT(page->body, HasSubstr(R"(tsugi_calls_total{code="OK",method="GetSuggestions"} 1)"));
  EXPECT_THAT(page->body, HasSubstr("tsugi_model_info{label=\"stable\",version=\"" +
                                    live.versions().first + "\"} 1"));
  // What the store held before the server came up is followed up to its end.
  while (Get(&live, "/metrics")->body.find("tsugi_index_lag 0\n") == std::string::npos) {
    std::this_thread::yield();
  }
  EXPECT_EQ(Get(&live, "/live")->status, 200);
}

TEST(LifecycleTest, CallsUnderWayEndAndNewOnesAreUnavailable) {
  LiveServer live;
  live.store().Close();
  grpc::Status written;
  std::thread writer([&] {
    grpc::ClientContext context;
    v1::WriteEventsRequest request;
    request.add_events()->mutable_customer()->set_customer_id("C99");
    v1::WriteEventsResponse response;
    written =
        v1::IngestionService::NewStub(live.channel())->WriteEvents(&context, request, &response);
  });
  live.store().AwaitWaiting(1);
  grpc::ClientContext stream_context;
  const auto stub = v1::RecommendationService::NewStub(live.channel());
  const auto stream = stub->StreamSuggestions(&stream_context);
  v1::StreamSuggestionsResponse answer;
  ASSERT_TRUE(stream->Write({}));
  ASSERT_TRUE(stream->Read(&answer));

  std::thread stopper([&] { live.server().Stop(); });
  EXPECT_FALSE(stream->Read(&answer));  // it waited for a request
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  grpc::ClientContext context;
  v1::GetSuggestionsResponse response;
  // One that comes in before the listener is closed is cancelled by gRPC itself.
  EXPECT_THAT(v1::RecommendationService::NewStub(NewChannel(live.server().address()))
                  ->GetSuggestions(&context, {}, &response)
                  .error_code(),
              AnyOf(grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::CANCELLED));
  live.store().Open();
  writer.join();
  stopper.join();
  EXPECT_TRUE(written.ok()) << written.error_message();
}

TEST(LifecycleTest, WhatWasShownIsStoredBeforeTheEnd) {
  LiveServer live;
  grpc::ClientContext context;
  v1::GetSuggestionsRequest request;
  request.add_cart()->set_product_id("P4");
  v1::GetSuggestionsResponse response;
  ASSERT_TRUE(v1::RecommendationService::NewStub(live.channel())
                  ->GetSuggestions(&context, request, &response)
                  .ok());
  live.server().Stop();
  ASSERT_OK_AND_ASSIGN(const auto exposures,
                       live.store().ExposuresOf(response.recommendation_id()));
  EXPECT_EQ(static_cast<int>(exposures.size()), response.suggestions_size());
}

TEST(ListenTest, OnlyLoopbackUnlessSaidOtherwise) {
  ASSERT_OK_AND_ASSIGN(auto application,
                       Application::Create(std::make_unique<testing::MemoryStore>(),
                                           {.models = ::testing::TempDir() + "none"}));
  ServerOptions options;
  options.listen = "0.0.0.0:0";
  EXPECT_THAT(Server::Start(std::move(application), options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--insecure-listen")));
}

TEST(ListenTest, APortInUseIsAnError) {
  LiveServer live;
  ASSERT_OK_AND_ASSIGN(auto application,
                       Application::Create(std::make_unique<testing::MemoryStore>(),
                                           {.models = ::testing::TempDir() + "none"}));
  ServerOptions options;
  options.listen = live.server().address();
  EXPECT_THAT(Server::Start(std::move(application), options),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("port")));
}

}  // namespace
}  // namespace tsugi
