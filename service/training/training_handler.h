// tsugi.v1.TrainingService.
#ifndef TSUGI_SERVICE_TRAINING_TRAINING_HANDLER_H_
#define TSUGI_SERVICE_TRAINING_TRAINING_HANDLER_H_

#include <memory>

#include "engine/store/store.h"
#include "service/call/calls.h"
#include "service/training/training_runner.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace tsugi {

// All must outlive the service.
std::unique_ptr<grpc::Service> MakeTrainingHandler(Calls* calls, TrainingRunner* runner,
                                                   const Store* store);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_TRAINING_TRAINING_HANDLER_H_
