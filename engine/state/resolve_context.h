// From a request to everything the decision may look at, as it was at request.at.
//
// No fact of after `at` enters. A customer who does not consent to profiling, or of whom nothing
// was known at `at`, is served like an unknown visitor; outbound contacts count all the same.
// Products of the cart that nobody knows stay
// in the cart, for its size.
#ifndef TSUGI_ENGINE_STATE_RESOLVE_CONTEXT_H_
#define TSUGI_ENGINE_STATE_RESOLVE_CONTEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/facts/names.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"
#include "engine/state/request.h"

namespace tsugi {

// What counts as owned, beside the plan of an active or trialing subscription and the lower tiers
// of its family, which always do.
struct OwnershipRule {
  enum class Goods : std::uint8_t { kDurable, kAll, kNone };
  Goods goods = Goods::kDurable;  // kDurable: durable products; kAll: whatever was bought
  absl::Duration durable_for = absl::Hours(24 * 730);
};

struct ContextOptions {
  absl::TimeZone zone;  // the store's
  std::string currency = "USD";
  OwnershipRule owned;
  std::vector<std::string> outbound_placements = OutboundPlacements();
  // How far back showings and contacts are counted; zero: not at all. Half open: what was at
  // `at` - showings_for is out.
  absl::Duration showings_for = absl::Hours(24 * 14);
  absl::Duration contacts_for = absl::Hours(24 * 30);
};

// The result borrows from `index`: REQUIRES its read lock, from here to the last use of the result.
// The cart and viewed products come out by product id, repeats merged (quantities added, the higher
// price kept), so that the order in which they were put in never shows.
// Errors: INVALID_ARGUMENT where `subscription_id` is none of the customer's at `at`.
absl::StatusOr<Context> ResolveContext(const FactIndex& index, const ContextOptions& options,
                                       const SuggestRequest& request);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_RESOLVE_CONTEXT_H_
