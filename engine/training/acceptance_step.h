// The training step that learns acceptance (engine/acceptance) for models that are otherwise done.
#ifndef TSUGI_ENGINE_TRAINING_ACCEPTANCE_STEP_H_
#define TSUGI_ENGINE_TRAINING_ACCEPTANCE_STEP_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/acceptance/fit.h"
#include "engine/acceptance/showing_log.h"
#include "engine/state/fact_index.h"
#include "engine/state/resolve_context.h"
#include "engine/training/models.h"

namespace tsugi {

// From what was shown before `until`. `index` is given the models' products. REQUIRES: nobody else
// uses `models` or writes to `index` meanwhile.
absl::StatusOr<AcceptanceReport> LearnAcceptance(const ShowingLog& log, absl::Time until,
                                                 const ContextOptions& context, FactIndex* index,
                                                 const std::shared_ptr<TrainedModels>& models);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_TRAINING_ACCEPTANCE_STEP_H_
