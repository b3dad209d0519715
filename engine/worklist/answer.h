// What to propose to an account of the worklist: offers about the contract that comes up.
//
// Thread safety: free functions. AnswerFor takes the index's read lock, so nobody who holds it
// asks.
#ifndef TSUGI_ENGINE_WORKLIST_ANSWER_H_
#define TSUGI_ENGINE_WORKLIST_ANSWER_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/candidates/bound_model.h"
#include "engine/suggest/engine.h"
#include "engine/worklist/worklist.h"

namespace tsugi {

// A higher plan, an add-on or the plan on trial, of that subscription alone.
SuggestRequest RequestFor(const WorklistQuery& query, const std::string& customer_id,
                          const std::string& subscription_id);

// The answer to such a request, of an account for which `moment` comes up; none where the customer
// has gone just now. Errors: those of Engine::SuggestWith.
absl::StatusOr<std::optional<Suggestions>> AnswerFor(const Engine& engine, const BoundModel& model,
                                                     const PolicyInForce& policy,
                                                     const SuggestRequest& request, Moment moment);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_WORKLIST_ANSWER_H_
