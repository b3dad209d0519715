// Sets from the order history as offers: what they would cost singly, what room the margin leaves,
// and a price that stays above cost.
//
// Price: the single prices less the smaller of `advantage` of them and `share_of_margin` of the
// margin, rounded up to the currency's smallest unit. A product of unknown cost is taken to cost
// (1 - default_margin) of its price, and the proposal says so. Where there is no margin to share,
// no price is proposed.
//
// Only products that can be sold at `to` and have a price are in a set; plans, add-ons and sets are
// not bundled.
//
// Thread safety: free function; REQUIRES the read lock of `index`.
#ifndef TSUGI_ENGINE_BUNDLES_PROPOSALS_H_
#define TSUGI_ENGINE_BUNDLES_PROPOSALS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/bundles/sets.h"
#include "engine/history/order_history.h"
#include "engine/state/fact_index.h"

namespace tsugi {

struct ProposalOptions {
  absl::Time from = absl::InfinitePast();
  absl::Time to;  // not included; what can be sold and at which price is as of then
  SetOptions sets;
  double advantage = 0.1;        // of the single prices, in (0, 1)
  double share_of_margin = 0.5;  // in (0, 1)
  double default_margin = 0.3;   // where a cost is unknown, in [0, 1]
  int decimals = 2;              // of the currency's smallest unit
};

struct BundleProposal {
  std::vector<std::string> product_ids;  // ascending
  std::vector<std::string> names;
  std::uint32_t orders = 0;
  double lift = 0;
  double llr = 0;
  base::Decimal singly;  // the single prices added
  base::Decimal cost;    // the costs added
  bool cost_known = true;
  std::optional<base::Decimal> price;  // proposed; none: no room
  std::string sold_as;  // the bundle of the catalogue that holds just these; empty: none
};

struct BundleProposals {
  std::uint64_t orders = 0;  // looked at
  std::vector<BundleProposal> rows;
};

// Errors: those of FindSets.
absl::StatusOr<BundleProposals> ProposeBundles(const OrderHistory& history, const FactIndex& index,
                                               const ProposalOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_BUNDLES_PROPOSALS_H_
