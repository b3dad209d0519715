// The worklist of customer success, a page at a time. A page's token pins the instant and the
// model, so that pages fit together.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_RECOMMENDATION_RENEWAL_LISTER_H_
#define TSUGI_SERVICE_RECOMMENDATION_RENEWAL_LISTER_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/clock.h"
#include "engine/suggest/engine.h"
#include "service/recommendation/listed_answers.h"

namespace tsugi::v1 {
class ListRenewalSuggestionsRequest;
class ListRenewalSuggestionsResponse;
}  // namespace tsugi::v1

namespace tsugi {

struct WorklistPage;

class RenewalLister {
 public:
  RenewalLister(Engine* engine, ListedAnswers* listed, const base::Clock* clock,
                std::string currency)
      : engine_(engine), listed_(listed), clock_(clock), currency_(std::move(currency)) {}

  // Errors: INVALID_ARGUMENT naming field and value, also for a token that is damaged or belongs to
  // a request with other fields; FAILED_PRECONDITION where the token's model serves no more.
  absl::Status List(const v1::ListRenewalSuggestionsRequest& request,
                    v1::ListRenewalSuggestionsResponse* response);

 private:
  // Answers that may be named later are put down in `listed`.
  void Fill(const WorklistPage& page, bool dry_run, v1::ListRenewalSuggestionsResponse* response);

  Engine* const engine_;
  ListedAnswers* const listed_;
  const base::Clock* const clock_;
  const std::string currency_;
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_RECOMMENDATION_RENEWAL_LISTER_H_
