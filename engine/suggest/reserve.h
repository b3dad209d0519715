// The last step of an outbound answer: it takes a contact, or is decided again with what the ledger
// counts.
//
// The engine decides from the facts in memory, which may be a moment behind other servers; the
// ledger is exact, but on disk. So the answer is made under the index's read lock, the contact
// taken without it, and an answer that came too late for the last contact is decided anew.
#ifndef TSUGI_ENGINE_SUGGEST_RESERVE_H_
#define TSUGI_ENGINE_SUGGEST_RESERVE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/ledger/ledger.h"
#include "engine/suggest/engine.h"
#include "engine/suggest/request.h"

namespace tsugi {

// What is kept of an outbound answer beside its contact, so that a retry of its request gets it
// again: bytes of the caller's choice.
struct AnswerKeeping {
  std::uint64_t request_print = 0;  // equal for equal requests
  std::function<std::string(const Suggestions&)> encode;
};

struct ReservedAnswer {
  Suggestions answer;
  bool reserved = false;  // the ledger holds a contact and will record what was shown
  // The request was answered before: `encode` of that answer; `answer` is empty.
  std::optional<std::string> repeated;
};

// Whether an answer to it is a contact: it goes out to a known customer, and is neither a dry run
// nor an explanation.
bool TakesContact(const PolicyInForce& policy, const SuggestRequest& request);

// Engine::Suggest, with the reservation where one is taken. Waits for the disk then.
// Errors: those of Engine::Suggest and of the ledger; FAILED_PRECONDITION for a request_id that was
// used for another request.
absl::StatusOr<ReservedAnswer> SuggestAndReserve(const Engine& engine, Ledger& ledger,
                                                 const SuggestRequest& request,
                                                 const AnswerKeeping& keeping);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SUGGEST_RESERVE_H_
