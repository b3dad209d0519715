#include "models/evaluation/full_ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/random.h"

namespace tsugi::models {
namespace {

constexpr std::size_t kBatch = 32;  // customers scored at a time

double Mean(const std::vector<double>& values) {
  if (values.empty()) return 0.0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

absl::Status Check(const SparseView& train, const SparseView& test, std::size_t k) {
  if (k == 0) return absl::InvalidArgumentError("k: 0 must be 1 or more");
  if (absl::Status status = Validate(train, "train"); !status.ok()) return status;
  if (absl::Status status = Validate(test, "test"); !status.ok()) return status;
  if (train.rows() != test.rows() || train.num_columns != test.num_columns) {
    return absl::InvalidArgumentError(absl::StrCat("test: ", test.rows(), " x ", test.num_columns,
                                                   " is not the shape of train, ", train.rows(),
                                                   " x ", train.num_columns));
  }
  if (test.entries() == 0) return absl::InvalidArgumentError("test: no customer has test items");
  return absl::OkStatus();
}

}  // namespace

double InteractionsReport::Recall() const { return Mean(recall); }
double InteractionsReport::Precision() const { return Mean(precision); }
double InteractionsReport::Ndcg() const { return Mean(ndcg); }
double InteractionsReport::HitRate() const { return Mean(hit); }

absl::StatusOr<InteractionsReport> EvaluateInteractions(const SparseView& train,
                                                        const SparseView& test,
                                                        const BatchScorer& scorer, std::size_t k) {
  if (absl::Status status = Check(train, test, k); !status.ok()) return status;
  InteractionsReport report;
  report.k = k;
  std::vector<ListMetrics> metrics(test.rows());
  base::ParallelFor(test.rows(), kBatch, [&](base::Chunk chunk) {
    const auto wanted = [&](std::size_t c) { return !test.Row(c).empty(); };
    std::size_t first = chunk.begin;
    while (first < chunk.end && !wanted(first)) ++first;
    if (first == chunk.end) return;
    const std::size_t items = train.num_columns;
    std::vector<float> scores((chunk.end - chunk.begin) * items);
    scorer(chunk.begin, chunk.end, scores);
    std::vector<double> ranks;
    for (std::size_t c = chunk.begin; c < chunk.end; ++c) {
      if (!wanted(c)) continue;
      const std::span<float> row = std::span(scores).subspan((c - chunk.begin) * items, items);
      RanksOf(row, test.Row(c), train.Row(c), ranks);
      // An item of training cannot be found again: its rank among the others means nothing.
      for (std::size_t t = 0; t < ranks.size(); ++t) {
        if (std::ranges::binary_search(train.Row(c), test.Row(c)[t])) {
          ranks[t] = std::numeric_limits<double>::infinity();
        }
      }
      metrics[c] = MeasureRanks(ranks, k);
    }
  });
  for (std::size_t c = 0; c < test.rows(); ++c) {
    if (test.Row(c).empty()) continue;
    report.customers.push_back(static_cast<std::uint32_t>(c));
    report.recall.push_back(metrics[c].recall);
    report.precision.push_back(metrics[c].precision);
    report.ndcg.push_back(metrics[c].ndcg);
    report.hit.push_back(metrics[c].hit);
  }
  return report;
}

InteractionsSplit SplitInteractions(const SparseView& interactions, double share,
                                    std::uint64_t seed) {
  InteractionsSplit split;
  split.train.num_columns = split.validation.num_columns = interactions.num_columns;
  split.train.offsets.push_back(0);
  split.validation.offsets.push_back(0);
  base::Random random(seed);
  for (std::size_t r = 0; r < interactions.rows(); ++r) {
    std::vector<std::uint32_t> items(interactions.Row(r).begin(), interactions.Row(r).end());
    random.Shuffle(std::span(items));
    // Rounded up or down by chance, so that short rows give their share too.
    const double wanted = share * static_cast<double>(items.size());
    auto held = static_cast<std::size_t>(wanted + random.Uniform());
    held = std::min(held, items.empty() ? 0 : items.size() - 1);
    const auto middle = items.begin() + static_cast<std::ptrdiff_t>(held);
    std::sort(items.begin(), middle);
    std::sort(middle, items.end());
    split.validation.columns.insert(split.validation.columns.end(), items.begin(), middle);
    split.train.columns.insert(split.train.columns.end(), middle, items.end());
    split.train.offsets.push_back(split.train.columns.size());
    split.validation.offsets.push_back(split.validation.columns.size());
  }
  return split;
}

void AddStandardised(std::span<const float> scores, float weight, std::span<float> out) {
  double sum = 0;
  double squares = 0;
  for (const float score : scores) {
    sum += double{score};
    squares += double{score} * double{score};
  }
  const auto count = static_cast<double>(std::max<std::size_t>(1, scores.size()));
  const double mean = sum / count;
  const double variance = squares / count - mean * mean;
  if (!(variance > 1e-12 * squares / count)) return;
  const auto scale = static_cast<float>(double{weight} / std::sqrt(variance));
  for (std::size_t i = 0; i < scores.size(); ++i) {
    out[i] += scale * (scores[i] - static_cast<float>(mean));
  }
}

}  // namespace tsugi::models
