// What the ranker sees of a candidate: one number a feature. The same code fills what the ranker is
// trained on and what it scores, so the two cannot drift apart.
//
// Features stand in columns, one a feature over the request's candidates, as the ranker reads them.
// Log features are shifted so that "nothing known" is 0; ratios are to the best of the request's
// candidates. All values are finite.
//
// Thread safety: free functions; scratch memory is the thread's own.
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
inline constexpr std::uint32_t kFeatureVersion = 3;

enum class Feature : std::uint8_t {
  kRegression,         // item regression over cart and viewed products
  kRegressionPerSeed,  // divided by the root of their number
  kRegressionToBest,
  kLogRegression,
  kRegressionBest,  // the greatest addend
  kHistory,         // item regression over recent history
  kLogHistory,
  kCoPurchase,  // sum of weighted cosines
  kCoPurchaseToBest,
  kCoPurchaseBest,  // the greatest addend
  kLogConfidence,   // P(product | seed), of the seed that speaks most for it
  kConfidenceMean,  // over the seeds
  kLogShrunk,       // P(product | that seed) with 20 orders of popularity added to its counts
  kLogTogether,     // orders that hold both
  kLogLift,         // of the evidence, damped where there are few orders
  kIals,            // factors' affinity
  kIalsToBest,
  kLogPopularity,
  kLogRecent,
  kTrend,         // recent share to overall share, log
  kLogSoldWeek,   // orders of everyone in the last 7 days
  kLogSoldMonth,  // and 28
  kLogAge,        // days since first sold
  kLogCartSize,
  kKnownCustomer,
  kLogOwnOrders,   // days on which the customer bought
  kLogSinceOrder,  // days since the customer's last order; 0: none
  kNoSeeds,        // neither cart nor viewed products
  kBoughtBefore,   // by this customer, of late
  kLogTimesBought,
  kBoughtRecency,     // 1 / (1 + days / 30)
  kBoughtShare,       // times bought to the customer's days
  kLogPriceRatio,     // price to the median price of the cart, within +-3; 0 unknown
  kLogPriceDistance,  // its absolute value
  kLogPrice,
  kSameCategory,   // as something in the cart or viewed
  kCompletes,      // the catalogue says it goes with something in the cart or viewed
  kNameLikeness,   // summed over the seeds
  kNameBest,       // the most alike seed's
  kLogIdDistance,  // places in the sorted product ids to the nearest seed
  kNoisyOr,        // of popularity, confidence and regression (FallbackProbability)
};
inline constexpr std::size_t kFeatureCount = 41;

// By Feature.
std::span<const std::string_view> FeatureNames();

// May the ranker say how probable it is? Offers about a subscription, upgrades, sets and the like
// have priors of their own (engine/scoring).
bool IsRanked(const Candidate& candidate);

// Columns of candidates.size() rows; a stride is models::ColumnStride of it. REQUIRES:
// columns.size() = kFeatureCount * stride, and the read lock of `index`.
void FillFeatures(const FactIndex& index, const Context& context,
                  std::span<const Candidate> candidates, std::span<float> columns);

// 1 - (1 - popularity)(1 - confidence / 4)(1 - regression / 2)(1 - history / 8), each source an
// independent chance that the product is wanted, negative regressions counting 0.
double FallbackProbability(const SourceScores& scores);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_FEATURES_FEATURES_H_
