// What a subscription costs and how much of its plan is used.
//
// Thread safety: pure functions. SeatPrice REQUIRES the read lock of the index.
#ifndef TSUGI_ENGINE_STATE_SUBSCRIPTIONS_H_
#define TSUGI_ENGINE_STATE_SUBSCRIPTIONS_H_

#include <optional>

#include "base/decimal.h"
#include "base/time.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// One seat's price for one billing period, in the store's currency: as the subscription has it,
// else the plan's own at `at`; none where neither is known.
std::optional<base::Decimal> SeatPrice(const FactIndex& index, const SubscriptionState& state,
                                       base::Micros at);

// The same as a number, 0 where it is not known.
double SeatPriceOrZero(const FactIndex& index, const SubscriptionState& state, base::Micros at);

// Usage as a share of the plan's usage_limit; none where either is unknown.
inline std::optional<double> UsageShare(const SubscriptionState& state) {
  if (!state.usage.has_value() || state.plan.facts == nullptr) return std::nullopt;
  const std::optional<double>& limit = state.plan.facts->usage_limit;
  if (!limit.has_value() || *limit <= 0) return std::nullopt;
  return *state.usage / *limit;
}

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_SUBSCRIPTIONS_H_
