#include "models/item_regression/neighbourhoods.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/huge_pages.h"
#include "base/parallel.h"
#include "base/top_k.h"
#include "models/co_purchase.h"
#include "models/co_purchase/best_neighbours.h"
#include "models/co_purchase/pair_rows.h"

namespace tsugi::models {
namespace {

constexpr std::uint64_t kBytesAPair = 8;

// Rows of pairs are read at random. Frees what it copies.
template <typename From, typename To>
void CopyOnHugePages(std::vector<From> from, base::HugeVector<To>& to) {
  to.resize(from.size());
  base::ParallelFor(from.size(), std::size_t{1} << 20, [&](base::Chunk chunk) {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) to[i] = static_cast<To>(from[i]);
  });
}

// Memory that rows reuse; one a worker.
struct Scratch {
  NeighbourScratch best;
  PairEntries found;
  std::vector<std::pair<std::uint32_t, float>> sorted;
  std::vector<std::uint32_t> places;
};

class Finder {
 public:
  Finder(const PairInput& input, const BestNeighbours& best, Neighbourhoods& result)
      : input_(input), best_(best), result_(result), scratch_(base::MaxWorkers()) {}

  // Each row keeps at most `max_row` pairs, the strongest by cosine. False where there are more
  // than `max_pairs` all together.
  bool Run(std::uint64_t max_pairs, std::size_t max_row) {
    PairTable table = BuildPairTable(
        input_, max_pairs,
        [&](std::uint32_t item, const PairRow& row, std::size_t worker, PairEntries& entries) {
          KeepSources(item, row, scratch_[worker]);
          EmitPairs(item, row, max_row, scratch_[worker], entries);
        });
    if (table.too_large) return false;
    result_.rows.clear();
    for (const std::uint32_t item : input_.item_at) {
      const std::uint64_t begin = table.offsets[item];
      result_.rows.push_back({begin, static_cast<std::uint32_t>(table.offsets[item + 1] - begin)});
    }
    if (input_.narrow) {
      CopyOnHugePages(std::move(table.entries.items), result_.narrow_others);
    } else {
      CopyOnHugePages(std::move(table.entries.items), result_.others);
    }
    CopyOnHugePages(std::move(table.entries.weights), result_.pair_weights);
    return true;
  }

 private:
  void KeepSources(std::uint32_t item, const PairRow& row, Scratch& scratch) {
    PairEntries& found = scratch.found;
    for (auto* values : {&found.items, &found.orders, &found.since}) values->clear();
    for (auto* values : {&found.weights, &found.scores}) values->clear();
    best_.Emit(item, row, scratch.best, found);
    scratch.sorted.clear();
    for (std::size_t i = 0; i < found.items.size(); ++i) {
      scratch.sorted.emplace_back(input_.place_of[found.items[i]], found.weights[i]);
    }
    std::sort(scratch.sorted.begin(), scratch.sorted.end());
    const std::uint32_t target = input_.place_of[item];
    std::vector<std::uint32_t>& sources = result_.sources[target];
    std::vector<float>& weights = result_.weights[target];
    sources.clear();  // of a run that came out too large
    weights.clear();
    sources.reserve(scratch.sorted.size());
    weights.reserve(scratch.sorted.size());
    for (const auto& [source, weight] : scratch.sorted) {
      sources.push_back(source);
      weights.push_back(weight);
    }
  }

  void EmitPairs(std::uint32_t item, const PairRow& row, std::size_t max_row, Scratch& scratch,
                 PairEntries& entries) const {
    const std::uint32_t own = input_.place_of[item];
    std::vector<std::uint32_t>& places = scratch.places;
    places.resize(row.touched().size() + 1);
    std::size_t count = 0;
    for (const std::uint32_t place : row.touched()) {
      places[count] = place;
      count += place < own ? 1 : 0;  // without a branch: it can't be predicted
    }
    places.resize(count);
    if (count > max_row) KeepStrongest(row, max_row, places);
    std::sort(places.begin(), places.end());
    entries.items.insert(entries.items.end(), places.begin(), places.end());
    for (const std::uint32_t place : places) entries.weights.push_back(row.weight(place));
  }

  void KeepStrongest(const PairRow& row, std::size_t count,
                     std::vector<std::uint32_t>& places) const {
    base::TopK<float, std::uint32_t> best(count);
    for (const std::uint32_t place : places) {  // the row's own part of the cosine changes nothing
      best.Push(row.weight(place) * row.weight(place) / result_.item_weights[place], place);
    }
    places.clear();
    for (const auto& entry : best.Sorted()) places.push_back(entry.key);
  }

  const PairInput& input_;
  const BestNeighbours& best_;
  Neighbourhoods& result_;
  std::vector<Scratch> scratch_;
};

}  // namespace

absl::StatusOr<Neighbourhoods> FindNeighbourhoods(const Baskets& baskets,
                                                  const ItemRegressionOptions& options,
                                                  std::uint64_t max_bytes) {
  PairInput input = MakePairInput(baskets, options.size_exponent);
  Neighbourhoods result;
  result.sources.resize(input.num_items);
  result.weights.resize(input.num_items);
  for (const std::uint32_t item : input.item_at) {
    result.item_weights.push_back(input.item_weights[item]);
  }
  const CoPurchaseOptions strongest{.neighbours = options.neighbourhood};
  const BestNeighbours best(input, strongest);
  Finder finder(input, best, result);
  const std::uint64_t max_pairs = max_bytes / kBytesAPair;
  const std::uint64_t max_row = max_pairs / std::max(1U, input.num_items);
  if (!finder.Run(max_pairs, std::numeric_limits<std::size_t>::max()) &&
      !finder.Run(max_pairs, static_cast<std::size_t>(max_row))) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "item_regression: the pairs of ", input.num_items, " items exceed ", max_bytes, " bytes"));
  }
  result.item_at = std::move(input.item_at);
  result.place_of = std::move(input.place_of);
  return result;
}

}  // namespace tsugi::models
