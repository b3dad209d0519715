// tsugi.v1.InsightService. GetCustomerInsight answers UNIMPLEMENTED for now and says where its
// figures can be had.
#ifndef TSUGI_SERVICE_INSIGHT_INSIGHT_HANDLER_H_
#define TSUGI_SERVICE_INSIGHT_INSIGHT_HANDLER_H_

#include <memory>

#include "service/call/calls.h"
#include "service/insight/reports.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace tsugi {

// All arguments must outlive the service.
std::unique_ptr<grpc::Service> MakeInsightHandler(Calls* calls, const Reports* reports);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_INSIGHT_INSIGHT_HANDLER_H_
