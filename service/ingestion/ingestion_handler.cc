#include "service/ingestion/ingestion_handler.h"

#include "proto/tsugi/v1/ingestion_service.grpc.pb.h"
#include "service/ingestion/import_stream.h"

namespace tsugi {
namespace {

class IngestionHandler final : public v1::IngestionService::CallbackService {
 public:
  IngestionHandler(Calls* calls, Ingestion* ingestion) : calls_(calls), ingestion_(ingestion) {}

  grpc::ServerUnaryReactor* WriteEvents(grpc::CallbackServerContext* context,
                                        const v1::WriteEventsRequest* request,
                                        v1::WriteEventsResponse* response) override {
    return calls_->Blocking(Method::kWriteEvents, context, [this, request, response] {
      return ingestion_->Write(*request, response);
    });
  }

  grpc::ServerReadReactor<v1::ImportEventsRequest>* ImportEvents(
      grpc::CallbackServerContext* context, v1::ImportEventsResponse* response) override {
    return NewImportStream(calls_, ingestion_, context, response);
  }

  grpc::ServerUnaryReactor* DeleteCustomer(grpc::CallbackServerContext* context,
                                           const v1::DeleteCustomerRequest* request,
                                           v1::DeleteCustomerResponse* response) override {
    return calls_->Blocking(Method::kDeleteCustomer, context, [this, request, response] {
      return ingestion_->Delete(*request, response);
    });
  }

 private:
  Calls* const calls_;
  Ingestion* const ingestion_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeIngestionHandler(Calls* calls, Ingestion* ingestion) {
  return std::make_unique<IngestionHandler>(calls, ingestion);
}

}  // namespace tsugi
