#include "service/training/train_function.h"

#include <cstddef>
#include <utility>

#include "base/status_macros.h"
#include "engine/training/train.h"

namespace tsugi {

TrainFunction MakeTrainFunction(const Store* store, Registry* registry, ModelSwitch* models,
                                const base::Clock* clock, std::string config) {
  return [=, config = std::move(config)](
             const TrainingOrder& order,
             const std::function<void(const std::string&, double)>& progress,
             const std::atomic<bool>& cancelled) -> absl::StatusOr<std::string> {
    TrainOptions options;
    options.until = order.until;
    options.seed = order.seed;
    options.threads = static_cast<std::size_t>(order.threads);
    TSUGI_ASSIGN_OR_RETURN(
        options.config, ParseTrainConfig("config", order.config.empty() ? config : order.config));
    options.label = order.label == "none" ? "" : order.label;
    options.force = order.force;
    options.now = clock->Now();
    options.progress = [&](const TrainProgress& at) { progress(at.step, at.fraction); };
    options.cancelled = &cancelled;
    TSUGI_ASSIGN_OR_RETURN(const TrainResult result, Train(*store, *registry, options));
    TSUGI_RETURN_IF_ERROR(models->Refresh());
    return result.version;
  };
}

}  // namespace tsugi
