// From candidates to offers with a probability of purchase and prices.
//
// The probability is the ranker's where the model has one, else a plain noisy-or of what the
// sources say (FallbackProbability, engine/features); for offers about a subscription and for
// upgrades it is the prior of subscription_prior.h, for sets, subscriptions to consumables and lost
// deals that of kind_prior.h. Prices are the catalogue's at context.at, else of the last sale.
//
// Thread safety: free functions; scratch memory is the thread's own.
#ifndef TSUGI_ENGINE_SCORING_SCORING_H_
#define TSUGI_ENGINE_SCORING_SCORING_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "engine/candidates/bound_model.h"
#include "engine/candidates/candidates.h"
#include "engine/offers/offer.h"
#include "engine/propensity/subscription_prior.h"
#include "engine/scoring/kind_prior.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

struct ScoringOptions {
  SubscriptionPrior prior;
  KindPrior kinds;
};

// OK if the model's ranker, where it has one, was made for the features of this build. Errors:
// FAILED_PRECONDITION. Ask before serving a model.
absl::Status CheckScorable(const ModelSet& models);

// Replaces `offers` by one a candidate, those that the ranker ranks first; the candidates are moved
// there. REQUIRES: CheckScorable, and the read lock of `index`.
void Score(const BoundModel& model, const FactIndex& index, const Context& context,
           const ScoringOptions& options, std::span<Candidate> candidates,
           std::vector<ScoredOffer>& offers);

// What CollectCandidates finds, scored. A vector that is handed in again and again spares the
// allocations.
absl::Status CollectOffers(const BoundModel& model, const FactIndex& index, const Context& context,
                           const CandidateOptions& collecting, const ScoringOptions& scoring,
                           std::vector<ScoredOffer>& offers);

// What a ranker fitted on a small history overlooks: beside a cart, nothing is *next* more often
// than it was bought with something in the cart at all. The most the probability may be by the
// counts, shrunk towards popularity by 20 orders; 1 where `orders_beside` (of the cart's or viewed
// product that most orders hold) is 0, and for what the customer's own history or the catalogue
// suggests.
double AtMostByCounts(const SourceScores& scores, std::uint32_t orders_beside);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SCORING_SCORING_H_
