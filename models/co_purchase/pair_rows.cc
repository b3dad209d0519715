#include "models/co_purchase/pair_rows.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <numeric>

#include "base/parallel.h"
#include "models/work_plan.h"

namespace tsugi::models {
namespace {

// The first order of an item that holds a pair then is the earliest, at no cost in the inner loop.
void SortByDay(std::span<const std::uint32_t> days, SparseMatrix& orders_of_item) {
  if (days.empty() || std::is_sorted(days.begin(), days.end())) return;
  base::ParallelFor(orders_of_item.offsets.size() - 1, 64, [&](base::Chunk chunk) {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      const auto begin = orders_of_item.columns.begin();
      std::stable_sort(begin + static_cast<std::ptrdiff_t>(orders_of_item.offsets[i]),
                       begin + static_cast<std::ptrdiff_t>(orders_of_item.offsets[i + 1]),
                       [&](std::uint32_t a, std::uint32_t b) { return days[a] < days[b]; });
    }
  });
}

// About the additions an item's row takes: its orders, as long as orders are in the mean.
std::vector<std::uint64_t> RowCosts(const PairInput& input) {
  const std::uint64_t mean = input.entries / std::max<std::uint64_t>(1, input.num_orders) + 1;
  std::vector<std::uint64_t> costs(input.num_items);
  for (std::size_t i = 0; i < costs.size(); ++i) {
    costs[i] = std::uint64_t{input.visit_counts[i]} * mean + 64;
  }
  return costs;
}

// Items by falling number of orders, ties by item.
void FillPlaces(std::span<const std::uint64_t> offsets, PairInput& input) {
  input.item_at.resize(input.num_items);
  input.place_of.resize(input.num_items);
  std::iota(input.item_at.begin(), input.item_at.end(), 0U);
  std::stable_sort(input.item_at.begin(), input.item_at.end(),
                   [&](std::uint32_t a, std::uint32_t b) {
                     return offsets[a + 1] - offsets[a] > offsets[b + 1] - offsets[b];
                   });
  for (std::uint32_t place = 0; place < input.num_items; ++place) {
    input.place_of[input.item_at[place]] = place;
  }
}

// Writes the orders' records; where each begins, in units of kAlign words.
base::HugeVector<std::uint32_t> PackRecords(const Baskets& baskets, std::span<const float> weights,
                                            PairInput& input) {
  constexpr std::size_t kUnit = PairInput::kAlign;
  const SparseView& orders = baskets.orders;
  base::HugeVector<std::uint32_t> begins(orders.rows());
  std::size_t at = 0;
  for (std::size_t o = 0; o < orders.rows(); ++o) {
    begins[o] = static_cast<std::uint32_t>(at);
    const std::size_t size = orders.offsets[o + 1] - orders.offsets[o];
    if (size > 1) at += (PairInput::kHeader + size + kUnit - 1) / kUnit;
  }
  input.records.resize(at * kUnit);
  base::ParallelFor(orders.rows(), 8192, [&](base::Chunk chunk) {
    for (std::size_t o = chunk.begin; o < chunk.end; ++o) {
      const std::span<const std::uint32_t> items = orders.Row(o);
      if (items.size() < 2) continue;
      std::uint32_t* const record = input.records.data() + std::size_t{begins[o]} * kUnit;
      record[0] = static_cast<std::uint32_t>(items.size());
      record[1] = std::bit_cast<std::uint32_t>(weights.empty() ? 1.0F : weights[o]);
      record[2] = baskets.days.empty() ? kNoDay : baskets.days[o];
      for (std::size_t e = 0; e < items.size(); ++e) {
        record[PairInput::kHeader + e] = input.place_of[items[e]];
      }
    }
  });
  return begins;
}

// Counts, weights and visits of each item.
void FillItems(const Baskets& baskets, std::span<const float> weights,
               const SparseMatrix& orders_of_item, std::span<const std::uint32_t> begins,
               PairInput& input) {
  const SparseView by_item = orders_of_item.View();
  input.visits.resize(by_item.entries());
  base::ParallelFor(by_item.rows(), 64, [&](base::Chunk chunk) {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      const std::span<const std::uint32_t> orders = by_item.Row(i);
      double weight = 0;
      std::uint64_t to = input.visit_begins[i];
      for (const std::uint32_t order : orders) {
        weight += weights.empty() ? 1.0 : double{weights[order]};
        input.visits[to] = begins[order];
        to += baskets.orders.offsets[order + 1] - baskets.orders.offsets[order] > 1 ? 1 : 0;
      }
      input.item_orders[i] = static_cast<std::uint32_t>(orders.size());
      input.item_weights[i] = static_cast<float>(weight);
      input.visit_counts[i] = static_cast<std::uint32_t>(to - input.visit_begins[i]);
    }
  });
}

// Where a row's entries stand among those of its chunk.
struct Place {
  std::uint32_t chunk = 0;
  std::uint64_t begin = 0;
};

template <typename T>
void CopyRow(const std::vector<T>& from, std::uint64_t begin, std::uint64_t count, std::uint64_t to,
             std::vector<T>& out) {
  if (from.empty()) return;
  std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(begin), count,
              out.begin() + static_cast<std::ptrdiff_t>(to));
}

void Resize(const PairEntries& like, std::size_t size, PairEntries& out) {
  out.items.resize(size);
  if (!like.orders.empty()) out.orders.resize(size);
  if (!like.weights.empty()) out.weights.resize(size);
  if (!like.scores.empty()) out.scores.resize(size);
  if (!like.since.empty()) out.since.resize(size);
}

void Gather(const WorkPlan& plan, const std::vector<Place>& places, std::vector<PairEntries>& parts,
            PairTable& table) {
  for (const PairEntries& part : parts) {
    if (part.items.empty()) continue;
    Resize(part, table.offsets.back(), table.entries);
    break;
  }
  RunPlan(plan, [&](std::size_t chunk, std::span<const std::uint32_t> rows, std::size_t) {
    PairEntries& part = parts[chunk];
    for (const std::uint32_t row : rows) {
      const std::uint64_t to = table.offsets[row];
      const std::uint64_t count = table.offsets[row + 1] - to;
      const std::uint64_t from = places[row].begin;
      CopyRow(part.items, from, count, to, table.entries.items);
      CopyRow(part.orders, from, count, to, table.entries.orders);
      CopyRow(part.weights, from, count, to, table.entries.weights);
      CopyRow(part.scores, from, count, to, table.entries.scores);
      CopyRow(part.since, from, count, to, table.entries.since);
    }
    part = PairEntries();  // gives its memory back while the rest is copied
  });
}

}  // namespace

PairInput MakePairInput(const Baskets& baskets, double size_exponent) {
  PairInput input;
  input.num_items = baskets.orders.num_columns;
  input.entries = baskets.orders.entries();
  input.dated = !baskets.days.empty();
  input.weighted = size_exponent != 0 || !baskets.order_weights.empty();
  std::vector<float> weights;
  if (input.weighted) weights = LearningWeights(baskets, size_exponent);
  for (std::size_t o = 0; o < baskets.orders.rows(); ++o) {
    if (baskets.orders.offsets[o] == baskets.orders.offsets[o + 1]) continue;
    ++input.num_orders;
    input.total_weight += weights.empty() ? 1.0 : double{weights[o]};
  }
  SparseMatrix orders_of_item =
      Transpose({baskets.orders.offsets, baskets.orders.columns, {}, baskets.orders.num_columns});
  SortByDay(baskets.days, orders_of_item);
  input.item_orders.resize(input.num_items);
  input.item_weights.resize(input.num_items);
  input.visit_counts.resize(input.num_items);
  input.visit_begins = orders_of_item.offsets;
  FillPlaces(orders_of_item.offsets, input);
  const base::HugeVector<std::uint32_t> begins = PackRecords(baskets, weights, input);
  FillItems(baskets, weights, orders_of_item, begins, input);
  return input;
}

void PairRow::Clear() {
  for (const std::uint32_t place : touched()) cells_[place] = Cell();
  num_touched_ = 0;
}

// Without a branch on what the cell holds: whether a pair is new can't be predicted. Records lie
// scattered in memory, so they are asked for ahead.
template <bool kWeighted, bool kDated>
void PairRow::Add(const PairInput& input, std::uint32_t item) {
  constexpr std::size_t kAhead = 16;
  const std::span<const std::uint32_t> visits = input.Visits(item);
  const std::uint32_t* const records = input.records.data();
  Cell* const cells = cells_.data();
  std::uint32_t* const since = since_.data();
  std::uint32_t* const touched = touched_.data();
  std::size_t count = 0;
  const std::uint32_t own = input.place_of[item];
  cells[own].orders = 1;  // never new, so never touched
  for (std::size_t i = 0; i < visits.size(); ++i) {
    if (i + kAhead < visits.size()) {
      const std::uint32_t* next = records + std::size_t{visits[i + kAhead]} * PairInput::kAlign;
      __builtin_prefetch(next);
      __builtin_prefetch(next + 12);  // records of 9 items and more reach into a second line
    }
    const std::uint32_t* const record = records + std::size_t{visits[i]} * PairInput::kAlign;
    const auto weight = std::bit_cast<float>(record[1]);
    const std::uint32_t day = record[2];
    const std::uint32_t* const end = record + PairInput::kHeader + record[0];
    for (const std::uint32_t* other = record + PairInput::kHeader; other < end; ++other) {
      Cell& cell = cells[*other];
      const bool fresh = cell.orders == 0;
      touched[count] = *other;
      count += fresh ? 1 : 0;
      if constexpr (kDated) since[*other] = fresh ? day : since[*other];
      if constexpr (kWeighted) cell.weight += weight;
      ++cell.orders;
    }
  }
  cells[own] = Cell();
  num_touched_ = count;
}

void PairRow::Compute(const PairInput& input, std::uint32_t item) {
  weighted_ = input.weighted;
  dated_ = input.dated;
  cells_.resize(input.num_items);
  touched_.resize(std::size_t{input.num_items} + 1);
  if (dated_) since_.resize(input.num_items);
  Clear();
  if (weighted_) {
    dated_ ? Add<true, true>(input, item) : Add<true, false>(input, item);
  } else {
    dated_ ? Add<false, true>(input, item) : Add<false, false>(input, item);
  }
}

PairTable BuildPairTable(const PairInput& input, std::uint64_t max_entries, const EmitRow& emit) {
  const std::size_t items = input.num_items;
  const WorkPlan plan = PlanWork(RowCosts(input));
  std::vector<PairRow> rows_of_worker(base::MaxWorkers());
  std::vector<PairEntries> parts(plan.chunks());
  std::vector<Place> places(items);
  std::vector<std::uint64_t> lengths(items, 0);
  std::atomic<std::uint64_t> total{0};
  RunPlan(plan, [&](std::size_t chunk, std::span<const std::uint32_t> rows, std::size_t worker) {
    for (const std::uint32_t item : rows) {
      if (total.load(std::memory_order_relaxed) > max_entries) return;
      PairRow& row = rows_of_worker[worker];
      row.Compute(input, item);
      const std::size_t before = parts[chunk].items.size();
      places[item] = {static_cast<std::uint32_t>(chunk), before};
      emit(item, row, worker, parts[chunk]);
      lengths[item] = parts[chunk].items.size() - before;
      total.fetch_add(lengths[item], std::memory_order_relaxed);
    }
  });
  PairTable table;
  table.too_large = total.load() > max_entries;
  table.offsets.assign(items + 1, 0);
  if (table.too_large) return table;
  for (std::size_t i = 0; i < items; ++i) table.offsets[i + 1] = table.offsets[i] + lengths[i];
  Gather(plan, places, parts, table);
  return table;
}

}  // namespace tsugi::models
