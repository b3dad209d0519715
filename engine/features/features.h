// What the ranker sees of a candidate: one row of numbers. The same code fills the rows that the
// ranker is trained on and those it scores, so the two cannot drift apart.
//
// Log features are shifted so that "nothing known" is 0; ratios are to the best of the request's
// candidates. All values are finite.
//
// Thread safety: free functions.
#ifndef TSUGI_ENGINE_FEATURES_FEATURES_H_
#define TSUGI_ENGINE_FEATURES_FEATURES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// Raise it when a feature is added, dropped, moved or computed otherwise: rankers of another
// version are not served.
inline constexpr std::uint32_t kFeatureVersion = 1;

enum class Feature : std::uint8_t {
  kRegression,         // item regression over cart and viewed products
  kRegressionPerSeed,  // divided by the root of their number
  kRegressionToBest,
  kLogRegression,
  kHistory,  // item regression over recent history
  kLogHistory,
  kCoPurchase,  // sum of weighted cosines
  kCoPurchaseToBest,
  kLogConfidence,  // greatest P(product | seed)
  kLogLift,        // of the evidence, damped where there are few orders
  kIals,           // factors' affinity
  kIalsToBest,
  kLogPopularity,
  kLogRecent,
  kLogCartSize,
  kKnownCustomer,
  kNoSeeds,       // neither cart nor viewed products
  kBoughtBefore,  // by this customer, of late
  kLogTimesBought,
  kBoughtRecency,     // 1 / (1 + days / 30)
  kLogPriceRatio,     // price to the median price of the cart, within +-3; 0 unknown
  kLogPriceDistance,  // its absolute value
  kSameCategory,      // as something in the cart or viewed
  kCompletes,         // the catalogue says it goes with something in the cart or viewed
};
inline constexpr std::size_t kFeatureCount = 24;

// By Feature.
std::span<const std::string_view> FeatureNames();

// Row r of `matrix` (row-major, kFeatureCount wide) is that of candidates[r]. REQUIRES:
// matrix.size() = candidates.size() * kFeatureCount, and the read lock of `index`.
void FillFeatures(const FactIndex& index, const Context& context,
                  std::span<const Candidate> candidates, std::span<float> matrix);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_FEATURES_FEATURES_H_
