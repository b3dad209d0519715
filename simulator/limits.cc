#include "simulator/limits.h"

#include <algorithm>
#include <variant>

namespace tsugi::simulator {

void Limits::Hear(const Fact& fact) {
  if (const auto* customer = std::get_if<tsugi::Customer>(&fact)) {
    records_[customer->id].consents = customer->consent_marketing;
  } else if (const auto* signal = std::get_if<Signal>(&fact)) {
    Record& record = records_[signal->customer_id];
    if (signal->type == SignalType::kComplaintOpened) ++record.open_complaints;
    if (signal->type == SignalType::kComplaintClosed && record.open_complaints > 0) {
      --record.open_complaints;
    }
    if (signal->type == SignalType::kNps) {
      record.nps = signal->value.value_or(10);
      record.nps_at = signal->at;
    }
  } else if (const auto* contact = std::get_if<Contact>(&fact)) {
    records_[contact->customer_id].contacts.push_back(contact->at);
  } else if (const auto* exposure = std::get_if<Exposure>(&fact)) {
    std::vector<Shown>& shown = records_[exposure->customer_id].shown;
    std::erase_if(shown,
                  [&](const Shown& old) { return old.at + options_.shown_per <= exposure->at; });
    shown.push_back({exposure->at, exposure->product_id});
  } else if (const auto* reaction = std::get_if<ReactionEvent>(&fact)) {
    HearReaction(*reaction);
  }
}

void Limits::HearReaction(const ReactionEvent& event) {
  Record& record = records_[event.customer_id];
  std::erase_if(record.shown,
                [&](const Shown& shown) { return shown.product == event.product_id; });
  std::erase_if(record.rests, [&](const Rest& rest) { return rest.until <= event.at; });
  if (event.reaction == Reaction::kDeclined) {
    record.rests.push_back({event.at + options_.after_declined, event.product_id});
  } else if (event.reaction == Reaction::kMaybeLater) {
    record.rests.push_back({event.at + options_.after_maybe_later, event.product_id});
  }
}

bool Limits::Detracts(const Record& record, absl::Time at) const {
  return record.nps <= options_.nps_at_most && at < record.nps_at + options_.detractor_within;
}

bool Limits::Allows(const std::string& customer, bool outbound, absl::Time at) const {
  const auto found = records_.find(customer);
  if (found == records_.end()) return !outbound;
  const Record& record = found->second;
  if (record.open_complaints > 0) return false;
  if (!outbound) return true;
  if (!record.consents || Detracts(record, at)) return false;
  const auto recent =
      std::count_if(record.contacts.begin(), record.contacts.end(),
                    [&](absl::Time contact) { return contact + options_.contacts_per > at; });
  return recent < options_.max_contacts;
}

bool Limits::AllowsProduct(const std::string& customer, const std::string& product, OfferKind kind,
                           absl::Time at) const {
  const auto found = records_.find(customer);
  if (found == records_.end()) return true;
  const Record& record = found->second;
  if (kind == OfferKind::kUpgrade && Detracts(record, at)) return false;
  const auto shown = std::count_if(record.shown.begin(), record.shown.end(), [&](const Shown& s) {
    return s.product == product && s.at + options_.shown_per > at;
  });
  if (shown >= options_.max_shown) return false;
  return std::none_of(record.rests.begin(), record.rests.end(),
                      [&](const Rest& rest) { return rest.product == product && rest.until > at; });
}

}  // namespace tsugi::simulator
