// From the offers that would do to the few that are made: best first, one a product, the next tier
// never displaced by a higher one.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_POLICY_SELECTION_H_
#define TSUGI_ENGINE_POLICY_SELECTION_H_

#include <compare>
#include <cstddef>
#include <vector>

#include "engine/offers/offer.h"

namespace tsugi {

struct Ranked {
  const ScoredOffer* offer = nullptr;
  double priority = 0;
  std::size_t position = 0;  // the caller's
  double propensity = 1;     // probability that it is chosen (explore.h)
};

// By priority, then CompareOffers.
bool RanksBefore(const Ranked& a, const Ranked& b);

// An upgrade to a tier of a family, of which the next tier goes first.
bool IsLadderStep(const ScoredOffer& offer);

// Product id, then kind, subscription and what is replaced.
std::strong_ordering CompareOffers(const ScoredOffer& a, const ScoredOffer& b);

// The chosen, by priority, then CompareOffers. Where `keep_next_tier` and a higher tier is chosen
// while the lowest tier on offer to the same upgrade is not, that one takes the place of the higher
// one that ranks last. Uses `ranked` up.
std::vector<Ranked> Select(std::vector<Ranked>& ranked, std::size_t most, bool keep_next_tier);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_POLICY_SELECTION_H_
