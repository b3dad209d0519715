// Trainings as messages, and the other way round.
#ifndef TSUGI_SERVICE_TRAINING_TRAINING_MESSAGES_H_
#define TSUGI_SERVICE_TRAINING_TRAINING_MESSAGES_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/training/training_runner.h"

namespace tsugi::v1 {
class StartTrainingRequest;
class Training;
class WatchTrainingResponse;
}  // namespace tsugi::v1

namespace tsugi {

// Errors: INVALID_ARGUMENT naming field and value; a configuration's mistakes, all of them.
absl::StatusOr<TrainingOrder> ToTrainingOrder(const v1::StartTrainingRequest& from, absl::Time now);

void FillTraining(const TrainingRecord& from, v1::Training* to);
void FillProgress(const TrainingRecord& from, absl::Time now, v1::WatchTrainingResponse* to);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_TRAINING_TRAINING_MESSAGES_H_
