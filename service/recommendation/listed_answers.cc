#include "service/recommendation/listed_answers.h"

#include <utility>

#include "service/limits.h"

namespace tsugi {

void ListedAnswers::Add(const std::string& recommendation_id, ListedAnswer answer) {
  base::MutexLock lock(&mutex_);
  answers_[recommendation_id] = std::move(answer);
  oldest_first_.push_back(recommendation_id);
  if (oldest_first_.size() <= limits::kMaxListedAnswers) return;
  answers_.erase(oldest_first_.front());
  oldest_first_.pop_front();
}

std::optional<ListedAnswer> ListedAnswers::Find(const std::string& recommendation_id) const {
  base::MutexLock lock(&mutex_);
  const auto found = answers_.find(recommendation_id);
  if (found == answers_.end()) return std::nullopt;
  return found->second;
}

void ListedAnswers::ForgetCustomer(const std::string& customer_id) {
  base::MutexLock lock(&mutex_);
  absl::erase_if(answers_,
                 [&](const auto& entry) { return entry.second.customer_id == customer_id; });
}

}  // namespace tsugi
