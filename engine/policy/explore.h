// Exploration: a seeded share of answers tries another choice and order among near-equals.
//
// Let p be the priority of the last offer chosen. Chosen offers of priority up to p / (1 - near),
// and others from p x (1 - near) on, are near-equal. A share e = percent / 100 of the answers deals
// the places of the m chosen near-equals out to all m + n near-equals at random; the rest keeps the
// order of priority. So a near-equal that is chosen anyway is shown with probability
// 1 - e + e m / (m + n), any other with e m / (m + n), and all the rest as without exploration.
// Steps of an upgrade's ladder keep their places: the next tier is never displaced.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_POLICY_EXPLORE_H_
#define TSUGI_ENGINE_POLICY_EXPLORE_H_

#include <cstdint>
#include <vector>

#include "engine/policy/policy.h"
#include "engine/policy/selection.h"

namespace tsugi {

// Sets the propensities of `chosen`, and deals out its places where this answer explores. `ranked`:
// all offers that would do, the chosen ones among them. Equal seeds explore equally.
void Explore(const Exploration& exploration, std::uint64_t seed, std::vector<Ranked> ranked,
             std::vector<Ranked>* chosen);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_EXPLORE_H_
