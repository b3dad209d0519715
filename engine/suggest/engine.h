// Asks everything else in order: context, candidates, score, timing policy, rank, reasons.
//
//   TSUGI_ASSIGN_OR_RETURN(auto engine, Engine::Create(&index, policy, {.settings = settings}));
//   TSUGI_RETURN_IF_ERROR(engine->SetModel("stable", version, models));
//   TSUGI_ASSIGN_OR_RETURN(const Suggestions answer, engine->Suggest(request));
//
// Equal facts, model, policy and request give equal answers, on any thread and in any process. The
// engine writes nothing: what was shown is for the caller to record (ToExposures).
//
// Thread safety: safe for concurrent use. A request keeps the model and policy it started with; an
// old model is freed when the last request lets go of it.
#ifndef TSUGI_ENGINE_SUGGEST_ENGINE_H_
#define TSUGI_ENGINE_SUGGEST_ENGINE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "engine/candidates/bound_model.h"
#include "engine/candidates/candidates.h"
#include "engine/policy/policy.h"
#include "engine/scoring/scoring.h"
#include "engine/snapshot/model_set.h"
#include "engine/state/fact_index.h"
#include "engine/state/request.h"
#include "engine/state/resolve_context.h"
#include "engine/store/store.h"
#include "engine/suggest/request.h"

namespace tsugi {

struct EngineOptions {
  StoreSettings settings;
  CandidateOptions candidates;
  ScoringOptions scoring;
};

// A policy with what follows from it for contexts.
struct PolicyInForce {
  Policy policy;
  ContextOptions context;
};

class Engine {
 public:
  // `index` must outlive the engine. Errors: INVALID_ARGUMENT for a time zone that is unknown here.
  static absl::StatusOr<std::unique_ptr<Engine>> Create(FactIndex* index, Policy policy,
                                                        EngineOptions options);

  // Serves these models under a label from the next request on; ties them to the index first, so
  // that no request waits for it. For a snapshot hand in {snapshot, &snapshot->models()}.
  // Errors: INVALID_ARGUMENT for a label that is neither stable nor canary, FAILED_PRECONDITION for
  // a ranker of another build; the old model stays then.
  absl::Status SetModel(const std::string& label, const std::string& version,
                        std::shared_ptr<const ModelSet> models);
  absl::Status ClearModel(const std::string& label);

  // Keeps what is served ready for requests of `now` (BoundModel::Keep). To be called from time to
  // time, outside of requests; mostly there is nothing to do, at times it takes a second.
  void KeepModels(absl::Time now) const;

  void SetPolicy(Policy policy);
  std::shared_ptr<const PolicyInForce> policy() const;

  // Empty label: stable. Errors: UNAVAILABLE where nothing has been published, NOT_FOUND for an
  // unknown label or one that no model carries.
  absl::StatusOr<std::shared_ptr<const BoundModel>> ModelOf(const std::string& label) const;
  // A model that is being served, by version: NOT_FOUND when no label points to it any more.
  absl::StatusOr<std::shared_ptr<const BoundModel>> ModelOfVersion(
      const std::string& version) const;

  // Errors: those of ModelOf and ResolveContext.
  absl::StatusOr<Suggestions> Suggest(const SuggestRequest& request) const;

  // The same with a model and a policy that the caller holds (a page of the worklist).
  // `contacts`, where given, are those of the ledger (oldest first), which knows better than the
  // facts in memory.
  absl::StatusOr<Suggestions> SuggestWith(const BoundModel& model, const PolicyInForce& policy,
                                          const SuggestRequest& request,
                                          const std::vector<PastContact>* contacts = nullptr) const;

  const FactIndex& index() const { return *index_; }
  const EngineOptions& options() const { return options_; }

 private:
  Engine(FactIndex* index, EngineOptions options, absl::TimeZone zone);

  FactIndex* const index_;
  const EngineOptions options_;
  const absl::TimeZone zone_;
  mutable base::Mutex mutex_;  // held for the copy of a pointer
  std::map<std::string, std::shared_ptr<const BoundModel>> models_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const PolicyInForce> policy_ ABSL_GUARDED_BY(mutex_);
};

// What an answer showed, or withheld from a customer of the control group, to be recorded; empty
// for a dry run, for an answer that explains and for one without any offer.
std::vector<Exposure> ToExposures(const SuggestRequest& request, const Suggestions& answer);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SUGGEST_ENGINE_H_
