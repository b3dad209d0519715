// When the moment of a rule is open, and for which offers.
//
// A moment opens by an event of the customer's history: the newest order, the renewal of one
// subscription, the month of one product. Windows are half open: [event - before, event + after),
// where what is left out is zero. What was true once does not count, only the state at the time of
// the answer: a trial converted a second ago is no trial end.
//
//   moment         event                                       open
//   PRE_PURCHASE   the request                                 always
//   POST_PURCHASE  the newest order                            its window
//   RENEWAL        renews_at of an active subscription         its window
//   TRIAL_END      trial_ends_at of a trialing subscription    its window
//   CAMPAIGN_END   ends_at of a running campaign that          its window; never before the
//                  addresses the customer                      campaign, nor after it
//   SATISFACTION   the newest NPS or CSAT answer (of the two   its window, where the answer is as
//                  that the rule asks for, both or none: of    good as the rule asks
//                  either)
//   SEASON         the months of a product that goes with      the run of its months that holds the
//                  something bought                            present one, in the store's time
//                  zone
//   REPLENISHMENT  last purchase of a consumable + the usual   its window
//                  interval
//   USAGE_LIMIT    an active subscription of which the usage   as long as usage_at_least holds
//                  and the plan's limit are known
//   WIN_BACK       the last order + silence_at_least x the     from then on
//                  usual interval between orders;
//                  a lost deal                                 its window
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_POLICY_MOMENTS_H_
#define TSUGI_ENGINE_POLICY_MOMENTS_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "engine/offers/offer.h"
#include "engine/policy/policy.h"
#include "engine/state/context.h"

namespace tsugi {

struct Opening {
  absl::Time opens = absl::InfinitePast();     // included
  absl::Time closes = absl::InfiniteFuture();  // not included; infinite: does not close by itself
};

// One opening of a moment, and what it is about (at most one of the four).
struct Event {
  Opening opening;
  bool met = true;                                  // SATISFACTION: the answer is good enough
  const SubscriptionState* subscription = nullptr;  // RENEWAL, TRIAL_END, USAGE_LIMIT
  const RunningCampaign* campaign = nullptr;        // CAMPAIGN_END
  ProductIndex product;                             // SEASON, REPLENISHMENT
  bool lost_deal = false;                           // WIN_BACK
};
using Events = absl::InlinedVector<Event, 2>;

// All events of the rule's moment; those about products by product index.
void FindEvents(const Rule& rule, const Context& context, Events& events);

// From the renewal `months` calendar months earlier, by the clock on the wall of `zone`, to this
// one. A day the earlier month does not have becomes its last: 31 March - 1 month is the last of
// February. REQUIRES: months > 0.
absl::Duration BillingPeriod(absl::Time renews_at, int months, absl::TimeZone zone);

// The run of months of `season_months` that holds the month of `at` in `zone`, else the next one.
// REQUIRES: season_months has one of its twelve bits.
Opening SeasonOpening(std::uint16_t season_months, absl::Time at, absl::TimeZone zone);

// Which events let an offer pass, by the kind of offer and what it is about:
//
//                      PRE_PURCHASE    RENEWAL      POST_PURCHASE  SEASON     CAMPAIGN_END
//                                      TRIAL_END    SATISFACTION   REPLENISH-
//                                      USAGE_LIMIT  WIN_BACK       MENT
//   CROSS_SELL ADD_ON  request         any or own   any            product    campaign
//   UPGRADE            of cart/viewed  own          any            product *  campaign
//   TRIAL_CONVERSION   no              own          any            no         campaign
//   BUNDLE             request         any          any            contents   campaign
//   S. AND SAVE        request         any          any            product    campaign
//   PROMOTION          request         any          any            product    its own
//
// any or own: that of its own subscription where it is about one, else any. product: the event is
// about the product (* at REPLENISHMENT: about what the upgrade replaces). contents: about the set
// or one of its products. campaign: the campaign names the product, or names none. A lost deal's
// plan passes at WIN_BACK, by the lost deal, and at CAMPAIGN_END alone.
enum class Fit : std::uint8_t { kNo, kAnyEvent, kOwnSubscription, kLostDeal, kProduct, kCampaign };
Fit FitOf(Moment moment, const Candidate& candidate, const Context& context);

// Whether an event is about the candidate. REQUIRES: FitOf gave `fit`, and it is not kNo.
bool IsAbout(const Event& event, Moment moment, Fit fit, const Candidate& candidate);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_MOMENTS_H_
