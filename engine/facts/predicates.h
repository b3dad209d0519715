// What single facts say, in the words the rest of the engine asks in.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_FACTS_PREDICATES_H_
#define TSUGI_ENGINE_FACTS_PREDICATES_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/facts/facts.h"

namespace tsugi {

// Active, or past due: a contract that is paid for, or ought to be.
inline bool IsPaid(SubscriptionStatus status) {
  return status == SubscriptionStatus::kActive || status == SubscriptionStatus::kPastDue;
}

// Active or on trial, nothing owed: more may be offered about it.
inline bool IsInGoodStanding(SubscriptionStatus status) {
  return status == SubscriptionStatus::kActive || status == SubscriptionStatus::kTrialing;
}

// In good standing or past due: the customer has the plan.
inline bool IsHeld(SubscriptionStatus status) {
  return IsPaid(status) || status == SubscriptionStatus::kTrialing;
}

// `month` from 1 to 12 is one of Product::season_months; never where the product has none.
inline bool IsInSeason(std::uint16_t season_months, int month) {
  return (season_months >> static_cast<unsigned>(month - 1) & 1U) != 0;
}

// We go to the customer there: `placement` is one of those (OutboundPlacements() as a rule).
inline bool IsOutbound(std::string_view placement, std::span<const std::string> outbound) {
  return std::find(outbound.begin(), outbound.end(), placement) != outbound.end();
}

}  // namespace tsugi

#endif  // TSUGI_ENGINE_FACTS_PREDICATES_H_
