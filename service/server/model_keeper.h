// Calls Engine::KeepModels on a thread of its own, so that neither requests nor whoever follows the
// store wait for it.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_SERVER_MODEL_KEEPER_H_
#define TSUGI_SERVICE_SERVER_MODEL_KEEPER_H_

#include <condition_variable>
#include <optional>
#include <thread>

#include "absl/time/time.h"
#include "base/mutex.h"
#include "engine/suggest/engine.h"

namespace tsugi {

class ModelKeeper {
 public:
  // `engine` must outlive it.
  explicit ModelKeeper(const Engine* engine);
  // Waits for work at hand.
  ~ModelKeeper();
  ModelKeeper(const ModelKeeper&) = delete;
  ModelKeeper& operator=(const ModelKeeper&) = delete;

  // Have the models kept for requests of `now`; returns at once.
  void Keep(absl::Time now);

 private:
  void Run();

  const Engine* const engine_;
  base::Mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<absl::Time> wanted_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_SERVER_MODEL_KEEPER_H_
