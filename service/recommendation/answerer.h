// From a request message to a response message: checked, answered, recorded. The server's handlers
// and the command line's local path both come here, so they cannot differ.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_RECOMMENDATION_ANSWERER_H_
#define TSUGI_SERVICE_RECOMMENDATION_ANSWERER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "engine/suggest/request.h"
#include "service/policy/policy_holder.h"
#include "service/recommendation/exposure_log.h"
#include "service/recommendation/replay_cache.h"

namespace tsugi::v1 {
class GetSuggestionsRequest;
class GetSuggestionsResponse;
}  // namespace tsugi::v1

namespace tsugi {

// Engine::Suggest.
using SuggestFunction = std::function<absl::StatusOr<Suggestions>(const SuggestRequest&)>;

class Answerer {
 public:
  struct Parts {
    SuggestFunction suggest;
    const PolicyHolder* policies = nullptr;
    ExposureLog* exposures = nullptr;
    const base::Clock* clock = nullptr;
    std::string currency;  // the store's
  };
  explicit Answerer(Parts parts) : parts_(std::move(parts)) {}

  // Errors: INVALID_ARGUMENT naming field and value; FAILED_PRECONDITION for a request_id used
  // before for a different request; the engine's.
  absl::Status Answer(const v1::GetSuggestionsRequest& request,
                      v1::GetSuggestionsResponse* response);

 private:
  absl::Status AnswerAnew(const v1::GetSuggestionsRequest& request,
                          v1::GetSuggestionsResponse* response);

  const Parts parts_;
  ReplayCache replays_;
};

// 22 letters, digits, `-` and `_` of 128 random bits: unique, and no hint of any other.
std::string NewRecommendationId();

}  // namespace tsugi

#endif  // TSUGI_SERVICE_RECOMMENDATION_ANSWERER_H_
