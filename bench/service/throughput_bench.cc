// Throughput of GetSuggestions beside a handler that answers with a prepared message of the same
// size: same process, same client, same requests, in turns, so that the machine's mood hits both.
//
//   service_throughput_bench [--seconds 1] [--rounds 7] [--in-flight 32]
//
// prints one line a variant and the ratio of the medians; beside it the processor time of a call,
// client, transport and handler together, whose ratio says the same on a machine that is shared.
// `dry` asks with dry_run, `recorded` without, so that exposures are queued and written, too.
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/training/train.h"
#include "proto/tsugi/v1/recommendation_service.grpc.pb.h"
#include "service/log/log.h"
#include "service/server/server.h"
#include "tests/engine/training/sample_store.h"
#include "tests/testing/memory_store.h"
#include "tests/testing/temp_dir.h"

namespace tsugi {
namespace {

constexpr int kOrders = 3000;
constexpr std::uint64_t kProducts = 500;

struct Settings {
  double seconds = 1;
  int rounds = 7;
  int in_flight = 32;
};

class EmptyService final : public v1::RecommendationService::CallbackService {
 public:
  void Prepare(const v1::GetSuggestionsResponse& response) { response_ = response; }

  grpc::ServerUnaryReactor* GetSuggestions(grpc::CallbackServerContext* context,
                                           const v1::GetSuggestionsRequest* /*request*/,
                                           v1::GetSuggestionsResponse* response) override {
    *response = response_;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  v1::GetSuggestionsResponse response_;
};

double ProcessorSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Rate {
  double calls_per_second = 0;
  double processor_micros = 0;  // a call
};

// Keeps `in_flight` calls under way until told to stop, and counts those that ended well.
class Load {
 public:
  Load(v1::RecommendationService::Stub* stub,
       const std::vector<v1::GetSuggestionsRequest>* requests)
      : stub_(stub), requests_(requests) {}

  Rate Measure(const Settings& settings) {
    const double spent = ProcessorSeconds();
    const auto began = std::chrono::steady_clock::now();
    running_ = settings.in_flight;
    for (int i = 0; i < settings.in_flight; ++i) Next(new Call);
    std::future<void> ended = ended_.get_future();
    if (ended.wait_for(std::chrono::duration<double>(settings.seconds)) ==
        std::future_status::timeout) {
      stop_ = true;
      ended.wait();
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    if (failed_ > 0) std::fprintf(stderr, "%d calls failed\n", failed_.load());
    return {done_ / took.count(), (ProcessorSeconds() - spent) * 1e6 / done_};
  }

 private:
  struct Call {
    std::unique_ptr<grpc::ClientContext> context;
    v1::GetSuggestionsResponse response;
  };

  void Next(Call* call) {
    if (stop_) {
      delete call;
      if (--running_ == 0) ended_.set_value();
      return;
    }
    call->context = std::make_unique<grpc::ClientContext>();
    call->response.Clear();
    const std::size_t number = next_++ % requests_->size();
    stub_->async()->GetSuggestions(call->context.get(), &(*requests_)[number], &call->response,
                                   [this, call](const grpc::Status& status) {
                                     ++(status.ok() ? done_ : failed_);
                                     Next(call);
                                   });
  }

  v1::RecommendationService::Stub* const stub_;
  const std::vector<v1::GetSuggestionsRequest>* const requests_;
  std::atomic<std::size_t> next_{0};
  std::atomic<int> running_{0};
  std::atomic<int> done_{0};
  std::atomic<int> failed_{0};
  std::atomic<bool> stop_{false};
  std::promise<void> ended_;
};

std::unique_ptr<Server> StartReal(const std::string& models) {
  auto store = std::make_unique<testing::MemoryStore>();
  std::vector<Fact> facts = testing::SampleFacts(kOrders, kProducts);
  for (std::uint64_t i = 0; i < kProducts; ++i) {
    Product product;
    product.id = absl::StrCat("P", i);
    product.price = base::Decimal::FromUnits(200);  // an offer is worth making
    facts.emplace_back(product);
  }
  if (!store->Put(facts).ok()) std::abort();
  Registry registry(models);
  TrainOptions train;
  train.now = absl::Now();
  if (!Train(*store, registry, train).ok()) std::abort();
  ApplicationOptions options;
  options.models = models;
  ServerOptions server;
  server.listen = "127.0.0.1:0";
  server.metrics = "";
  return *Server::Start(*Application::Create(std::move(store), options), server);
}

std::vector<v1::GetSuggestionsRequest> Requests(bool dry_run) {
  std::vector<v1::GetSuggestionsRequest> requests;
  for (int i = 0; i < 200; ++i) {
    v1::GetSuggestionsRequest& request = requests.emplace_back();
    request.set_customer_id(absl::StrCat("C", i % 20));
    request.set_dry_run(dry_run);
    for (int k = 0; k < 3; ++k) {
      request.add_cart()->set_product_id(absl::StrCat(
          "P",
          (static_cast<std::uint64_t>(i) * 7 + static_cast<std::uint64_t>(k) * 2) % kProducts));
    }
  }
  return requests;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Variant {
  const char* name;
  std::unique_ptr<v1::RecommendationService::Stub> stub;
  std::vector<v1::GetSuggestionsRequest> requests;
  std::vector<double> rates = {};
  std::vector<double> micros = {};
};

std::unique_ptr<v1::RecommendationService::Stub> StubOf(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return v1::RecommendationService::NewStub(
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
}

void Measure(const Settings& settings) {
  const testing::TempDir temp;
  const std::unique_ptr<Server> real = StartReal(temp.path());
  EmptyService empty_service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&empty_service);
  const std::unique_ptr<grpc::Server> empty = builder.BuildAndStart();

  std::vector<Variant> variants;
  variants.push_back({"empty", StubOf(absl::StrCat("127.0.0.1:", port)), Requests(true)});
  variants.push_back({"dry", StubOf(real->address()), Requests(true)});
  variants.push_back({"recorded", StubOf(real->address()), Requests(false)});
  v1::GetSuggestionsResponse sample;
  grpc::ClientContext context;
  const grpc::Status status =
      variants[1].stub->GetSuggestions(&context, variants[1].requests[0], &sample);
  if (!status.ok()) std::abort();
  empty_service.Prepare(sample);
  std::printf("request %zu bytes, response %zu bytes, %d suggestions\n",
              variants[1].requests[0].ByteSizeLong(), sample.ByteSizeLong(),
              sample.suggestions_size());
  for (int round = 0; round <= settings.rounds; ++round) {
    for (Variant& variant : variants) {
      const Rate rate = Load(variant.stub.get(), &variant.requests).Measure(settings);
      if (round == 0) continue;  // warms up
      variant.rates.push_back(rate.calls_per_second);
      variant.micros.push_back(rate.processor_micros);
    }
  }
  const double base = Median(variants[0].rates);
  const double least = Median(variants[0].micros);
  for (const Variant& variant : variants) {
    std::printf("%-9s %8.0f calls/s  ratio %.2f  processor %6.1f us a call  ratio %.2f\n",
                variant.name, Median(variant.rates), Median(variant.rates) / base,
                Median(variant.micros), least / Median(variant.micros));
  }
  empty->Shutdown();
}

}  // namespace
}  // namespace tsugi

int main(int argc, char** argv) {
  tsugi::Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--seconds") settings.seconds = std::atof(argv[i + 1]);
    if (option == "--rounds") settings.rounds = std::atoi(argv[i + 1]);
    if (option == "--in-flight") settings.in_flight = std::atoi(argv[i + 1]);
  }
  tsugi::SetLogLevel(tsugi::LogLevel::kWarning);
  tsugi::Measure(settings);
  return 0;
}
