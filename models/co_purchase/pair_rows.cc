#include "models/co_purchase/pair_rows.h"

#include <algorithm>
#include <atomic>

#include "base/parallel.h"
#include "models/work_plan.h"

namespace tsugi::models {
namespace {

// The first order of an item that holds a pair then is the earliest, at no cost in the inner loop.
void SortByDay(std::span<const std::uint32_t> days, SparseMatrix& orders_of_item) {
  if (days.empty() || std::is_sorted(days.begin(), days.end())) return;
  for (std::size_t i = 0; i + 1 < orders_of_item.offsets.size(); ++i) {
    const auto begin = orders_of_item.columns.begin();
    std::stable_sort(begin + static_cast<std::ptrdiff_t>(orders_of_item.offsets[i]),
                     begin + static_cast<std::ptrdiff_t>(orders_of_item.offsets[i + 1]),
                     [&](std::uint32_t a, std::uint32_t b) { return days[a] < days[b]; });
  }
}

// The sum of the sizes of the item's orders: additions its row takes.
std::vector<std::uint64_t> RowCosts(const PairInput& input) {
  std::vector<std::uint64_t> costs(input.orders.num_columns, 0);
  for (std::size_t o = 0; o < input.orders.rows(); ++o) {
    const std::span<const std::uint32_t> items = input.orders.Row(o);
    for (const std::uint32_t item : items) costs[item] += items.size();
  }
  return costs;
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
  input.orders = baskets.orders;
  input.orders_of_item =
      Transpose({baskets.orders.offsets, baskets.orders.columns, {}, baskets.orders.num_columns});
  SortByDay(baskets.days, input.orders_of_item);
  input.weights = LearningWeights(baskets, size_exponent);
  input.days = baskets.days;
  for (std::size_t o = 0; o < baskets.orders.rows(); ++o) {
    if (baskets.orders.Row(o).empty()) continue;
    ++input.num_orders;
    input.total_weight += double{input.weights[o]};
  }
  const SparseView by_item = input.orders_of_item.View();
  for (std::size_t i = 0; i < by_item.rows(); ++i) {
    double weight = 0;
    for (const std::uint32_t order : by_item.Row(i)) weight += double{input.weights[order]};
    input.item_orders.push_back(static_cast<std::uint32_t>(by_item.Row(i).size()));
    input.item_weights.push_back(static_cast<float>(weight));
  }
  return input;
}

void PairRow::Clear() {
  for (const std::uint32_t other : touched_) cells_[other] = Cell();
  touched_.clear();
}

void PairRow::Compute(const PairInput& input, std::uint32_t item) {
  cells_.resize(input.orders.num_columns);
  since_.resize(input.orders.num_columns);
  Clear();
  for (const std::uint32_t order : input.orders_of_item.View().Row(item)) {
    const float weight = input.weights[order];
    const std::uint32_t day = input.days.empty() ? kNoDay : input.days[order];
    for (const std::uint32_t other : input.orders.Row(order)) {
      Cell& cell = cells_[other];
      if (cell.orders == 0) {
        touched_.push_back(other);
        since_[other] = day;
      }
      cell.weight += weight;
      ++cell.orders;
    }
  }
  const auto self = std::find(touched_.begin(), touched_.end(), item);
  if (self != touched_.end()) {
    cells_[item] = Cell();
    touched_.erase(self);
  }
}

PairTable BuildPairTable(const PairInput& input, std::uint64_t max_entries, const EmitRow& emit) {
  const std::size_t items = input.orders.num_columns;
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
      emit(item, row, parts[chunk]);
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
