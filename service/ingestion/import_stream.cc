#include "service/ingestion/import_stream.h"

#include <grpcpp/server_context.h>

#include <memory>

#include "base/status_macros.h"
#include "proto/tsugi/v1/ingestion_service.pb.h"
#include "service/call/reading_stream.h"

namespace tsugi {
namespace {

class ImportStream final : public ReadingStream<grpc::ServerReadReactor<v1::ImportEventsRequest>,
                                                v1::ImportEventsRequest> {
 public:
  ImportStream(Calls* calls, Ingestion* ingestion, grpc::CallbackServerContext* context,
               v1::ImportEventsResponse* response)
      : ReadingStream(calls, Method::kImportEvents),
        ingestion_(ingestion),
        context_(context),
        response_(response) {
    Begin();
  }

  void OnReadDone(bool ok) override {
    if (!ReadDone()) return;
    calls().workers().Continue([this, ok] { ok ? Put() : Commit(); });
  }

 private:
  // On a worker.
  void Put() {
    if (absl::Status status = TryPut(); !status.ok()) return End(status);
    Read();
  }

  absl::Status TryPut() {
    TSUGI_RETURN_IF_ERROR(calls().CheckServing());
    if (import_ == nullptr) {
      TSUGI_ASSIGN_OR_RETURN(import_, ingestion_->Begin());
    }
    return import_->Add(request());
  }

  // On a worker. A stream that broke ends like one that is complete, but for the cancellation.
  void Commit() {
    if (context_->IsCancelled()) return End(absl::CancelledError("the import was broken off"));
    if (import_ == nullptr) {
      return End(absl::InvalidArgumentError("events: is empty; give one event or more"));
    }
    End(ingestion_->Commit(import_.get(), response_));
  }

  Ingestion* const ingestion_;
  grpc::CallbackServerContext* const context_;
  v1::ImportEventsResponse* const response_;
  std::unique_ptr<EventImport> import_;
};

}  // namespace

grpc::ServerReadReactor<v1::ImportEventsRequest>* NewImportStream(
    Calls* calls, Ingestion* ingestion, grpc::CallbackServerContext* context,
    v1::ImportEventsResponse* response) {
  return new ImportStream(calls, ingestion, context, response);
}

}  // namespace tsugi
