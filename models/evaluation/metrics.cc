#include "models/evaluation/metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/random.h"
#include "base/status_macros.h"

namespace tsugi::models {
namespace {

// Values of one resample: the mean of a, and of b where there is one.
struct Means {
  double a = 0;
  double b = 0;
};

absl::Status Check(std::size_t cases, const BootstrapOptions& options) {
  if (cases == 0) return absl::InvalidArgumentError("cases: there are none");
  if (options.resamples == 0) {
    return absl::InvalidArgumentError("resamples: 0 must be 1 or more");
  }
  if (!(options.level > 0) || options.level >= 1) {
    return absl::InvalidArgumentError(absl::StrCat("level: ", options.level, " must be in (0, 1)"));
  }
  return absl::OkStatus();
}

// The value below which a share of the sorted values lies, linear between neighbours.
double Quantile(std::span<const double> sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  if (sorted[below] == sorted[above]) return sorted[below];  // infinities, too
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// Each resample has a generator of its own, so threads do not show.
Interval Resample(std::span<const double> a, std::span<const double> b,
                  const BootstrapOptions& options,
                  const std::function<double(const Means&)>& statistic) {
  std::vector<double> values(options.resamples);
  base::ParallelFor(values.size(), 16, [&](base::Chunk chunk) {
    for (std::size_t s = chunk.begin; s < chunk.end; ++s) {
      base::Random random(base::Mix64(options.seed) + s);
      Means sums;
      for (std::size_t i = 0; i < a.size(); ++i) {
        const auto pick = static_cast<std::size_t>(random.Below(a.size()));
        sums.a += a[pick];
        if (!b.empty()) sums.b += b[pick];
      }
      const auto count = static_cast<double>(a.size());
      values[s] = statistic({sums.a / count, sums.b / count});
    }
  });
  std::sort(values.begin(), values.end());
  const double tail = (1 - options.level) / 2;
  return {statistic({Mean(a), b.empty() ? 0.0 : Mean(b)}), Quantile(values, tail),
          Quantile(values, 1 - tail)};
}

absl::Status CheckPair(std::span<const double> a, std::span<const double> b,
                       const BootstrapOptions& options) {
  if (a.size() != b.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("cases: ", a.size(), " and ", b.size(), " cannot be paired"));
  }
  return Check(a.size(), options);
}

template <typename T>
double RankAmong(std::span<const T> scores, std::size_t target,
                 std::span<const std::uint8_t> excluded) {
  // NaN becomes the lowest value, so that comparisons hold.
  const auto value = [&](std::size_t i) {
    return std::isnan(scores[i]) ? -std::numeric_limits<T>::infinity() : scores[i];
  };
  const T own = value(target);
  std::size_t better = 0;
  std::size_t equal = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (i == target || (!excluded.empty() && excluded[i] != 0)) continue;
    const T other = value(i);
    better += other > own ? 1 : 0;
    equal += other == own ? 1 : 0;
  }
  return 1.0 + static_cast<double>(better) + static_cast<double>(equal) / 2;
}

}  // namespace

double RankOf(std::span<const float> scores, std::size_t target,
              std::span<const std::uint8_t> excluded) {
  return RankAmong(scores, target, excluded);
}

double RankOf(std::span<const double> scores, std::size_t target,
              std::span<const std::uint8_t> excluded) {
  return RankAmong(scores, target, excluded);
}

void RanksOf(std::span<const float> scores, std::span<const std::uint32_t> targets,
             std::span<const std::uint32_t> excluded, std::vector<double>& ranks) {
  // A NaN counts as lower than any number.
  const auto value = [&](std::size_t i) {
    return std::isnan(scores[i]) ? -std::numeric_limits<float>::infinity() : scores[i];
  };
  ranks.assign(targets.size(), 0);
  if (targets.empty()) return;
  std::vector<float> rising;  // the targets' scores
  for (const std::uint32_t target : targets) rising.push_back(value(target));
  std::sort(rising.begin(), rising.end());
  rising.erase(std::unique(rising.begin(), rising.end()), rising.end());
  // By place among the rising scores: items between it and the next one, and items equal to it.
  std::vector<std::uint32_t> above(rising.size(), 0);
  std::vector<std::uint32_t> equal(rising.size(), 0);
  auto skip = excluded.begin();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (skip != excluded.end() && *skip == i) {
      ++skip;
      continue;
    }
    const float own = value(i);
    if (own < rising.front()) continue;
    const auto place = static_cast<std::size_t>(
        std::upper_bound(rising.begin(), rising.end(), own) - rising.begin() - 1);
    ++(own == rising[place] ? equal : above)[place];
  }
  // From the best down: items that stand above each place.
  std::vector<double> better(rising.size(), 0);
  double sum = 0;
  for (std::size_t place = rising.size(); place-- > 0;) {
    sum += above[place];
    better[place] = sum;
    sum += equal[place];
  }
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const auto place = static_cast<std::size_t>(
        std::lower_bound(rising.begin(), rising.end(), value(targets[t])) - rising.begin());
    ranks[t] = better[place] + 1 + (static_cast<double>(equal[place]) - 1) / 2;
  }
}

double HitAt(double rank, std::size_t k) { return rank <= static_cast<double>(k) ? 1.0 : 0.0; }

double ReciprocalRank(double rank) { return 1.0 / rank; }

double NdcgAt(double rank, std::size_t k) {
  return rank <= static_cast<double>(k) ? 1.0 / std::log2(1.0 + rank) : 0.0;
}

ListMetrics MeasureList(std::span<const std::uint32_t> recommended,
                        std::span<const std::uint32_t> relevant, std::size_t k) {
  ListMetrics result;
  if (relevant.empty() || k == 0) return result;
  double hits = 0;
  double gain = 0;
  for (std::size_t i = 0; i < std::min(k, recommended.size()); ++i) {
    if (!std::binary_search(relevant.begin(), relevant.end(), recommended[i])) continue;
    hits += 1;
    gain += 1.0 / std::log2(static_cast<double>(i) + 2.0);
  }
  double best = 0;
  for (std::size_t i = 0; i < std::min(k, relevant.size()); ++i) {
    best += 1.0 / std::log2(static_cast<double>(i) + 2.0);
  }
  result.recall = hits / static_cast<double>(relevant.size());
  result.precision = hits / static_cast<double>(k);
  result.ndcg = gain / best;
  result.hit = hits > 0 ? 1.0 : 0.0;
  return result;
}

ListMetrics MeasureRanks(std::span<const double> ranks, std::size_t k) {
  ListMetrics result;
  if (ranks.empty() || k == 0) return result;
  double hits = 0;
  double gain = 0;
  double best = 0;
  for (const double rank : ranks) {
    hits += HitAt(rank, k);
    gain += NdcgAt(rank, k);
  }
  for (std::size_t i = 0; i < std::min(k, ranks.size()); ++i) {
    best += 1.0 / std::log2(static_cast<double>(i) + 2.0);
  }
  result.recall = hits / static_cast<double>(ranks.size());
  result.precision = hits / static_cast<double>(k);
  result.ndcg = std::min(gain / best, 1.0);  // relevant items that tie may outdo the best list
  result.hit = hits > 0 ? 1.0 : 0.0;
  return result;
}

double Mean(std::span<const double> values) {
  if (values.empty()) return 0.0;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

absl::StatusOr<Interval> BootstrapMean(std::span<const double> cases,
                                       const BootstrapOptions& options) {
  TSUGI_RETURN_IF_ERROR(Check(cases.size(), options));
  return Resample(cases, {}, options, [](const Means& means) { return means.a; });
}

absl::StatusOr<Interval> BootstrapDifference(std::span<const double> a, std::span<const double> b,
                                             const BootstrapOptions& options) {
  TSUGI_RETURN_IF_ERROR(CheckPair(a, b, options));
  return Resample(a, b, options, [](const Means& means) { return means.a - means.b; });
}

absl::StatusOr<Interval> BootstrapRatio(std::span<const double> a, std::span<const double> b,
                                        const BootstrapOptions& options) {
  TSUGI_RETURN_IF_ERROR(CheckPair(a, b, options));
  return Resample(a, b, options, [](const Means& means) {
    if (means.b != 0) return means.a / means.b;
    return means.a == 0 ? 1.0 : std::numeric_limits<double>::infinity();
  });
}

}  // namespace tsugi::models
