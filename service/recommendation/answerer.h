// From a request message to a response message: checked, answered, recorded. The server's handlers
// and the command line's local path both come here, so they cannot differ.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_RECOMMENDATION_ANSWERER_H_
#define TSUGI_SERVICE_RECOMMENDATION_ANSWERER_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "engine/suggest/request.h"
#include "engine/suggest/reserve.h"
#include "service/policy/policy_holder.h"
#include "service/recommendation/exposure_log.h"
#include "service/recommendation/replay_cache.h"

namespace tsugi::v1 {
class GetSuggestionsRequest;
class GetSuggestionsResponse;
}  // namespace tsugi::v1

namespace tsugi {

// SuggestAndReserve.
using SuggestFunction =
    std::function<absl::StatusOr<ReservedAnswer>(const SuggestRequest&, const AnswerKeeping&)>;

class Answerer {
 public:
  struct Parts {
    SuggestFunction suggest;
    const PolicyHolder* policies = nullptr;
    ExposureLog* exposures = nullptr;
    const base::Clock* clock = nullptr;
    std::string currency;  // the store's
    std::vector<std::string> outbound_placements = ContextOptions().outbound_placements;
  };
  explicit Answerer(Parts parts) : parts_(std::move(parts)) {}

  // Errors: INVALID_ARGUMENT naming field and value; FAILED_PRECONDITION for a request_id used
  // before for a different request; the engine's.
  absl::Status Answer(const v1::GetSuggestionsRequest& request,
                      v1::GetSuggestionsResponse* response);

  // Whether Answer may wait for the disk: an outbound answer takes a contact.
  bool MayWait(const v1::GetSuggestionsRequest& request) const;

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
