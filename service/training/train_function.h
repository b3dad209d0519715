// The training a server runs: store to published model, then the labels' models are served.
#ifndef TSUGI_SERVICE_TRAINING_TRAIN_FUNCTION_H_
#define TSUGI_SERVICE_TRAINING_TRAIN_FUNCTION_H_

#include <string>

#include "base/clock.h"
#include "engine/snapshot/registry.h"
#include "engine/store/store.h"
#include "service/models/model_switch.h"
#include "service/training/training_runner.h"

namespace tsugi {

// All must outlive it. `config` (YAML) is used where an order brings none.
TrainFunction MakeTrainFunction(const Store* store, Registry* registry, ModelSwitch* models,
                                const base::Clock* clock, std::string config);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_TRAINING_TRAIN_FUNCTION_H_
