// What became of an answer: reactions and contacts, tied to the recommendation they speak of.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_RECOMMENDATION_FEEDBACK_H_
#define TSUGI_SERVICE_RECOMMENDATION_FEEDBACK_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "engine/facts/facts.h"
#include "engine/state/follower.h"
#include "engine/store/store.h"
#include "service/recommendation/exposure_log.h"
#include "service/recommendation/listed_answers.h"

namespace tsugi {

class Feedback {
 public:
  // All must outlive it.
  Feedback(Store* store, Follower* follower, ExposureLog* exposures, const ListedAnswers* listed,
           const base::Clock* clock);

  // True where the event_id had been recorded before. The reaction counts in the next answer.
  // Errors: NOT_FOUND for an unknown recommendation_id, INVALID_ARGUMENT where product or customer
  // are not those of the recommendation, FAILED_PRECONDITION for an event_id used before for
  // something else, the store's.
  absl::StatusOr<bool> Record(ReactionEvent event);
  absl::StatusOr<bool> Record(Contact contact);

 private:
  // Products and customer of a recommendation that was given.
  absl::StatusOr<ListedAnswer> Find(const std::string& recommendation_id);
  // `shown` with it: the offers of a listed answer, which the customer has been told of now.
  absl::StatusOr<bool> Write(const Fact& fact, const std::vector<Exposure>& shown,
                             const std::string& key, const std::string& content);
  // Event ids of this run with what they stood for, to tell a retry from a mistake.
  absl::Status CheckEvent(const std::string& key, const std::string& content);

  Store* const store_;
  Follower* const follower_;
  ExposureLog* const exposures_;
  const ListedAnswers* const listed_;
  const base::Clock* const clock_;
  base::Mutex mutex_;
  absl::flat_hash_map<std::string, std::uint64_t> events_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> oldest_first_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_RECOMMENDATION_FEEDBACK_H_
