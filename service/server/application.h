// Everything an answer needs, put together: store, facts in memory, models, policy, engine. A
// server puts gRPC before it; the command line asks it directly. Both get the same answers.
//
//   TSUGI_ASSIGN_OR_RETURN(auto application, Application::Open({.store = "tsugi.db"}));
//   TSUGI_RETURN_IF_ERROR(application->answerer().Answer(request, &response));
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_SERVER_APPLICATION_H_
#define TSUGI_SERVICE_SERVER_APPLICATION_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "engine/ledger/ledger.h"
#include "engine/snapshot/registry.h"
#include "engine/state/fact_index.h"
#include "engine/state/follower.h"
#include "engine/store/store.h"
#include "engine/suggest/engine.h"
#include "service/ingestion/ingestion.h"
#include "service/insight/reports.h"
#include "service/models/model_switch.h"
#include "service/policy/policy_holder.h"
#include "service/recommendation/answerer.h"
#include "service/recommendation/exposure_log.h"
#include "service/recommendation/feedback.h"
#include "service/recommendation/listed_answers.h"
#include "service/recommendation/renewal_lister.h"
#include "service/server/model_keeper.h"

namespace tsugi {

struct ApplicationOptions {
  std::string store = "tsugi.db";
  bool create_store = false;  // make a missing one
  bool read_only = false;     // nothing is written: requests must be dry runs
  std::string models = "models";
  std::string policy = "default";  // or `open`, or a file
  const base::Clock* clock = &base::SystemClock();
};

class Application {
 public:
  // Reads the whole store. Errors: those of the store and of the policy; a models directory without
  // a model is none, answers are UNAVAILABLE until there is one.
  static absl::StatusOr<std::unique_ptr<Application>> Open(const ApplicationOptions& options);
  // With a store of the caller's.
  static absl::StatusOr<std::unique_ptr<Application>> Create(std::unique_ptr<Store> store,
                                                             const ApplicationOptions& options);

  // Follows what other processes did: writes, moved labels, a changed policy file (looked at anyway
  // with `reload`); from then on a thread keeps the models ready for requests of now. Errors are
  // logged when they come and when they go; the first is returned. By one thread at a time.
  absl::Status Poll(bool reload);

  const base::Clock& clock() const { return clock_; }
  Store& store() { return *store_; }
  const StoreSettings& settings() const { return settings_; }
  FactIndex& index() { return index_; }
  Registry& registry() { return registry_; }
  Engine& engine() { return *engine_; }
  ModelSwitch& models() { return *models_; }
  PolicyHolder& policies() { return *policies_; }
  ExposureLog& exposures() { return *exposures_; }
  Answerer& answerer() { return *answerer_; }
  Feedback& feedback() { return *feedback_; }
  RenewalLister& renewals() { return *renewals_; }
  Ingestion& ingestion() { return *ingestion_; }
  const Reports& reports() const { return *reports_; }

 private:
  Application(std::unique_ptr<Store> store, const ApplicationOptions& options);
  absl::Status Build(const ApplicationOptions& options);
  void BuildServices();

  const base::Clock& clock_;
  const std::unique_ptr<Store> store_;
  StoreSettings settings_;
  FactIndex index_;
  Follower follower_;
  std::string store_problem_;  // last seen by Poll
  Registry registry_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<ModelSwitch> models_;
  std::unique_ptr<ModelKeeper> keeper_;
  std::unique_ptr<PolicyHolder> policies_;
  ListedAnswers listed_;
  std::unique_ptr<ExposureLog> exposures_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Answerer> answerer_;
  std::unique_ptr<Feedback> feedback_;
  std::unique_ptr<RenewalLister> renewals_;
  std::unique_ptr<Ingestion> ingestion_;
  std::unique_ptr<Reports> reports_;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_SERVER_APPLICATION_H_
