#include "service/recommendation/feedback.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/checksum.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/facts/names.h"
#include "service/converters/path.h"

namespace tsugi {
namespace {

// Who was meant: the recommendation's customer, unless the caller names another.
absl::Status Reconcile(const std::string& recommended_to, std::string* customer_id) {
  if (customer_id->empty()) *customer_id = recommended_to;
  if (recommended_to.empty() || *customer_id == recommended_to) return absl::OkStatus();
  return BadField(Path("customer_id"), *customer_id,
                  "is not whom the recommendation was made to; leave it out");
}

std::vector<Exposure> ShownAt(std::vector<Exposure> offers, absl::Time at) {
  for (Exposure& offer : offers) offer.at = at;
  return offers;
}

}  // namespace

Feedback::Feedback(Store* store, Follower* follower, ExposureLog* exposures,
                   const ListedAnswers* listed, const base::Clock* clock)
    : store_(store), follower_(follower), exposures_(exposures), listed_(listed), clock_(clock) {}

absl::StatusOr<ListedAnswer> Feedback::Find(const std::string& recommendation_id) {
  if (const auto listed = listed_->Find(recommendation_id); listed.has_value()) return *listed;
  TSUGI_RETURN_IF_ERROR(exposures_->Flush());
  TSUGI_ASSIGN_OR_RETURN(const std::vector<Exposure> exposures,
                         store_->ExposuresOf(recommendation_id));
  if (exposures.empty()) {
    return absl::NotFoundError(
        absl::StrCat("recommendation_id: ", recommendation_id,
                     " is not known; leave it out and name customer_id and product_id instead"));
  }
  ListedAnswer found{exposures.front().customer_id, exposures.front().placement, {}};
  for (const Exposure& exposure : exposures) found.product_ids.push_back(exposure.product_id);
  return found;
}

absl::StatusOr<bool> Feedback::Record(ReactionEvent event) {
  const std::string content = absl::StrCat(
      Name(event.reaction).data(), "\n", event.recommendation_id, "\n",
      event.recommendation_id.empty() ? event.customer_id : "", "\n", event.product_id);
  std::vector<Exposure> shown;
  if (!event.recommendation_id.empty()) {
    TSUGI_ASSIGN_OR_RETURN(const ListedAnswer answer, Find(event.recommendation_id));
    shown = ShownAt(answer.offers, event.at);
    TSUGI_RETURN_IF_ERROR(Reconcile(answer.customer_id, &event.customer_id));
    if (std::find(answer.product_ids.begin(), answer.product_ids.end(), event.product_id) ==
        answer.product_ids.end()) {
      return BadField(Path("product_id"), event.product_id,
                      "was not suggested by the recommendation");
    }
  }
  const std::string key = absl::StrCat("reaction ", event.event_id);
  return Write(Fact(std::move(event)), shown, key, content);
}

absl::StatusOr<bool> Feedback::Record(Contact contact) {
  const std::string content = absl::StrCat(contact.recommendation_id, "\n", contact.customer_id);
  std::vector<Exposure> shown;
  if (!contact.recommendation_id.empty()) {
    TSUGI_ASSIGN_OR_RETURN(const ListedAnswer answer, Find(contact.recommendation_id));
    shown = ShownAt(answer.offers, contact.at);
    TSUGI_RETURN_IF_ERROR(Reconcile(answer.customer_id, &contact.customer_id));
    if (contact.placement.empty()) contact.placement = answer.placement;
  }
  if (contact.customer_id.empty()) {
    return BadField(Path("customer_id"), "",
                    "is missing; the recommendation was made to an unknown visitor");
  }
  if (contact.placement.empty()) contact.placement = "cs";
  const std::string key = absl::StrCat("contact ", contact.event_id);
  return Write(Fact(std::move(contact)), shown, key, content);
}

absl::Status Feedback::CheckEvent(const std::string& key, const std::string& content) {
  constexpr std::size_t kMaxEvents = 100'000;
  base::MutexLock lock(&mutex_);
  const std::uint64_t print = base::Fingerprint(content);
  const auto [known, added] = events_.emplace(key, print);
  if (!added && known->second != print) {
    return absl::FailedPreconditionError(
        absl::StrCat("event_id: the id of ", key, " was used for another one; use a new id"));
  }
  if (added) oldest_first_.push_back(key);
  if (oldest_first_.size() > kMaxEvents) {
    events_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Feedback::Write(const Fact& fact, const std::vector<Exposure>& shown,
                                     const std::string& key, const std::string& content) {
  TSUGI_RETURN_IF_ERROR(CheckEvent(key, content));
  // The event first: whether it was there says whether this is a retry.
  TSUGI_ASSIGN_OR_RETURN(const WriteResult result, store_->Write({&fact, 1}, clock_->Now()));
  if (!shown.empty()) {
    const std::vector<Fact> facts(shown.begin(), shown.end());
    TSUGI_RETURN_IF_ERROR(store_->Write(facts, clock_->Now()).status());
  }
  TSUGI_RETURN_IF_ERROR(follower_->CatchUp());
  return result.already_there > 0;
}

}  // namespace tsugi
