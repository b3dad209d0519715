#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "base/top_k.h"
#include "models/co_purchase.h"
#include "models/dense/linear_algebra.h"
#include "models/item_regression/solve.h"
#include "models/work_plan.h"

namespace tsugi::models {
namespace {

constexpr std::uint32_t kNoPlace = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kPairBytes = std::uint64_t{2} << 30;  // for the pairs, 12 bytes each

// All pairs, or where they are too many each item's strongest.
absl::StatusOr<PairCounts> Pairs(const Baskets& baskets, double size_exponent) {
  absl::StatusOr<PairCounts> all =
      CountPairs(baskets, {.size_exponent = size_exponent, .max_bytes = kPairBytes});
  if (!absl::IsResourceExhausted(all.status())) return all;
  const std::uint64_t row = kPairBytes / 12 / std::max(1U, baskets.orders.num_columns);
  return CountPairs(baskets,
                    {.size_exponent = size_exponent,
                     .max_row = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, row)),
                     .max_bytes = 2 * kPairBytes});
}

// Ridge regressions of targets on their neighbourhoods; one a worker.
class TargetSolver {
 public:
  TargetSolver(const PairCounts& pairs, const ItemRegressionOptions& options)
      : pairs_(pairs), options_(options), place_(pairs.num_items, kNoPlace) {}

  // Sources (ascending) and their weights for the target; false where the system can't be solved.
  bool Solve(std::uint32_t target) {
    ChooseSources(target);
    const std::size_t n = sources_.size();
    gram_.assign(n * n, 0.0F);
    weights_.resize(n);
    for (std::size_t s = 0; s < n; ++s) place_[sources_[s]] = static_cast<std::uint32_t>(s);
    for (std::size_t s = 0; s < n; ++s) {
      const double own = double{pairs_.item_weights[sources_[s]]};
      FillRow(s);
      gram_[s * n + s] = static_cast<float>(own + RidgeOf(options_, own));
      weights_[s] = pairs_.Weight(sources_[s], target);
    }
    for (const std::uint32_t source : sources_) place_[source] = kNoPlace;
    if (!Cholesky(n, gram_)) return false;
    CholeskySolve(n, gram_, weights_);
    return std::all_of(weights_.begin(), weights_.end(), [](float w) { return std::isfinite(w); });
  }

  std::span<const std::uint32_t> sources() const { return sources_; }
  std::span<const float> weights() const { return weights_; }

 private:
  void ChooseSources(std::uint32_t target) {
    base::TopK<double, std::uint32_t> best(options_.neighbourhood);
    for (std::uint64_t e = pairs_.offsets[target]; e < pairs_.offsets[target + 1]; ++e) {
      const std::uint32_t source = pairs_.neighbours[e];
      best.Push(Cosine({double{pairs_.pair_weights[e]}, double{pairs_.item_weights[source]},
                        double{pairs_.item_weights[target]}, pairs_.total_weight}),
                source);
    }
    sources_.clear();
    for (const auto& entry : best.Sorted()) sources_.push_back(entry.key);
    std::sort(sources_.begin(), sources_.end());
  }

  // Row s of the lower triangle: the whole row of pairs where it is short, else one search for each
  // source.
  void FillRow(std::size_t s) {
    const std::size_t n = sources_.size();
    const std::uint32_t source = sources_[s];
    const std::uint64_t begin = pairs_.offsets[source];
    const std::uint64_t end = pairs_.offsets[source + 1];
    constexpr std::size_t kSearchCost = 8;  // steps of the plain walk that one search is worth
    if (end - begin < kSearchCost * (s + 1)) {
      for (std::uint64_t e = begin; e < end; ++e) {
        const std::uint32_t at = place_[pairs_.neighbours[e]];
        if (at < s) gram_[s * n + at] = pairs_.pair_weights[e];
      }
      return;
    }
    const auto first = pairs_.neighbours.begin();
    auto from = first + static_cast<std::ptrdiff_t>(begin);
    const auto last = first + static_cast<std::ptrdiff_t>(end);
    for (std::size_t t = 0; t < s; ++t) {
      from = std::lower_bound(from, last, sources_[t]);
      if (from == last) return;
      if (*from == sources_[t]) {
        gram_[s * n + t] = pairs_.pair_weights[static_cast<std::size_t>(from - first)];
      }
    }
  }

  const PairCounts& pairs_;
  const ItemRegressionOptions& options_;
  std::vector<std::uint32_t> place_;  // of an item among the sources
  std::vector<std::uint32_t> sources_;
  std::vector<float> gram_;
  std::vector<float> weights_;
};

// Each target's weights, then turned over: rows of sources.
struct TargetRows {
  std::vector<std::vector<std::uint32_t>> sources;
  std::vector<std::vector<float>> weights;
};

SparseMatrix BySource(TargetRows rows) {
  SparseMatrix by_target;
  by_target.num_columns = static_cast<std::uint32_t>(rows.sources.size());
  by_target.offsets.push_back(0);
  for (std::size_t t = 0; t < rows.sources.size(); ++t) {
    by_target.columns.insert(by_target.columns.end(), rows.sources[t].begin(),
                             rows.sources[t].end());
    by_target.values.insert(by_target.values.end(), rows.weights[t].begin(), rows.weights[t].end());
    by_target.offsets.push_back(by_target.columns.size());
    std::vector<std::uint32_t>().swap(rows.sources[t]);
    std::vector<float>().swap(rows.weights[t]);
  }
  return Transpose(by_target.View());
}

// Appends the row's `kept` entries of largest |weight|, ascending; 0: all.
void AppendLargest(std::span<const std::uint32_t> targets, std::span<const float> weights,
                   std::size_t kept, ItemRegressionModel& model) {
  std::vector<std::uint32_t> order(targets.size());
  std::iota(order.begin(), order.end(), 0U);
  if (kept != 0 && kept < order.size()) {
    std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) {
                       const float x = std::abs(weights[a]);
                       const float y = std::abs(weights[b]);
                       return x > y || (x == y && a < b);
                     });
    order.resize(kept);
    std::sort(order.begin(), order.end());
  }
  for (const std::uint32_t at : order) {
    model.targets.push_back(targets[at]);
    model.weights.push_back(weights[at]);
  }
  model.offsets.push_back(model.targets.size());
}

std::vector<std::uint64_t> TargetCosts(const PairCounts& pairs, std::uint64_t neighbourhood) {
  std::vector<std::uint64_t> costs(pairs.num_items);
  for (std::size_t t = 0; t < costs.size(); ++t) {
    const std::uint64_t row = pairs.offsets[t + 1] - pairs.offsets[t];
    const std::uint64_t n = std::min(neighbourhood, row);
    costs[t] = row + n * n * (64 + n / 6);
  }
  return costs;
}

}  // namespace

absl::Status SolveSparse(const Baskets& baskets, const ItemRegressionOptions& options,
                         ItemRegressionModel& model) {
  TSUGI_ASSIGN_OR_RETURN(const PairCounts pairs, Pairs(baskets, options.size_exponent));
  TargetRows rows;
  rows.sources.resize(pairs.num_items);
  rows.weights.resize(pairs.num_items);
  std::vector<TargetSolver> solvers(base::MaxWorkers(), TargetSolver(pairs, options));
  std::atomic<bool> solved{true};
  RunPlan(PlanWork(TargetCosts(pairs, options.neighbourhood)),
          [&](std::size_t, std::span<const std::uint32_t> targets, std::size_t worker) {
            TargetSolver& solver = solvers[worker];
            for (const std::uint32_t target : targets) {
              if (!solver.Solve(target)) solved.store(false, std::memory_order_relaxed);
              rows.sources[target].assign(solver.sources().begin(), solver.sources().end());
              rows.weights[target].assign(solver.weights().begin(), solver.weights().end());
            }
          });
  if (!solved.load()) {
    return absl::InternalError(
        "item_regression: the matrix of a neighbourhood is not positive definite; raise l2");
  }
  const SparseMatrix by_source = BySource(std::move(rows));
  model.offsets.assign(1, 0);
  for (std::size_t s = 0; s < pairs.num_items; ++s) {
    AppendLargest(by_source.View().Row(s), by_source.View().RowValues(s), options.kept, model);
  }
  return absl::OkStatus();
}

}  // namespace tsugi::models
