#include "engine/state/subscriptions.h"

namespace tsugi {

std::optional<base::Decimal> SeatPrice(const FactIndex& index, const SubscriptionState& state,
                                       base::Micros at) {
  if (state.facts->unit_price.has_value()) return state.facts->unit_price;
  return index.PriceAsOf(state.plan.index, at);
}

double SeatPriceOrZero(const FactIndex& index, const SubscriptionState& state, base::Micros at) {
  return SeatPrice(index, state, at).value_or(base::Decimal()).ToDouble();
}

}  // namespace tsugi
