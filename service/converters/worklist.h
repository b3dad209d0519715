// The worklist: its requests checked, its accounts filled.
#ifndef TSUGI_SERVICE_CONVERTERS_WORKLIST_H_
#define TSUGI_SERVICE_CONVERTERS_WORKLIST_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/worklist/worklist.h"

namespace tsugi::v1 {
class ListRenewalSuggestionsRequest;
class RankFigures;
class RenewalAccount;
}  // namespace tsugi::v1

namespace tsugi {

// All but the page token, which says `at` and `offset` of a later page.
// Errors: INVALID_ARGUMENT naming field and value (path.h).
absl::StatusOr<WorklistQuery> ToWorklistQuery(const v1::ListRenewalSuggestionsRequest& from,
                                              absl::Time now);

void FillRankFigures(const RankFigures& from, const std::string& currency, v1::RankFigures* to);

// `recommendation_id` is left empty where the answer shall not be named later.
void FillAccount(const WorklistAccount& from, const std::string& recommendation_id,
                 const std::string& currency, v1::RenewalAccount* to);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CONVERTERS_WORKLIST_H_
