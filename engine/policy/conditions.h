// What a rule asks of the customer (`when`). A fact that is unknown makes its condition fail.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_POLICY_CONDITIONS_H_
#define TSUGI_ENGINE_POLICY_CONDITIONS_H_

#include <optional>

#include "absl/time/time.h"
#include "engine/policy/policy.h"
#include "engine/state/context.h"

namespace tsugi {

struct ConditionResult {
  bool hold = true;
  // Where only tenure or silence is missing: when it will have grown enough.
  std::optional<absl::Time> until;
};

// All conditions but `categories`, and those that say which event opens the rule's moment: NPS and
// CSAT at SATISFACTION, silence at WIN_BACK (moments.h). Usage is that of `subscription`, or, where
// it is null, the highest of the customer's active and trialing ones.
ConditionResult CheckConditions(const Rule& rule, const Context& context,
                                const SubscriptionState* subscription);

// When the customer's silence since the last order has grown to so many usual intervals; none where
// either is unknown.
std::optional<absl::Time> SilentSince(double intervals, const Context& context);

// `categories` left out, or the product's is one of them.
bool CategoryHolds(const Conditions& when, const ProductRef& product);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_CONDITIONS_H_
