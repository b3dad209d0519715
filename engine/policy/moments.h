// When the moment of a rule is open, and for which offers.
//
// A moment with an event is bound to the subscription the event belongs to: RENEWAL to the
// `renews_at` of an active one, TRIAL_END to the `trial_ends_at` of a trialing one. Windows are
// half open: [event - before, event + after), where what is left out is zero.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_POLICY_MOMENTS_H_
#define TSUGI_ENGINE_POLICY_MOMENTS_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "engine/offers/offer.h"
#include "engine/policy/policy.h"
#include "engine/state/context.h"

namespace tsugi {

struct Opening {
  absl::Time opens;   // included
  absl::Time closes;  // not included; absl::InfiniteFuture(): it does not close by itself
};

// From the renewal `months` calendar months earlier, by the clock on the wall of `zone`, to this
// one. A day the earlier month does not have becomes its last: 31 March - 1 month is the last of
// February. REQUIRES: months > 0.
absl::Duration BillingPeriod(absl::Time renews_at, int months, absl::TimeZone zone);

// Whether the moment is decided by a subscription's event (else by the request alone).
bool HasEvent(Moment moment);

// The window of the moment's event in this subscription, none where there is no such event.
std::optional<Opening> EventOpening(const Rule& rule, const SubscriptionState& subscription,
                                    const Context& context);

// PRE_PURCHASE: a cart, viewed products or an inbound placement.
bool RequestOpens(const Context& context);

// Which kinds of offer can arise at a moment, and what they must be about:
//
//                      PRE_PURCHASE              RENEWAL, TRIAL_END
//   CROSS_SELL         any                       any open event, or its own subscription's
//   UPGRADE            of a cart or viewed       of the plan whose event it is
//                      product, no subscription
//   TRIAL_CONVERSION   no                        TRIAL_END: of the plan on trial
//   ADD_ON             any                       any open event, or its own subscription's
//
// The other kinds arise at no moment of this build. `kAnyEvent`: one open event is enough.
enum class Fit : std::uint8_t { kNo, kRequest, kAnyEvent, kOwnEvent };
Fit FitOf(Moment moment, const Candidate& candidate, const Context& context);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_MOMENTS_H_
