// `tsugi suggest --requests`: one GetSuggestionsRequest a line in, one answer a line out, in order.
#ifndef TSUGI_SERVICE_JSON_REQUEST_LINES_H_
#define TSUGI_SERVICE_JSON_REQUEST_LINES_H_

#include <cstdint>
#include <functional>
#include <iosfwd>

#include "absl/status/status.h"

namespace tsugi::v1 {
class GetSuggestionsRequest;
class GetSuggestionsResponse;
}  // namespace tsugi::v1

namespace tsugi {

// Answerer::Answer, or Client::GetSuggestions of a server.
using AnswerFunction =
    std::function<absl::Status(const v1::GetSuggestionsRequest&, v1::GetSuggestionsResponse*)>;

struct LineCounts {
  std::uint64_t answered = 0;
  std::uint64_t failed = 0;
};

// `adjust` may fill in what the command line says for all requests. A line that cannot be parsed or
// answered gets ErrorJson in its place; empty lines are skipped.
LineCounts AnswerLines(std::istream& in, std::ostream& out, const AnswerFunction& answer,
                       const std::function<void(v1::GetSuggestionsRequest*)>& adjust);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_JSON_REQUEST_LINES_H_
