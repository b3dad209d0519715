// Candidates for the moments that a customer's own history and the calendar open: the season, a
// consumable that is due, a running campaign, a customer long silent. *When* each may be offered is
// the policy's to say; these sources say only *what*. Facts that are unknown propose nothing.
//
// All append to `out` what is not there yet, and take scores and evidence over from candidates of
// the same product in another form. Where a limit of CandidateOptions cuts, what is kept does not
// depend on the order of indexes.
//
// Thread safety: free functions. REQUIRES: the read lock of `index`.
#ifndef TSUGI_ENGINE_CANDIDATES_MOMENT_SOURCES_H_
#define TSUGI_ENGINE_CANDIDATES_MOMENT_SOURCES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "engine/candidates/bound_model.h"
#include "engine/candidates/candidates.h"
#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// CROSS_SELL of products whose season_months hold the month of context.at in the store's zone and
// that go with something bought, which is evidence.because_of.
void CollectSeasonal(const BoundModel& model, const FactIndex& index, const Context& context,
                     const CandidateOptions& options, std::vector<Candidate>& out);

// For each consumable with a rhythm: itself again (CROSS_SELL), itself regularly
// (SUBSCRIBE_AND_SAVE at the customer's own interval in whole days, at least 1), and each higher
// tier of its family (UPGRADE, replacing it). Nothing of what is subscribed to already.
void CollectRegulars(const BoundModel& model, const FactIndex& index, const Context& context,
                     const CandidateOptions& options, std::vector<Candidate>& out);

// PROMOTION of products of running campaigns (a campaign that names none is about all of them); and
// UPGRADEs in `out` to a product of a campaign name it. Of several campaigns the one with the
// greatest discount counts, then the first by id. What the models propose anyway comes first, then
// the first products of the campaigns' own lists.
void CollectPromotions(const BoundModel& model, const FactIndex& index, const Context& context,
                       const CandidateOptions& options, std::vector<Candidate>& out);

// For a customer later than usual with an empty cart: what they bought most often (CROSS_SELL). For
// a lost deal with nothing of its family held: its plan and the next cheaper tier (CROSS_SELL with
// `subscription`, the newest such deal).
void CollectWinBack(const BoundModel& model, const FactIndex& index, const Context& context,
                    const CandidateOptions& options, std::vector<Candidate>& out);

// Shared by the sources.

// The candidate of a product in a form; null: none. Linear in `out`.
const Candidate* FindCandidate(const std::vector<Candidate>& out, ProductIndex product,
                               OfferKind kind);

struct BoughtProduct {
  ProductIndex product;
  std::uint32_t times = 0;  // lines
  base::Micros last = 0;
  std::size_t line = 0;  // of the last: 0 is the newest line
};

// Distinct products of the newest `lines` order lines, newest first. Returns apart.
std::vector<BoughtProduct> RecentlyBought(const Context& context, std::size_t lines);

// A candidate of `product` as `kind`, with the scores and evidence of a CROSS_SELL in `out` or,
// where there is none, what popularity and `bought` (may be null) say.
Candidate MakeCandidate(const BoundModel& model, const FactIndex& index, const Context& context,
                        const std::vector<Candidate>& out, ProductIndex product, OfferKind kind,
                        const BoughtProduct* bought = nullptr);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_CANDIDATES_MOMENT_SOURCES_H_
