#include "service/server/application.h"

#include <utility>

#include "base/status_macros.h"
#include "engine/policy/parse.h"
#include "service/log/log.h"

namespace tsugi {

Application::Application(std::unique_ptr<Store> store, const ApplicationOptions& options)
    : clock_(*options.clock),
      store_(std::move(store)),
      follower_(store_.get(), &index_),
      registry_(options.models) {}

absl::StatusOr<std::unique_ptr<Application>> Application::Open(const ApplicationOptions& options) {
  OpenOptions open;
  open.create = options.create_store;
  open.read_only = options.read_only;
  TSUGI_ASSIGN_OR_RETURN(std::unique_ptr<Store> store, OpenStore(options.store, open));
  return Create(std::move(store), options);
}

absl::StatusOr<std::unique_ptr<Application>> Application::Create(
    std::unique_ptr<Store> store, const ApplicationOptions& options) {
  std::unique_ptr<Application> application(new Application(std::move(store), options));
  TSUGI_RETURN_IF_ERROR(application->Build(options));
  return application;
}

absl::Status Application::Build(const ApplicationOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(const StoreInfo info, store_->Info());
  settings_ = info.settings;
  EngineOptions engine;
  engine.settings = settings_;
  TSUGI_ASSIGN_OR_RETURN(engine_, Engine::Create(&index_, DefaultPolicy(), std::move(engine)));
  TSUGI_ASSIGN_OR_RETURN(
      policies_, PolicyHolder::Create(options.policy, clock_.Now(), [this](const Policy& policy) {
        engine_->SetPolicy(policy);
      }));
  TSUGI_RETURN_IF_ERROR(follower_.CatchUp());
  models_ = std::make_unique<ModelSwitch>(&registry_, engine_.get());
  // Logged where it fails: a server without a model takes writes and trains one.
  models_->Refresh().IgnoreError();
  if (!options.read_only) engine_->KeepModels(clock_.Now());  // dry runs prepare for themselves
  BuildServices();
  return absl::OkStatus();
}

void Application::BuildServices() {
  exposures_ = std::make_unique<ExposureLog>(store_.get(), &clock_);
  ledger_ = MakeStoreLedger(store_.get(), &follower_);
  answerer_ = std::make_unique<Answerer>(
      Answerer::Parts{[this](const SuggestRequest& request, const AnswerKeeping& keeping) {
                        return SuggestAndReserve(*engine_, *ledger_, request, keeping);
                      },
                      policies_.get(), exposures_.get(), &clock_, settings_.currency,
                      engine_->policy()->context.outbound_placements});
  feedback_ =
      std::make_unique<Feedback>(store_.get(), &follower_, exposures_.get(), &listed_, &clock_);
  renewals_ = std::make_unique<RenewalLister>(engine_.get(), &listed_, &clock_, settings_.currency);
  reports_ = std::make_unique<Reports>(store_.get(), engine_.get());
  ingestion_ = std::make_unique<Ingestion>(store_.get(), &follower_, &clock_, settings_.currency,
                                           [this](const std::string& customer_id) {
                                             listed_.ForgetCustomer(customer_id);
                                             return exposures_->Flush();
                                           });
}

absl::Status Application::Poll(bool reload) {
  absl::Status first = follower_.CatchUp();
  std::string problem(first.message());
  if (problem != store_problem_) {
    Log(first.ok() ? LogLevel::kInfo : LogLevel::kWarning,
        first.ok() ? "store_read_again" : "store_not_read", {{"reason", problem}});
    store_problem_ = std::move(problem);
  }
  first.Update(models_->Refresh());
  if (keeper_ == nullptr) keeper_ = std::make_unique<ModelKeeper>(engine_.get());
  keeper_->Keep(clock_.Now());
  first.Update(policies_->Poll(reload, clock_.Now()));
  return first;
}

}  // namespace tsugi
