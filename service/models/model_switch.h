// Makes the engine serve what the registry's labels point to, as they move: by SetLabel, after a
// training, or by another process.
//
// A label that points to a damaged model or one of a newer format is logged, and the engine goes on
// with the model it has.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_MODELS_MODEL_SWITCH_H_
#define TSUGI_SERVICE_MODELS_MODEL_SWITCH_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "engine/snapshot/registry.h"
#include "engine/suggest/engine.h"

namespace tsugi {

class ModelSwitch {
 public:
  // Both must outlive it; nobody else sets the engine's models.
  ModelSwitch(const Registry* registry, Engine* engine) : registry_(registry), engine_(engine) {}

  // Looks at the labels and swaps what has moved. Errors: of the first label that could not follow.
  absl::Status Refresh();

  // Label and version of what is being served.
  std::vector<std::pair<std::string, std::string>> Served() const;
  // OK once `stable` is served, else UNAVAILABLE.
  absl::Status Ready() const;

 private:
  absl::Status Follow(const std::string& label, const std::string& version);

  const Registry* const registry_;
  Engine* const engine_;
  base::Mutex refresh_;                                                   // one at a time
  std::map<std::string, std::string> refused_ ABSL_GUARDED_BY(refresh_);  // by label: logged once
  mutable base::Mutex mutex_;
  std::map<std::string, std::shared_ptr<const Snapshot>> served_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_MODELS_MODEL_SWITCH_H_
