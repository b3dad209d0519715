// tsugi.v1.InsightService: a customer in full, and the reports.
#ifndef TSUGI_SERVICE_INSIGHT_INSIGHT_HANDLER_H_
#define TSUGI_SERVICE_INSIGHT_INSIGHT_HANDLER_H_

#include <memory>

#include "engine/suggest/engine.h"
#include "service/call/calls.h"
#include "service/insight/reports.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace tsugi {

// All arguments must outlive the service.
std::unique_ptr<grpc::Service> MakeInsightHandler(Calls* calls, const Engine* engine,
                                                  const Reports* reports);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_INSIGHT_INSIGHT_HANDLER_H_
