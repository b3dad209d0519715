// Candidates that are sets: a bundle of the catalogue with its price advantage.
#ifndef TSUGI_ENGINE_CANDIDATES_BUNDLE_SOURCE_H_
#define TSUGI_ENGINE_CANDIDATES_BUNDLE_SOURCE_H_

#include <vector>

#include "engine/candidates/candidates.h"
#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// A BUNDLE for each set that holds something in the cart, viewed or, failing these, bought of late,
// and something that the customer neither has in the cart nor owns. The set and everything in it
// can be sold and has a price, and the set's price is below the sum of the single ones: a set
// without an advantage is no offer. evidence.because_of is the product that led to it.
void CollectBundles(const FactIndex& index, const Context& context, const CandidateOptions& options,
                    std::vector<Candidate>& out);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_CANDIDATES_BUNDLE_SOURCE_H_
