// How exposures, reactions and contacts enter the index: whom a recommendation was for, what it
// showed, and which outbound contacts count.
#include <algorithm>
#include <utility>

#include "engine/facts/names.h"
#include "engine/state/by_time.h"
#include "engine/state/fact_index.h"

namespace tsugi {
namespace {

constexpr std::size_t kMostEarlyReactions = 10'000;  // recommendations waited for
constexpr std::size_t kMostVisitors = 100'000;
constexpr base::Micros kNever = std::numeric_limits<base::Micros>::max();

}  // namespace

void FactIndex::ApplyFact(const Exposure& exposure, base::Micros /*at*/, Seq /*seq*/) {
  const bool known = !exposure.customer_id.empty();
  if (!known && exposure.visitor_id.empty()) return;
  const Digest digest = DigestOf(exposure.recommendation_id);
  Recipient to;
  if (known) {
    to.customer = InternCustomer(exposure.customer_id);
  } else {
    to.visitor = InternVisitor(exposure.visitor_id);
  }
  RememberRecipient(digest, to);
  if (exposure.control) return;  // would have been shown, and was not
  const base::Micros at = base::ToMicros(exposure.at);
  const ShowingRecord showing{at, InternProduct(exposure.product_id)};
  if (!known) {
    InsertByTime(VisitorAt(to.visitor)->showings, showing);
    return;
  }
  CustomerRecord& customer = customers_[to.customer.value()];
  InsertByTime(customer.showings, showing);
  if (IsOutboundPlacement(exposure.placement)) AddConfirmed(customer, at, digest[0]);
}

void FactIndex::RememberRecipient(const Digest& recommendation, const Recipient& to) {
  const auto [place, added] = recommended_to_.insert_or_assign(recommendation, to);
  if (added && !to.customer.valid()) {
    VisitorAt(to.visitor)->recommendations.push_back(recommendation);
  }
  const auto early = early_reactions_.find(recommendation);
  if (early == early_reactions_.end()) return;
  for (const ReactionRecord& record : early->second) AddReaction(recommendation, to, record);
  early_reactions_.erase(early);
}

void FactIndex::ApplyFact(const ReactionEvent& reaction, base::Micros /*at*/, Seq /*seq*/) {
  const ReactionRecord record{base::ToMicros(reaction.at), InternProduct(reaction.product_id),
                              reaction.reaction};
  const Digest digest = DigestOf(reaction.recommendation_id);
  if (!reaction.customer_id.empty()) {
    Recipient to;
    to.customer = InternCustomer(reaction.customer_id);
    AddReaction(digest, to, record);
    return;
  }
  if (reaction.recommendation_id.empty()) return;
  const auto shown = recommended_to_.find(digest);
  if (shown != recommended_to_.end()) {
    AddReaction(digest, shown->second, record);
    return;
  }
  std::vector<ReactionRecord>& early = early_reactions_[digest];
  if (early.empty()) early_order_.push_back(digest);
  early.push_back(record);
  if (early_order_.size() > kMostEarlyReactions) {
    early_reactions_.erase(early_order_.front());
    early_order_.pop_front();
  }
}

void FactIndex::AddReaction(const Digest& recommendation, const Recipient& to,
                            const ReactionRecord& record) {
  if (!to.customer.valid()) {
    if (VisitorRecord* const visitor = VisitorAt(to.visitor); visitor != nullptr) {
      InsertByTime(visitor->reactions, record);
    }
    return;
  }
  CustomerRecord& customer = customers_[to.customer.value()];
  if (customer.id.empty()) return;  // erased
  InsertByTime(customer.reactions, record);
  const bool reserved =
      std::any_of(customer.contacts.begin(), customer.contacts.end(), [&](const ContactRecord& c) {
        return c.key == recommendation[0] && c.at <= record.at && record.at < c.lapses_at;
      });
  if (reserved) AddConfirmed(customer, record.at, recommendation[0]);
}

void FactIndex::ApplyFact(const Contact& contact, base::Micros /*at*/, Seq /*seq*/) {
  Recipient to;
  to.customer = InternCustomer(contact.customer_id);
  CustomerRecord& customer = customers_[to.customer.value()];
  const bool own = contact.recommendation_id.empty();
  const Digest digest = DigestOf(own ? contact.event_id : contact.recommendation_id);
  const std::uint64_t key = own ? ~digest[0] : digest[0];
  const base::Micros at = base::ToMicros(contact.at);
  if (contact.lapses_at.has_value()) {
    AddReserved(customer, {at, base::ToMicros(*contact.lapses_at), key});
  } else {
    AddConfirmed(customer, at, key);
  }
  if (!own) RememberRecipient(digest, to);
}

void FactIndex::AddReserved(CustomerRecord& customer, const ContactRecord& reserved) {
  for (ContactRecord& known : customer.contacts) {
    if (known.key != reserved.key) continue;
    if (known.lapses_at != kNever) return;  // told twice
    if (known.at < reserved.lapses_at) {
      AddConfirmed(customer, std::min(known.at, reserved.at), reserved.key);
      return;
    }
  }
  InsertByTime(customer.contacts, reserved);
}

void FactIndex::AddConfirmed(CustomerRecord& customer, base::Micros at, std::uint64_t key) {
  std::erase_if(customer.contacts, [&](const ContactRecord& known) {
    if (known.key != key) return false;
    const bool lapsed = known.lapses_at <= at;
    if (!lapsed) at = std::min(at, known.at);
    return !lapsed;
  });
  InsertByTime(customer.contacts, ContactRecord{at, kNever, key});
}

const VisitorRecord* FactIndex::FindVisitor(std::string_view visitor_id) const {
  const auto found = visitor_of_.find(DigestOf(visitor_id));
  return found == visitor_of_.end() ? nullptr : &visitors_[found->second - first_visitor_];
}

VisitorRecord* FactIndex::VisitorAt(std::uint32_t number) {
  return number < first_visitor_ ? nullptr : &visitors_[number - first_visitor_];
}

std::uint32_t FactIndex::InternVisitor(std::string_view visitor_id) {
  const Digest digest = DigestOf(visitor_id);
  const auto found = visitor_of_.find(digest);
  if (found != visitor_of_.end()) return found->second;
  if (visitors_.size() >= kMostVisitors) ForgetOldestVisitor();
  const auto number = static_cast<std::uint32_t>(first_visitor_ + visitors_.size());
  visitors_.emplace_back().id = digest;
  visitor_of_.emplace(digest, number);
  return number;
}

void FactIndex::ForgetOldestVisitor() {
  const VisitorRecord& oldest = visitors_.front();
  for (const Digest& recommendation : oldest.recommendations) {
    recommended_to_.erase(recommendation);
  }
  visitor_of_.erase(oldest.id);
  visitors_.pop_front();
  ++first_visitor_;
}

}  // namespace tsugi
