// Measures of a ranked list, and intervals for their means.
//
// Ranks start at 1. Ties count half: an item that shares its score with t others and has b better
// ones stands at rank b + 1 + t / 2, so equal scores neither help nor harm. Gains are binary.
//
// Thread safety: free functions; parallel ones give the same result on any number of threads.
#ifndef TSUGI_MODELS_EVALUATION_METRICS_H_
#define TSUGI_MODELS_EVALUATION_METRICS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

namespace tsugi::models {

// Rank of scores[target] among all scores, those with excluded[i] != 0 left out (`excluded` may be
// empty). A NaN counts as lower than any number. REQUIRES: target not excluded.
double RankOf(std::span<const float> scores, std::size_t target,
              std::span<const std::uint8_t> excluded);
double RankOf(std::span<const double> scores, std::size_t target,
              std::span<const std::uint8_t> excluded);

// The ranks of several targets (distinct), ties counted half, those of `excluded` (ascending) left
// out: ranks[t] belongs to targets[t]. One pass over the scores, cheap where targets score high.
// The rank of a target that is excluded itself means nothing.
void RanksOf(std::span<const float> scores, std::span<const std::uint32_t> targets,
             std::span<const std::uint32_t> excluded, std::vector<double>& ranks);

// One hidden item at `rank` (HR and NDCG are 0 beyond k; an infinite rank is a miss).
double HitAt(double rank, std::size_t k);   // rank <= k
double ReciprocalRank(double rank);         // 1 / rank
double NdcgAt(double rank, std::size_t k);  // 1 / log2(1 + rank)

// A list of recommended items, best first, against the set of relevant ones (ascending, distinct).
struct ListMetrics {
  double recall = 0;     // hits / relevant
  double precision = 0;  // hits / k
  double ndcg = 0;       // DCG / DCG of the best list of min(k, relevant)
  double hit = 0;        // 1 if any hit
};
ListMetrics MeasureList(std::span<const std::uint32_t> recommended,
                        std::span<const std::uint32_t> relevant, std::size_t k);

// The same from the ranks of the relevant items: an item counts where its rank is at most k.
ListMetrics MeasureRanks(std::span<const double> ranks, std::size_t k);

// 0 of no values.
double Mean(std::span<const double> values);

struct Interval {
  double mean = 0;  // of the cases themselves
  double low = 0;
  double high = 0;
};

struct BootstrapOptions {
  std::uint32_t resamples = 1000;  // >= 1
  double level = 0.95;             // in (0, 1)
  std::uint64_t seed = 1;
};

// Percentile bootstrap (Efron 1979) of the mean over cases. Errors: INVALID_ARGUMENT for no cases
// or options out of range.
absl::StatusOr<Interval> BootstrapMean(std::span<const double> cases,
                                       const BootstrapOptions& options);

// Of mean(a) - mean(b), resampling cases, so what both share cancels. Equal sizes.
absl::StatusOr<Interval> BootstrapDifference(std::span<const double> a, std::span<const double> b,
                                             const BootstrapOptions& options);

// Of mean(a) / mean(b); a resample whose mean(b) is 0 counts as +infinity (0 / 0 as 1).
absl::StatusOr<Interval> BootstrapRatio(std::span<const double> a, std::span<const double> b,
                                        const BootstrapOptions& options);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_EVALUATION_METRICS_H_
