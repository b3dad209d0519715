// Events as facts of the store, and the small requests that become one.
#ifndef TSUGI_SERVICE_CONVERTERS_EVENTS_H_
#define TSUGI_SERVICE_CONVERTERS_EVENTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/facts/facts.h"
#include "service/converters/path.h"

namespace tsugi::v1 {
class Event;
class RecordContactRequest;
class RecordReactionRequest;
}  // namespace tsugi::v1

namespace tsugi {

// All rules of facts.h are checked here. `path` is the event's own, such as events[3].
// Errors: INVALID_ARGUMENT naming field and value (path.h).
absl::StatusOr<Fact> ToFact(const Path& path, const v1::Event& from, const std::string& currency);

absl::StatusOr<ReactionEvent> ToReaction(const v1::RecordReactionRequest& from, absl::Time now);
absl::StatusOr<Contact> ToContact(const v1::RecordContactRequest& from, absl::Time now);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CONVERTERS_EVENTS_H_
