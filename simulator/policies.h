// The engine's policies that are compared: one for this market, and what is left of it when one
// thing is taken away.
#ifndef TSUGI_SIMULATOR_POLICIES_H_
#define TSUGI_SIMULATOR_POLICIES_H_

#include "engine/policy/policy.h"
#include "simulator/limits.h"

namespace tsugi::simulator {

// What a shop manager of this market would write: the default's moments, with limits that fit its
// prices and what its customers bear. Tuned on family A alone; docs/simulation.md says how.
const Policy& MarketPolicy();

// `policy` without its timing: its rules are those of `open`, every moment always open. Its
// contact policy, suppression and values stay.
Policy WithoutTiming(const Policy& policy);

// `policy` without contact limits, rests, minimum value, suppression and control group. Its moments
// stay.
Policy WithoutLimits(const Policy& policy);

// The same limits for sellers that are not the engine; what the policy leaves open is the
// contract's default.
LimitOptions LimitsOf(const Policy& policy);

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_POLICIES_H_
