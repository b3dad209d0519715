#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/huge_pages.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "models/item_regression/neighbourhoods.h"
#include "models/item_regression/ridge_system.h"
#include "models/item_regression/solve.h"
#include "models/work_plan.h"

namespace tsugi::models {
namespace {

constexpr std::uint16_t kNoPosition = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint64_t kPairBytes = std::uint64_t{4} << 30;

template <typename Place>
const base::HugeVector<Place>& OthersOf(const Neighbourhoods& near) {
  if constexpr (sizeof(Place) == 2) {
    return near.narrow_others;
  } else {
    return near.others;
  }
}

// Ridge regressions of targets on their neighbourhoods; one a worker. Targets and sources are
// places; those of pairs are stored as `Place`.
template <typename Place>
class TargetSolver {
 public:
  TargetSolver(const Neighbourhoods& near, const ItemRegressionOptions& options)
      : near_(near),
        options_(options),
        others_(OthersOf<Place>(near)),
        position_(near.num_items(), kNoPosition),
        hit_positions_(near.num_items() + 1),
        hit_entries_(near.num_items() + 1) {}

  // From the sources' pair weights with the target to their weights in its regression; false where
  // the system can't be solved.
  bool Solve(std::span<const std::uint32_t> sources, std::span<float> weights) {
    system_.Start(sources.size());
    for (std::size_t s = 0; s < sources.size(); ++s) {
      if (s + kAhead < sources.size()) Prefetch(near_.rows[sources[s + kAhead]]);
      const double own = double{near_.item_weights[sources[s]]};
      system_.Set(s, s, static_cast<float>(own + RidgeOf(options_, own)));
      FillRow(sources, s);
      position_[sources[s]] = static_cast<std::uint16_t>(s);
    }
    for (const std::uint32_t source : sources) position_[source] = kNoPosition;
    return system_.Solve(weights);
  }

 private:
  static constexpr std::size_t kAhead = 2;        // rows asked for before they are read
  static constexpr std::size_t kSearchCost = 16;  // steps of the plain walk a search is worth

  using Row = Neighbourhoods::Row;

  void Prefetch(Row row) const {
    constexpr std::uint64_t kLine = 64 / sizeof(Place);
    const std::uint64_t end = row.begin + std::min<std::uint64_t>(row.size, 16 * kLine);
    for (std::uint64_t e = row.begin; e < end; e += kLine) __builtin_prefetch(&others_[e]);
  }

  // Pairs of source s with those before it, which stand in its row as they are more bought: the
  // whole row where it is short, else one search for each source.
  void FillRow(std::span<const std::uint32_t> sources, std::size_t s) {
    const Row row = near_.rows[sources[s]];
    const std::size_t count =
        row.size < kSearchCost * s ? Walk(row) : Search(row, sources.first(s));
    const float* const weights = near_.pair_weights.data() + row.begin;
    for (std::size_t h = 0; h < count; ++h) {
      system_.Set(s, hit_positions_[h], weights[hit_entries_[h]]);
    }
  }

  // Without a branch on whether an entry is a source: that can't be predicted.
  std::size_t Walk(Row row) {
    const Place* const others = others_.data() + row.begin;
    const std::uint16_t* const position = position_.data();
    std::uint16_t* const hit_positions = hit_positions_.data();
    std::uint32_t* const hit_entries = hit_entries_.data();
    std::size_t count = 0;
    for (std::uint32_t e = 0; e < row.size; ++e) {
      const std::uint16_t at = position[others[e]];
      hit_positions[count] = at;
      hit_entries[count] = e;
      count += at != kNoPosition ? 1 : 0;
    }
    return count;
  }

  std::size_t Search(Row row, std::span<const std::uint32_t> sources) {
    const Place* const first = others_.data() + row.begin;
    const Place* const last = first + row.size;
    const Place* from = first;
    std::size_t count = 0;
    for (std::size_t t = 0; t < sources.size(); ++t) {
      from = std::lower_bound(from, last, sources[t]);
      if (from == last) break;
      hit_positions_[count] = static_cast<std::uint16_t>(t);
      hit_entries_[count] = static_cast<std::uint32_t>(from - first);
      count += *from == sources[t] ? 1 : 0;
    }
    return count;
  }

  const Neighbourhoods& near_;
  const ItemRegressionOptions& options_;
  const base::HugeVector<Place>& others_;
  std::vector<std::uint16_t> position_;       // of a place among the sources so far
  std::vector<std::uint16_t> hit_positions_;  // sources found in a row,
  std::vector<std::uint32_t> hit_entries_;    // and where in it
  RidgeSystem system_;
};

// Rows of targets (places), turned over: rows of sources, all by item.
SparseMatrix BySource(Neighbourhoods near) {
  SparseMatrix by_target;
  by_target.num_columns = static_cast<std::uint32_t>(near.num_items());
  by_target.offsets.push_back(0);
  for (const std::uint32_t target : near.place_of) {
    for (const std::uint32_t source : near.sources[target]) {
      by_target.columns.push_back(near.item_at[source]);
    }
    by_target.values.insert(by_target.values.end(), near.weights[target].begin(),
                            near.weights[target].end());
    by_target.offsets.push_back(by_target.columns.size());
    std::vector<std::uint32_t>().swap(near.sources[target]);
    std::vector<float>().swap(near.weights[target]);
  }
  return Transpose(by_target.View());
}

// Places of the row's `kept` entries of largest |weight|, ascending; 0: all.
std::vector<std::uint32_t> Largest(std::span<const float> weights, std::size_t kept) {
  std::vector<std::uint32_t> order(weights.size());
  std::iota(order.begin(), order.end(), 0U);
  if (kept == 0 || kept >= order.size()) return order;
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) {
                     const float x = std::abs(weights[a]);
                     const float y = std::abs(weights[b]);
                     return x > y || (x == y && a < b);
                   });
  order.resize(kept);
  std::sort(order.begin(), order.end());
  return order;
}

// Keeps each source's `kept` largest weights.
void KeepLargest(const SparseView& by_source, std::size_t kept, ItemRegressionModel& model) {
  model.offsets.assign(1, 0);
  for (std::size_t s = 0; s < by_source.rows(); ++s) {
    const std::size_t size = by_source.Row(s).size();
    model.offsets.push_back(model.offsets.back() + (kept == 0 ? size : std::min(kept, size)));
  }
  model.targets.resize(model.offsets.back());
  model.weights.resize(model.offsets.back());
  base::ParallelFor(by_source.rows(), 256, [&](base::Chunk chunk) {
    for (std::size_t s = chunk.begin; s < chunk.end; ++s) {
      std::uint64_t to = model.offsets[s];
      for (const std::uint32_t at : Largest(by_source.RowValues(s), kept)) {
        model.targets[to] = by_source.Row(s)[at];
        model.weights[to++] = by_source.RowValues(s)[at];
      }
    }
  });
}

// Of solving for a target: looking up the pairs and the steps of the solution both grow with n^2.
std::vector<std::uint64_t> TargetCosts(const Neighbourhoods& near) {
  std::vector<std::uint64_t> costs;
  for (const std::vector<std::uint32_t>& sources : near.sources) {
    const std::uint64_t n = sources.size();
    costs.push_back(n * n + 64);
  }
  return costs;
}

// Replaces each target's pair weights by its weights; false where a system can't be solved.
template <typename Place>
bool SolveTargets(const ItemRegressionOptions& options, Neighbourhoods& near) {
  std::vector<TargetSolver<Place>> solvers(base::MaxWorkers(), TargetSolver<Place>(near, options));
  std::atomic<bool> solved{true};
  RunPlan(PlanWork(TargetCosts(near)),
          [&](std::size_t, std::span<const std::uint32_t> targets, std::size_t worker) {
            for (const std::uint32_t target : targets) {
              if (!solvers[worker].Solve(near.sources[target], near.weights[target])) {
                solved.store(false, std::memory_order_relaxed);
              }
            }
          });
  return solved.load();
}

}  // namespace

absl::Status SolveSparse(const Baskets& baskets, const ItemRegressionOptions& options,
                         ItemRegressionModel& model) {
  TSUGI_ASSIGN_OR_RETURN(Neighbourhoods near, FindNeighbourhoods(baskets, options, kPairBytes));
  const bool solved = near.others.empty() ? SolveTargets<std::uint16_t>(options, near)
                                          : SolveTargets<std::uint32_t>(options, near);
  if (!solved) {
    return absl::InternalError(
        "item_regression: the matrix of a neighbourhood is not positive definite; raise l2");
  }
  const SparseMatrix by_source = BySource(std::move(near));
  KeepLargest(by_source.View(), options.kept, model);
  return absl::OkStatus();
}

}  // namespace tsugi::models
