// Two programs that serve one store, as replicas behind a load balancer would: contacts are counted
// exactly over both, and what one is told the other knows.
#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/mutex.h"
#include "base/time.h"
#include "proto/tsugi/v1/ingestion_service.grpc.pb.h"
#include "proto/tsugi/v1/model_service.grpc.pb.h"
#include "proto/tsugi/v1/recommendation_service.grpc.pb.h"
#include "tests/service/server/live_server.h"
#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

using testing::Background;
using testing::Finished;
using ::testing::Not;
using testing::RunProgram;

constexpr char kPolicy[] = R"yaml(version: 1
contact_policy:
  min_expected_value: 0
  control_group_percent: 0
rules:
  - id: renewal-upgrade
    moment: renewal
    window: {before: 30d}
    offers: [upgrade]
  - id: cart
    moment: pre_purchase
    offers: [cross_sell]
)yaml";

class TwoServers : public ::testing::Test {
 protected:
  // A teashop with a plan to upgrade, trained twice.
  void SetUp() override {
    Write("policy.yaml", kPolicy);
    Write("products.csv",
          "product_id,kind,family,tier,price,durable\n"
          "tea,goods,,,10,false\ncup,goods,,,10,true\nsoap,goods,,,10,false\n"
          "basic,plan,plans,1,10,false\npro,plan,plans,2,25,false\n");
    std::string orders = "order_id,customer_id,ordered_at,product_id\n";
    for (int i = 0; i < 40; ++i) {
      const std::string head = absl::StrCat("o", i, ",c", i, ",2024-01-", 10 + i % 20, ",");
      absl::StrAppend(&orders, head, i % 4 == 0 ? "soap\n" : "tea\n");
      if (i % 4 != 0) absl::StrAppend(&orders, head, "cup\n");
    }
    Write("orders.csv", orders);
    Write("subscriptions.csv",
          absl::StrCat("subscription_id,customer_id,product_id,status,started_at,renews_at\n",
                       "s1,ann,basic,active,2024-01-01,",
                       base::FormatTime(absl::Now() + absl::Hours(24 * 5)), "\n"));
    for (const char* kind : {"products", "orders", "subscriptions"}) {
      Tsugi({"import", kind, std::string(kind) + ".csv", "--quiet"});
    }
    first_version_ = Train("stable", "1");
    second_version_ = Train("none", "2");
    ASSERT_THAT(second_version_, Not(first_version_));
    for (const char* name : {"a", "b"}) Start(name);
  }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_.File(name)) << text;
  }

  std::string Tsugi(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), Program());
    const Finished done = RunProgram(arguments, directory_.path());
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return done.out;
  }

  std::string Train(const std::string& label, const std::string& seed) {
    const std::string out = Tsugi({"train", "--label", label, "--seed", seed, "--json", "--quiet"});
    return nlohmann::json::parse(out, nullptr, false).value("version", "");
  }

  void Start(const std::string& name) {
    servers_.push_back(std::make_unique<Background>(
        std::vector<std::string>{Program(), "serve", "--listen", "127.0.0.1:0", "--metrics",
                                 "127.0.0.1:0", "--policy", "policy.yaml"},
        directory_.path(), directory_.File(name + ".log")));
    const std::string address = servers_.back()->WaitForLine("listening on ");
    ASSERT_FALSE(address.empty()) << "server " << name << " did not come up";
    channels_.push_back(testing::NewChannel(address));
  }

  v1::GetSuggestionsResponse Ask(int server, const v1::GetSuggestionsRequest& request) {
    grpc::ClientContext context;
    v1::GetSuggestionsResponse response;
    const grpc::Status status =
        v1::RecommendationService::NewStub(channels_[static_cast<std::size_t>(server)])
            ->GetSuggestions(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  static v1::GetSuggestionsRequest CartOf(const std::string& customer) {
    v1::GetSuggestionsRequest request;
    request.set_customer_id(customer);
    request.add_cart()->set_product_id("tea");
    request.set_dry_run(true);
    return request;
  }

  static bool Offers(const v1::GetSuggestionsResponse& answer, const std::string& product) {
    for (const v1::Suggestion& suggestion : answer.suggestions()) {
      if (suggestion.product_id() == product) return true;
    }
    return false;
  }

  // How long until `holds`; half a minute is long enough to say that it never will.
  static absl::Duration Until(const std::function<bool()>& holds) {
    const absl::Time begin = absl::Now();
    while (!holds()) {
      if (absl::Now() - begin > absl::Seconds(30)) return absl::InfiniteDuration();
      absl::SleepFor(absl::Milliseconds(5));
    }
    return absl::Now() - begin;
  }

  static std::string Program() { return std::string(TSUGI_BINARY_DIR) + "/tsugi"; }

  testing::TempDir directory_;
  std::string first_version_;
  std::string second_version_;
  std::vector<std::unique_ptr<Background>> servers_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
};

TEST_F(TwoServers, ThirtyTwoRequestsOverBothMakeTheTwoOffersThatAreLeft) {
  constexpr int kRequests = 32;
  base::Mutex mutex;
  int offers = 0;
  std::map<v1::NoOfferReason, int> refused;
  std::vector<std::thread> threads;
  threads.reserve(kRequests);
  for (int i = 0; i < kRequests; ++i) {
    threads.emplace_back([&, i] {
      v1::GetSuggestionsRequest request;
      request.set_customer_id("ann");
      request.set_placement("email");
      request.set_request_id(absl::StrCat("request ", i));
      const v1::GetSuggestionsResponse answer = Ask(i % 2, request);
      const base::MutexLock lock(&mutex);
      if (answer.has_no_offer()) {
        ++refused[answer.no_offer().reason()];
      } else {
        ++offers;
        EXPECT_TRUE(Offers(answer, "pro")) << answer.ShortDebugString();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(offers, 2);
  EXPECT_EQ(refused[v1::NO_OFFER_REASON_CONTACT_LIMIT], kRequests - 2);
}

TEST_F(TwoServers, AnOrderToldToOneCountsInTheAnswersOfTheOther) {
  ASSERT_TRUE(Offers(Ask(1, CartOf("bob")), "cup"));
  v1::WriteEventsRequest write;
  v1::Order* order = write.add_events()->mutable_order();
  order->set_order_id("bobs");
  order->set_customer_id("bob");
  order->mutable_ordered_at()->set_seconds(absl::ToUnixSeconds(absl::Now()) - 60);
  order->add_lines()->set_product_id("cup");  // durable: owned from now on
  grpc::ClientContext context;
  v1::WriteEventsResponse written;
  const grpc::Status status =
      v1::IngestionService::NewStub(channels_[0])->WriteEvents(&context, write, &written);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(Offers(Ask(0, CartOf("bob")), "cup")) << "the one that was told";
  const absl::Duration took = Until([&] { return !Offers(Ask(1, CartOf("bob")), "cup"); });
  EXPECT_LT(took, absl::InfiniteDuration());
  RecordProperty("order_seen_after_ms", absl::StrCat(absl::ToInt64Milliseconds(took)));
}

TEST_F(TwoServers, APromotedModelAnswersOnBoth) {
  ASSERT_EQ(Ask(0, CartOf("bob")).model_version(), first_version_);
  ASSERT_EQ(Ask(1, CartOf("bob")).model_version(), first_version_);
  v1::SetLabelRequest request;
  request.set_label("stable");
  request.set_model_version(second_version_);
  grpc::ClientContext context;
  v1::SetLabelResponse response;
  const grpc::Status status =
      v1::ModelService::NewStub(channels_[0])->SetLabel(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(Ask(0, CartOf("bob")).model_version(), second_version_);
  const absl::Duration took =
      Until([&] { return Ask(1, CartOf("bob")).model_version() == second_version_; });
  EXPECT_LT(took, absl::InfiniteDuration());
  RecordProperty("model_seen_after_ms", absl::StrCat(absl::ToInt64Milliseconds(took)));
}

}  // namespace
}  // namespace tsugi
