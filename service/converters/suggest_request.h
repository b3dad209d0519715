// GetSuggestionsRequest as an engine value. This is the only validation of the request: what passes
// here the engine answers.
#ifndef TSUGI_SERVICE_CONVERTERS_SUGGEST_REQUEST_H_
#define TSUGI_SERVICE_CONVERTERS_SUGGEST_REQUEST_H_

#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/suggest/request.h"
#include "service/converters/path.h"

namespace tsugi::v1 {
class GetSuggestionsRequest;
}  // namespace tsugi::v1

namespace tsugi {

// What a request is checked against beside itself.
struct RequestScope {
  absl::Time now;
  std::string currency;                     // the store's
  std::span<const std::string> placements;  // named by the policy, beside the built-in six
};

// Errors: INVALID_ARGUMENT naming field and value (path.h).
absl::StatusOr<SuggestRequest> ToSuggestRequest(const v1::GetSuggestionsRequest& from,
                                                const RequestScope& scope);

// `product_page`, `cart`, `checkout`, `account`, `email`, `cs` or one of the scope's.
absl::Status ReadPlacement(const Path& path, const std::string& from, const RequestScope& scope,
                           std::string* to);

// `en` or `ja`, a region after it is dropped; empty stays empty.
absl::Status ReadLanguage(const Path& path, const std::string& from, std::string* to);

// `stable` or `canary`; empty stays empty.
absl::Status ReadLabel(const Path& path, const std::string& from, std::string* to);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CONVERTERS_SUGGEST_REQUEST_H_
