#include "service/ingestion/import_stream.h"

#include <grpcpp/server_context.h>

#include <utility>

#include "base/status_macros.h"
#include "proto/tsugi/v1/ingestion_service.pb.h"
#include "service/call/stream_state.h"
#include "service/status/status.h"

namespace tsugi {
namespace {

class ImportStream final : public grpc::ServerReadReactor<v1::ImportEventsRequest> {
 public:
  ImportStream(Calls* calls, Ingestion* ingestion, grpc::CallbackServerContext* context,
               v1::ImportEventsResponse* response)
      : calls_(calls),
        ingestion_(ingestion),
        context_(context),
        response_(response),
        timer_(&calls->metrics(), Method::kImportEvents) {
    const absl::Status status = calls_->streams().Enter(this, [this] { Stop(); });
    if (status.ok()) {
      Read();
    } else {
      End(status);
    }
  }

  void OnReadDone(bool ok) override {
    if (!state_.ReadDone()) return;
    calls_->workers().Continue([this, ok] { ok ? Put() : Commit(); });
  }

  void OnDone() override {
    calls_->streams().Leave(this);
    timer_.Done(state_.code());
    delete this;
  }

 private:
  // On a worker.
  void Put() {
    if (absl::Status status = TryPut(); !status.ok()) return End(status);
    Read();
  }

  absl::Status TryPut() {
    TSUGI_RETURN_IF_ERROR(calls_->CheckServing());
    if (import_ == nullptr) {
      TSUGI_ASSIGN_OR_RETURN(import_, ingestion_->Begin());
    }
    return import_->Add(request_);
  }

  // On a worker. A stream that broke ends like one that is complete, but for the cancellation.
  void Commit() {
    if (context_->IsCancelled()) return End(absl::CancelledError("the import was broken off"));
    if (import_ == nullptr) {
      return End(absl::InvalidArgumentError("events: is empty; give one event or more"));
    }
    End(ingestion_->Commit(import_.get(), response_));
  }

  void Read() {
    if (!state_.Read([this] { StartRead(&request_); })) End(calls_->CheckServing());
  }

  void End(const absl::Status& status) {
    if (state_.End(status.code())) Finish(ToGrpcStatus(status));
  }

  void Stop() {
    state_.Stop([this] { Finish(ToGrpcStatus(calls_->CheckServing())); });
  }

  Calls* const calls_;
  Ingestion* const ingestion_;
  grpc::CallbackServerContext* const context_;
  v1::ImportEventsResponse* const response_;
  CallTimer timer_;
  v1::ImportEventsRequest request_;
  std::unique_ptr<EventImport> import_;
  StreamState state_;
};

}  // namespace

grpc::ServerReadReactor<v1::ImportEventsRequest>* NewImportStream(
    Calls* calls, Ingestion* ingestion, grpc::CallbackServerContext* context,
    v1::ImportEventsResponse* response) {
  return new ImportStream(calls, ingestion, context, response);
}

}  // namespace tsugi
