// What a change of plan costs today and from then on.
//
// Same billing period: the price difference for the part of the running period that is left is due
// today, the new price from the next renewal on. Another billing period: a new period starts today;
// its price is due less what is left of the old one. A trial: nothing is due before it ends.
#ifndef TSUGI_ENGINE_SUGGEST_PRORATION_H_
#define TSUGI_ENGINE_SUGGEST_PRORATION_H_

#include <optional>

#include "absl/time/time.h"
#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/suggest/request.h"

namespace tsugi {

// The start of the billing period that ends at `end`, `months` calendar months earlier in `zone`
// (31 March less one month is the last day of February).
absl::Time PeriodStart(absl::Time end, int months, absl::TimeZone zone);

// None where the offer changes no subscription or its renewal is not known. Money is rounded to the
// currency's smallest unit.
std::optional<Proration> Prorate(const Context& context, const DecidedOffer& decided);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SUGGEST_PRORATION_H_
