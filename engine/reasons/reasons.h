// Why this offer: sentences with the evidence that carries them.
//
// A reason is given only where its evidence carries it; where none of the strong ones does, a
// weaker true one takes its place, so an offer is never without a reason. "Bought together" needs
// kMinOrdersTogether orders and kMinLift above chance; "popular" needs kMinPopularity.
//
// Thread safety: pure functions; they borrow nothing beyond the call.
#ifndef TSUGI_ENGINE_REASONS_REASONS_H_
#define TSUGI_ENGINE_REASONS_REASONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "base/decimal.h"
#include "engine/offers/offer.h"
#include "engine/reasons/reason.h"
#include "engine/reasons/texts.h"
#include "engine/state/context.h"

namespace tsugi {

inline constexpr std::uint32_t kMinOrdersTogether = 5;
inline constexpr double kMinLift = 1.2;
inline constexpr float kMinPopularity = 0.005F;  // share of orders
inline constexpr double kHighUsage = 0.8;        // of the plan's usage_limit
inline constexpr double kPromoterNps = 9;
inline constexpr double kContentCsat = 4;
// Scores of models that say "fits what was bought before" loudly enough to be said aloud.
inline constexpr float kMinHistoryScore = 0.02F;
inline constexpr float kMinFactorScore = 0.2F;

// How a product is called. An empty name: its id is shown.
struct ProductTexts {
  std::string_view id;
  std::string_view name;
};
using ProductLookup = absl::FunctionRef<ProductTexts(const ProductRef&)>;

// What a change of plan costs today and from then on.
struct PlanChange {
  base::Decimal due_today;
  base::Decimal next_price;
  std::optional<absl::Time> next_at;
};

// One to three, strongest first; then what goes with the price (discount, coupon), what was rated
// or renews, and what is due today. `change` may be null.
std::vector<Reason> ReasonsFor(const DecidedOffer& offer, const Context& context, Language language,
                               ProductLookup lookup, const PlanChange* change = nullptr);

// Sentences a representative can say aloud, in the order of the call: what is coming up, what is
// gained, what it costs, and no pressure.
std::vector<std::string> TalkingPointsFor(const DecidedOffer& offer, const Context& context,
                                          Language language, ProductLookup lookup,
                                          const PlanChange* change = nullptr);

// Why nothing is offered and, where it is known, from when to look again.
std::string NoOfferText(const NoOffer& no_offer, Language language, absl::TimeZone zone);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_REASONS_REASONS_H_
