// The billing periods and trials that a subscription has been through, each with what became of it:
// what the propensity to upgrade, to leave and to convert is learned from.
//
// A paid subscription runs in billing periods of its plan, in calendar months from the end of its
// trial, else from its start; a change of plan starts a new one. What happens at the very end of a
// period belongs to that period. A period counts only once it is over.
//
// Thread safety: pure functions. REQUIRES the read lock of the index.
#ifndef TSUGI_ENGINE_PROPENSITY_PERIODS_H_
#define TSUGI_ENGINE_PROPENSITY_PERIODS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "engine/state/fact_index.h"

namespace tsugi {

struct SubscriptionPeriod {
  std::size_t subscription = 0;  // position in FactIndex::subscriptions()
  base::Micros at = 0;           // the instant a prediction is made for: nothing later is looked at
  base::Micros to = 0;           // end, included
  bool trial = false;
  bool upgraded = false;  // to a higher tier of the family, by a new version or a subscription that
                          // takes the place of this one within a week
  bool lost = false;      // cancelled or lapsed, not upgraded
  bool converted = false;  // of a trial: paid for within a week of its end
};

// The end of the first billing period from `from`: so many calendar months later.
base::Micros PeriodEnd(base::Micros from, int billing_months);

// When payment begins: the end of the trial, else the start.
base::Micros PaidFrom(const Subscription& subscription);

// Those that ended at `end` or before. A paid period is predicted at its start, a trial three days
// before its end, when it is about to be decided.
std::vector<SubscriptionPeriod> PeriodsOf(const FactIndex& index, std::size_t subscription,
                                          base::Micros end);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_PROPENSITY_PERIODS_H_
