// The worklist's answers by recommendation_id. Listing is no contact, so nothing of it goes to the
// store; but a representative who calls an account names the answer in RecordContact and
// RecordReaction. Kept in memory, the newest limits::kMaxListedAnswers.
//
// Thread safety: safe for concurrent use.
#ifndef TSUGI_SERVICE_RECOMMENDATION_LISTED_ANSWERS_H_
#define TSUGI_SERVICE_RECOMMENDATION_LISTED_ANSWERS_H_

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "engine/facts/facts.h"

namespace tsugi {

struct ListedAnswer {
  std::string customer_id;
  std::string placement;
  std::vector<std::string> product_ids;
  std::vector<Exposure> offers = {};  // recorded once the customer has been told of them
};

class ListedAnswers {
 public:
  void Add(const std::string& recommendation_id, ListedAnswer answer);
  std::optional<ListedAnswer> Find(const std::string& recommendation_id) const;
  void ForgetCustomer(const std::string& customer_id);

 private:
  mutable base::Mutex mutex_;
  absl::flat_hash_map<std::string, ListedAnswer> answers_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> oldest_first_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tsugi

#endif  // TSUGI_SERVICE_RECOMMENDATION_LISTED_ANSWERS_H_
