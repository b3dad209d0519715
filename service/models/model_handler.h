// tsugi.v1.ModelService.
#ifndef TSUGI_SERVICE_MODELS_MODEL_HANDLER_H_
#define TSUGI_SERVICE_MODELS_MODEL_HANDLER_H_

#include <memory>

#include "engine/snapshot/registry.h"
#include "service/call/calls.h"
#include "service/models/model_switch.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace tsugi {

// All must outlive the service.
std::unique_ptr<grpc::Service> MakeModelHandler(Calls* calls, Registry* registry,
                                                ModelSwitch* models);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_MODELS_MODEL_HANDLER_H_
