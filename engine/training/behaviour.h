// The step of training that learns how customers behave as a whole (engine/snapshot/behaviour.h):
// how often they buy, how long contracts last, how habits form, who upgrades and who leaves.
#ifndef TSUGI_ENGINE_TRAINING_BEHAVIOUR_H_
#define TSUGI_ENGINE_TRAINING_BEHAVIOUR_H_

#include "absl/status/status.h"
#include "engine/history/order_history.h"
#include "engine/state/fact_index.h"
#include "engine/training/models.h"

namespace tsugi {

// Gives `models`, trained on `view`, what `view` and the facts of `index` up to its end say. What
// history is too thin for stays missing. Takes the index's read lock.
absl::Status LearnBehaviour(const HistoryView& view, const FactIndex& index, TrainedModels* models);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_TRAINING_BEHAVIOUR_H_
