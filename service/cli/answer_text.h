// Answers as text for people.
#ifndef TSUGI_SERVICE_CLI_ANSWER_TEXT_H_
#define TSUGI_SERVICE_CLI_ANSWER_TEXT_H_

#include <ostream>

namespace tsugi::v1 {
class GetSuggestionsResponse;
class ListRenewalSuggestionsResponse;
}  // namespace tsugi::v1

namespace tsugi::cli {

// Suggestions with price, probability and reasons, or why there is none; then, where asked for, the
// table of what became of every candidate.
void PrintAnswer(const v1::GetSuggestionsResponse& answer, std::ostream& out);

// Accounts of the worklist, each with what to propose and what to say.
void PrintWorklist(const v1::ListRenewalSuggestionsResponse& page, std::ostream& out);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_ANSWER_TEXT_H_
