#include "service/server/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "service/call/queue_probe.h"
#include "service/ingestion/ingestion_handler.h"
#include "service/insight/insight_handler.h"
#include "service/log/log.h"
#include "service/metrics/http_endpoint.h"
#include "service/models/model_handler.h"
#include "service/policy/policy_handler.h"
#include "service/recommendation/recommendation_handler.h"
#include "service/server/address.h"
#include "service/training/train_function.h"
#include "service/training/training_handler.h"

namespace tsugi {
namespace {

constexpr absl::Duration kProbePeriod = absl::Milliseconds(5);
constexpr absl::Duration kTickPeriod = absl::Milliseconds(500);
constexpr char kRecommendationService[] = "tsugi.v1.RecommendationService";

absl::StatusOr<Address> ReadAddress(const std::string& option, const std::string& text,
                                    bool insecure) {
  TSUGI_ASSIGN_OR_RETURN(Address address, ParseAddress(option, text));
  if (address.loopback() || insecure) return address;
  return absl::InvalidArgumentError(absl::StrCat(
      option, ": ", text,
      " can be reached from other machines, unencrypted and by anybody; use a loopback address, or "
      "--insecure-listen where the network is trusted"));
}

class GrpcServer : public Server {
 public:
  GrpcServer(std::unique_ptr<Application> application, ServerOptions options)
      : options_(std::move(options)),
        application_(std::move(application)),
        calls_(options_.calls, &application_->clock(), &metrics_),
        runner_(MakeTrainFunction(&application_->store(), &application_->registry(),
                                  &application_->models(), &application_->clock(),
                                  options_.training_config),
                &application_->clock()) {}

  ~GrpcServer() override { Stop(); }

  absl::Status Listen() {
    TSUGI_ASSIGN_OR_RETURN(Address listen,
                           ReadAddress("listen", options_.listen, options_.insecure_listen));
    MakeServices();
    TSUGI_RETURN_IF_ERROR(StartGrpc(&listen));
    address_ = listen.ToString();
    if (!options_.metrics.empty()) TSUGI_RETURN_IF_ERROR(StartHttp());
    probe_ = QueueProbe::Start(
        kProbePeriod, [this](absl::Duration delay) { calls_.admission().ReportQueueDelay(delay); });
    UpdateHealth();
    poller_ = std::thread([this] { PollUntilStopped(); });
    Log(LogLevel::kInfo, "serving", {{"address", address_}, {"metrics", metrics_address_}});
    return absl::OkStatus();
  }

  std::string address() const override { return address_; }
  std::string metrics_address() const override { return metrics_address_; }
  Application& application() override { return *application_; }
  void RequestReload() override { reload_.store(true); }

  void Stop() override {
    base::MutexLock lock(&stop_mutex_);
    if (stopped_) return;
    stopped_ = true;
    stopping_.store(true);
    if (server_ != nullptr) {
      server_->GetHealthCheckService()->Shutdown();
      Log(LogLevel::kInfo, "stopping", {{"address", address_}});
      calls_.Stop();
      runner_.CancelAll();
      server_->Shutdown(std::chrono::system_clock::now() +
                        absl::ToChronoMilliseconds(options_.grace));
    }
    {
      base::MutexLock wake_lock(&poll_mutex_);
      poll_stopped_ = true;
    }
    wake_.notify_all();
    if (poller_.joinable()) poller_.join();
    probe_.reset();
    http_.reset();
    if (const absl::Status status = application_->exposures().Flush(); !status.ok()) {
      Log(LogLevel::kError, "exposures_not_written", {{"reason", std::string(status.message())}});
    }
    Log(LogLevel::kInfo, "stopped", {{"address", address_}});
  }

 private:
  void MakeServices() {
    Application& app = *application_;
    services_.push_back(
        MakeRecommendationHandler(&calls_, &app.answerer(), &app.feedback(), &app.renewals()));
    services_.push_back(MakeIngestionHandler(&calls_, &app.ingestion()));
    services_.push_back(MakeTrainingHandler(&calls_, &runner_, &app.store()));
    services_.push_back(MakeModelHandler(&calls_, &app.registry(), &app.models()));
    services_.push_back(MakePolicyHandler(&calls_, &app.policies()));
    services_.push_back(MakeInsightHandler(&calls_, &app.engine(), &app.reports()));
  }

  absl::Status StartGrpc(Address* listen) {
    grpc::EnableDefaultHealthCheckService(true);
    static const bool reflection = [] {
      grpc::reflection::InitProtoReflectionServerBuilderPlugin();
      return true;
    }();
    static_cast<void>(reflection);
    grpc::ServerBuilder builder;
    builder.AddListeningPort(listen->ToString(), grpc::InsecureServerCredentials(), &listen->port);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // a port in use is an error
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits::kMaxStreamsPerConnection);
    builder.SetMaxReceiveMessageSize(limits::kMaxRequestBytes);
    for (const auto& service : services_) builder.RegisterService(service.get());
    server_ = builder.BuildAndStart();
    if (server_ != nullptr) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat("cannot listen on ", options_.listen,
                                               "; is the port in use? port 0 picks a free one"));
  }

  absl::Status StartHttp() {
    TSUGI_ASSIGN_OR_RETURN(Address address,
                           ReadAddress("metrics", options_.metrics, options_.insecure_listen));
    HttpPages pages{[this] { return metrics_.Render(ReadGauges()); }, [this] { return Ready(); }};
    TSUGI_ASSIGN_OR_RETURN(http_,
                           HttpEndpoint::Start(address.host, address.port, std::move(pages)));
    address.port = http_->port();
    metrics_address_ = address.ToString();
    return absl::OkStatus();
  }

  absl::Status Ready() {
    TSUGI_RETURN_IF_ERROR(calls_.CheckServing());
    return application_->models().Ready();
  }

  // The server as a whole serves as soon as it listens; suggestions need a model.
  void UpdateHealth() {
    if (stopping_.load()) return;
    server_->GetHealthCheckService()->SetServingStatus(kRecommendationService,
                                                       application_->models().Ready().ok());
  }

  Gauges ReadGauges() {
    Gauges gauges;
    gauges.models = application_->models().Served();
    {
      base::ReaderLock lock(&application_->index().mutex());
      gauges.index_seq = application_->index().seq();
    }
    gauges.store_seq = gauges.index_seq;
    if (const auto info = application_->store().Info(); info.ok()) gauges.store_seq = info->seq;
    gauges.exposures_queued = application_->exposures().queued();
    gauges.exposures_lost = application_->exposures().lost();
    gauges.suggestions_in_flight = calls_.admission().in_flight();
    gauges.calls_queued = calls_.workers().queued();
    gauges.queue_delay = calls_.admission().queue_delay();
    gauges.training_running = runner_.running();
    return gauges;
  }

  void PollUntilStopped() {
    absl::Time next_tick = application_->clock().Now();
    while (true) {
      {
        base::MutexLock lock(&poll_mutex_);
        if (!poll_stopped_) wake_.wait_for(poll_mutex_, absl::ToChronoMilliseconds(options_.poll));
        if (poll_stopped_) return;
      }
      application_->Poll(reload_.exchange(false)).IgnoreError();  // logged there
      UpdateHealth();
      if (application_->clock().Now() < next_tick) continue;
      runner_.Tick();
      next_tick = application_->clock().Now() + kTickPeriod;
    }
  }

  const ServerOptions options_;
  const std::unique_ptr<Application> application_;
  Metrics metrics_;
  Calls calls_;
  TrainingRunner runner_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;  // before the services it calls go
  std::unique_ptr<HttpEndpoint> http_;
  std::unique_ptr<QueueProbe> probe_;
  std::string address_;
  std::string metrics_address_;
  std::atomic<bool> reload_{false};
  std::atomic<bool> stopping_{false};
  base::Mutex poll_mutex_;
  std::condition_variable_any wake_;
  bool poll_stopped_ ABSL_GUARDED_BY(poll_mutex_) = false;
  std::thread poller_;
  base::Mutex stop_mutex_;
  bool stopped_ ABSL_GUARDED_BY(stop_mutex_) = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(std::unique_ptr<Application> application,
                                                      const ServerOptions& options) {
  auto server = std::make_unique<GrpcServer>(std::move(application), options);
  TSUGI_RETURN_IF_ERROR(server->Listen());
  return server;
}

}  // namespace tsugi
