// The moments of one customer that are open or known to come, with the instants at which they open
// and close by the policy's first rule for them.
//
// Thread safety: pure functions. REQUIRES the read lock of the index.
#ifndef TSUGI_ENGINE_INSIGHT_NEXT_MOMENTS_H_
#define TSUGI_ENGINE_INSIGHT_NEXT_MOMENTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/policy/policy.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

struct NextMoment {
  Moment moment = Moment::kRenewal;
  absl::Time event_at;
  std::optional<absl::Time> opens_at = {};   // none: no rule of the policy names the moment
  std::optional<absl::Time> closes_at = {};  // none: it does not close by itself
  std::string subscription_id = {};
  std::string product_id = {};
};

// Those that have not closed at context.at, the earliest event first, at most twenty.
// PRE_PURCHASE is never among them: its event is the request.
std::vector<NextMoment> NextMomentsOf(const FactIndex& index, const Policy& policy,
                                      const Context& context);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_INSIGHT_NEXT_MOMENTS_H_
