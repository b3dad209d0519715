// tsugi.v1.IngestionService.
#ifndef TSUGI_SERVICE_INGESTION_INGESTION_HANDLER_H_
#define TSUGI_SERVICE_INGESTION_INGESTION_HANDLER_H_

#include <memory>

#include "service/call/calls.h"
#include "service/ingestion/ingestion.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace tsugi {

// Both must outlive the service.
std::unique_ptr<grpc::Service> MakeIngestionHandler(Calls* calls, Ingestion* ingestion);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_INGESTION_INGESTION_HANDLER_H_
