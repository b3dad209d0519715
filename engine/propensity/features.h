// What a change of subscription may depend on, as numbers: of the customer and the contract at one
// instant. One code fills them for training, for scoring and for the worklist.
//
// A fact that is not known is 0 in its feature and 0 in the feature that says whether it is known.
//
// Thread safety: pure functions.
#ifndef TSUGI_ENGINE_PROPENSITY_FEATURES_H_
#define TSUGI_ENGINE_PROPENSITY_FEATURES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/state/context.h"

namespace tsugi {

enum class PropensityFeature : std::uint8_t {
  kTenure,         // log(1 + days since the customer became one)
  kPeriods,        // log(1 + billing periods of the subscription so far)
  kUsage,          // share of the plan's limit less 0.5, cut to [-0.5, 1]
  kUsageKnown,     // 0 or 1
  kNps,            // (newest NPS - 7.5) / 2.5
  kNpsKnown,       // 0 or 1
  kCsat,           // (newest CSAT - 3) / 2
  kCsatKnown,      // 0 or 1
  kComplaints,     // open ones, at most 3
  kPastDue,        // 0 or 1
  kSpend,          // log(1 + revenue of orders so far)
  kPrice,          // log(1 + price of all seats a month)
  kSeats,          // log(seats)
  kTier,           // of the plan, cut to [0, 9]
  kBillingMonths,  // log
  kAccepted,       // log(1 + offers accepted)
  kDeclined,       // offers declined in the last 180 days, at most 5
  kOtherPlans,     // log(1 + other running subscriptions)
};
inline constexpr std::size_t kPropensityFeatureCount = 18;
// Of the meaning of the features: a model learned with another one is not used.
inline constexpr std::uint32_t kPropensityFeatureVersion = 1;

std::span<const std::string_view> PropensityFeatureNames();

using PropensityFeatures = std::array<float, kPropensityFeatureCount>;

// `price` is that of one seat and billing period, 0 where it is not known.
PropensityFeatures FillPropensityFeatures(const Context& context,
                                          const SubscriptionState& subscription, double price);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_PROPENSITY_FEATURES_H_
