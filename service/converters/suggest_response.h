// Answers of the engine as messages.
#ifndef TSUGI_SERVICE_CONVERTERS_SUGGEST_RESPONSE_H_
#define TSUGI_SERVICE_CONVERTERS_SUGGEST_RESPONSE_H_

#include <string>

#include "absl/time/time.h"
#include "engine/suggest/request.h"

namespace tsugi::v1 {
class GetSuggestionsResponse;
class NoOffer;
class Suggestion;
}  // namespace tsugi::v1

namespace tsugi {

void FillResponse(const Suggestions& from, const std::string& currency,
                  v1::GetSuggestionsResponse* to);

// `decided_at` is when a change of plan would begin.
void FillSuggestion(const Suggestion& from, const std::string& currency, absl::Time decided_at,
                    v1::Suggestion* to);

void FillNoOffer(const NoOffer& from, const std::string& text, v1::NoOffer* to);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CONVERTERS_SUGGEST_RESPONSE_H_
