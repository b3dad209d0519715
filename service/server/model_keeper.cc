#include "service/server/model_keeper.h"

namespace tsugi {

ModelKeeper::ModelKeeper(const Engine* engine) : engine_(engine), thread_([this] { Run(); }) {}

ModelKeeper::~ModelKeeper() {
  {
    const base::MutexLock lock(&mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ModelKeeper::Keep(absl::Time now) {
  {
    const base::MutexLock lock(&mutex_);
    wanted_ = now;
  }
  wake_.notify_all();
}

void ModelKeeper::Run() {
  while (true) {
    absl::Time now;
    {
      const base::MutexLock lock(&mutex_);
      while (!stopped_ && !wanted_.has_value()) wake_.wait(mutex_);
      if (stopped_) return;
      now = *wanted_;
      wanted_.reset();
    }
    engine_->KeepModels(now);
  }
}

}  // namespace tsugi
