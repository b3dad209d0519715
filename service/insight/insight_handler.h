// tsugi.v1.InsightService: every report answers UNIMPLEMENTED for now and says where its figures
// can be had.
#ifndef TSUGI_SERVICE_INSIGHT_INSIGHT_HANDLER_H_
#define TSUGI_SERVICE_INSIGHT_INSIGHT_HANDLER_H_

#include <memory>

#include "service/call/calls.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace tsugi {

// `calls` must outlive the service.
std::unique_ptr<grpc::Service> MakeInsightHandler(Calls* calls);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_INSIGHT_INSIGHT_HANDLER_H_
