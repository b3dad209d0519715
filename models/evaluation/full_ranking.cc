#include "models/evaluation/full_ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/random.h"
#include "models/evaluation/rank_all.h"

namespace tsugi::models {
namespace {

constexpr std::size_t kBatch = 32;  // customers scored at a time

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

ListMetrics MeasureScores(std::span<const float> scores, std::span<const std::uint32_t> wanted,
                          std::span<const std::uint32_t> trained, std::size_t k) {
  std::vector<double> ranks;
  RanksOf(scores, wanted, trained, ranks);
  // An item of training cannot be found again: its rank among the others means nothing.
  for (std::size_t t = 0; t < ranks.size(); ++t) {
    if (std::ranges::binary_search(trained, wanted[t])) {
      ranks[t] = std::numeric_limits<double>::infinity();
    }
  }
  return MeasureRanks(ranks, k);
}

InteractionsReport Report(const SparseView& test, const std::vector<ListMetrics>& metrics,
                          std::size_t k) {
  InteractionsReport report;
  report.k = k;
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

// A customer's row of a factor model, and all items'.
struct FactorRow {
  std::span<const float> row;
  std::span<const float> items;

  float Score(std::uint32_t item) const {
    const float* const other = items.data() + std::size_t{item} * row.size();
    return std::inner_product(row.begin(), row.end(), other, 0.0F);
  }
};

// Whether two neighbours in the list score alike; such lists need the ties beyond their end too.
bool HasTies(const FactorRow& row, std::span<const std::uint32_t> list) {
  for (std::size_t i = 1; i < list.size() && list[i] != kNoItem; ++i) {
    if (row.Score(list[i - 1]) == row.Score(list[i])) return true;
  }
  return false;
}

// Where the wanted items stand in the list, counted from 1; infinite where they don't.
std::vector<double> RanksIn(std::span<const std::uint32_t> list,
                            std::span<const std::uint32_t> wanted) {
  std::vector<double> ranks(wanted.size(), std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto found = std::ranges::lower_bound(wanted, list[i]);
    if (found == wanted.end() || *found != list[i]) continue;
    ranks[static_cast<std::size_t>(found - wanted.begin())] = static_cast<double>(i + 1);
  }
  return ranks;
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
  std::vector<ListMetrics> metrics(test.rows());
  base::ParallelFor(test.rows(), kBatch, [&](base::Chunk chunk) {
    const auto wanted = [&](std::size_t c) { return !test.Row(c).empty(); };
    std::size_t first = chunk.begin;
    while (first < chunk.end && !wanted(first)) ++first;
    if (first == chunk.end) return;
    const std::size_t items = train.num_columns;
    std::vector<float> scores((chunk.end - chunk.begin) * items);
    scorer(chunk.begin, chunk.end, scores);
    for (std::size_t c = chunk.begin; c < chunk.end; ++c) {
      if (!wanted(c)) continue;
      const std::span<float> row = std::span(scores).subspan((c - chunk.begin) * items, items);
      metrics[c] = MeasureScores(row, test.Row(c), train.Row(c), k);
    }
  });
  return Report(test, metrics, k);
}

absl::StatusOr<InteractionsReport> EvaluateFactors(const SparseView& train, const SparseView& test,
                                                   std::span<const float> customers,
                                                   std::span<const float> items, std::size_t dim,
                                                   std::size_t k) {
  if (absl::Status status = Check(train, test, k); !status.ok()) return status;
  if (customers.size() != train.rows() * dim || items.size() != train.num_columns * dim) {
    return absl::InvalidArgumentError(absl::StrCat("factors: rows of ", dim, " are not those of ",
                                                   train.rows(), " customers and ",
                                                   train.num_columns, " items"));
  }
  const std::size_t listed = k + 1;  // one more, to see whether the k-th ties with it
  std::vector<std::uint32_t> ranked(train.rows() * listed);
  RankAll({customers, items, dim, listed, train}, ranked);
  std::vector<ListMetrics> metrics(test.rows());
  base::ParallelFor(test.rows(), kBatch, [&](base::Chunk chunk) {
    std::vector<float> scores;
    for (std::size_t c = chunk.begin; c < chunk.end; ++c) {
      if (test.Row(c).empty()) continue;
      const FactorRow row = {customers.subspan(c * dim, dim), items};
      const std::span<const std::uint32_t> list = std::span(ranked).subspan(c * listed, listed);
      if (!HasTies(row, list)) {
        metrics[c] = MeasureRanks(RanksIn(list, test.Row(c)), k);
        continue;
      }
      scores.resize(train.num_columns);
      for (std::uint32_t item = 0; item < train.num_columns; ++item) scores[item] = row.Score(item);
      metrics[c] = MeasureScores(scores, test.Row(c), train.Row(c), k);
    }
  });
  return Report(test, metrics, k);
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
