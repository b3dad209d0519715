// Which products might be offered, by whom they are proposed and why.
//
// Sources, each of which says what it knows of every product proposed (SourceScores, Evidence):
//   - co-purchase neighbours and item regression of the *seeds*: the cart and viewed products or,
//     where there are none, what was bought of late
//   - item regression over recent history; the customer's own repeat purchases
//   - factors, folded in at request time: they rescore what others proposed, and propose nothing
//   - the catalogue: higher tiers of what is in the cart, viewed or subscribed to (each tier a
//     candidate of its own), the plan on trial, add-ons for owners of what they go with, goods that
//     complete a seed; none of these needs the model to know the product
//   - popularity as the last resort: in the category of products the model does not know, then in
//     the segment
//   - what moments ask for (moment_sources.h, bundle_source.h): sets, companions of the season,
//     consumables again, as a subscription or a better one, products of campaigns, and what may win
//     a customer back. They take scores and evidence over from the sources above.
// Only what can be sold at `at` comes back (known, active, in stock; plans are not cross-sold),
// nothing that is in the cart, viewed (but as an upgrade or a subscription) or owned. A product
// comes twice only as upgrades of different things (several subscriptions, or one and the cart) or
// in several forms, of which at most one will be offered. A product that only orders know is goods.
//
// Order: deterministic, and without meaning. Neither the order of the cart nor the thread shows.
//
// Thread safety: free function on immutable arguments; scratch memory is the thread's own (24 bytes
// an item of the model).
#ifndef TSUGI_ENGINE_CANDIDATES_CANDIDATES_H_
#define TSUGI_ENGINE_CANDIDATES_CANDIDATES_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "engine/candidates/bound_model.h"
#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

struct CandidateOptions {
  std::uint32_t pool = 40;            // products kept of those the models propose
  std::uint32_t fill_to = 20;         // popularity fills up to so many
  std::uint32_t unwanted = 8;         // kept of those the request's filter will drop, so that the
                                      // answer can say so
  std::uint32_t history_lines = 200;  // the newest order lines looked at
  std::uint32_t history_items = 12;   // the newest distinct products that count as recent history
  std::uint32_t repeats = 10;         // of them, proposed again
  // Kept of each of these, nearest to being due, best known or first in the catalogue's list.
  std::uint32_t regulars = 10;    // consumables bought again and again
  std::uint32_t seasonal = 10;    // companions of the season
  std::uint32_t bundles = 6;      // sets
  std::uint32_t promotions = 10;  // products of campaigns
  std::uint32_t favourites = 5;   // what a late customer bought most
  // Preliminary order of the pool: regression + history * w1 + co_purchase * w2 + likeness of the
  // names * w3.
  float history_weight = 0.25F;
  float co_purchase_weight = 0.25F;
  float name_weight = 0.05F;
};

// Replaces `out`. REQUIRES: the read lock of `index`, to which `model` is bound and from which
// `context` was resolved. Errors: INTERNAL where the fold-in fails.
absl::Status CollectCandidates(const BoundModel& model, const FactIndex& index,
                               const Context& context, const CandidateOptions& options,
                               std::vector<Candidate>& out);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_CANDIDATES_CANDIDATES_H_
