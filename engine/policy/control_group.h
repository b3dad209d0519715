// Who is left alone for a while, so that the effect of offers can be measured against them.
//
// Of customers (known by id, else of visitors) control_group_percent in 100 are in the group, drawn
// anew for each control_period since 1970-01-01T00:00:00Z by a hash of the id and the period's
// number. Nothing else enters: not the policy's other keys, not the history.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_POLICY_CONTROL_GROUP_H_
#define TSUGI_ENGINE_POLICY_CONTROL_GROUP_H_

#include "absl/time/time.h"
#include "engine/policy/policy.h"
#include "engine/state/context.h"

namespace tsugi {

// False for somebody without an id.
bool InControlGroup(const ContactPolicy& policy, const Context& context);

// When the group is drawn anew.
absl::Time ControlPeriodEnd(const ContactPolicy& policy, absl::Time at);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_CONTROL_GROUP_H_
