// WatchTraining: what the runner tells, to a caller who may be slow: he gets the newest state when
// the message before has gone out, and always the last.
#ifndef TSUGI_SERVICE_TRAINING_TRAINING_WATCH_H_
#define TSUGI_SERVICE_TRAINING_TRAINING_WATCH_H_

#include <grpcpp/support/server_callback.h>

#include <string>

#include "service/call/calls.h"
#include "service/training/training_runner.h"

namespace tsugi::v1 {
class WatchTrainingResponse;
}  // namespace tsugi::v1

namespace tsugi {

// The stream deletes itself when it is done; the others must outlive it.
grpc::ServerWriteReactor<v1::WatchTrainingResponse>* NewTrainingWatch(
    Calls* calls, TrainingRunner* runner, const std::string& training_id);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_TRAINING_TRAINING_WATCH_H_
