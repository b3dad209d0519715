// The stage a customer stands in: what the CRM says (signals of type `stage`, their subject the
// stage's name), else derived from orders and subscriptions.
//
// Derived, for customers of whom no stage signal has come by then; the last row that applies
// counts:
//
//   visitor      known, nothing bought
//   first_order  one order
//   repeat       two orders or more
//   trial        a subscription on trial
//   onboarding   a paid subscription, since less than `onboarding`
//   adoption     a paid subscription, for longer
//   renewal      ... and it has been renewed since (one of its renewal dates has passed)
//   expansion    ... of a higher tier, more seats or more subscriptions than the first one had
//   lapsed       nothing paid any more, and no order for `lapsed_after`; or a lost deal
//
// Thread safety: pure functions; they REQUIRE the index's read lock.
#ifndef TSUGI_ENGINE_OUTCOMES_STAGES_H_
#define TSUGI_ENGINE_OUTCOMES_STAGES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "base/time.h"
#include "engine/state/fact_index.h"

namespace tsugi {

struct StageOptions {
  absl::Duration onboarding = absl::Hours(24 * 90);
  absl::Duration lapsed_after = absl::Hours(24 * 180);
};

// The derived stages in the order customers pass them; `lapsed` is last and no progress.
inline constexpr std::string_view kDerivedStages[] = {"visitor", "first_order", "repeat",
                                                      "trial",   "onboarding",  "adoption",
                                                      "renewal", "expansion",   "lapsed"};
inline constexpr std::string_view kLapsed = "lapsed";

// Empty where nothing was known of the customer at `at`.
std::string StageAsOf(const FactIndex& index, const CustomerRecord& customer, base::Micros at,
                      const StageOptions& options = {});

struct StageEntry {
  base::Micros at = 0;  // since then
  std::string stage;    // another than before
};

// Every stage the customer has stood in up to `until` (included), oldest first.
std::vector<StageEntry> StageHistory(const FactIndex& index, const CustomerRecord& customer,
                                     base::Micros until, const StageOptions& options = {});

}  // namespace tsugi

#endif  // TSUGI_ENGINE_OUTCOMES_STAGES_H_
