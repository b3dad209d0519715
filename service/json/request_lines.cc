#include "service/json/request_lines.h"

#include <istream>
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "base/status_macros.h"
#include "proto/tsugi/v1/recommendation_service.pb.h"
#include "service/json/json.h"

namespace tsugi {
namespace {

absl::Status AnswerLine(const std::string& line, const AnswerFunction& answer,
                        const std::function<void(v1::GetSuggestionsRequest*)>& adjust,
                        v1::GetSuggestionsResponse* response) {
  v1::GetSuggestionsRequest request;
  TSUGI_RETURN_IF_ERROR(ParseJson(line, &request));
  if (adjust) adjust(&request);
  return answer(request, response);
}

}  // namespace

LineCounts AnswerLines(std::istream& in, std::ostream& out, const AnswerFunction& answer,
                       const std::function<void(v1::GetSuggestionsRequest*)>& adjust) {
  LineCounts counts;
  for (std::string line; std::getline(in, line);) {
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    v1::GetSuggestionsResponse response;
    const absl::Status status = AnswerLine(line, answer, adjust, &response);
    out << (status.ok() ? ToJson(response) : ErrorJson(status)) << '\n';
    ++(status.ok() ? counts.answered : counts.failed);
  }
  return counts;
}

}  // namespace tsugi
