#include "models/co_purchase/pair_rows.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <functional>

#include "base/parallel.h"
#include "models/work_plan.h"

namespace tsugi::models {
namespace {

// About the additions an item's row takes: its orders, as long as orders are in the mean.
std::vector<std::uint64_t> RowCosts(const PairInput& input) {
  const std::uint64_t mean = input.entries / std::max<std::uint64_t>(1, input.num_orders) + 1;
  std::vector<std::uint64_t> costs(input.num_items);
  for (std::size_t i = 0; i < costs.size(); ++i) {
    costs[i] = input.Visits(static_cast<std::uint32_t>(i)).size() * mean + 64;
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

template <typename T>
void ResizeLike(const std::vector<T>& like, std::size_t size, std::vector<T>& out) {
  if (!like.empty()) out.resize(size);
}

// Side by side: what takes time is the system's finding the memory.
void Resize(const PairEntries& like, std::size_t size, PairEntries& out) {
  const std::array<std::function<void()>, 5> arrays = {
      [&] { ResizeLike(like.items, size, out.items); },
      [&] { ResizeLike(like.orders, size, out.orders); },
      [&] { ResizeLike(like.weights, size, out.weights); },
      [&] { ResizeLike(like.scores, size, out.scores); },
      [&] { ResizeLike(like.since, size, out.since); }};
  base::ParallelFor(arrays.size(), 1, [&](base::Chunk chunk) { arrays[chunk.begin](); });
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

void PairEntries::Reserve(std::size_t size) {
  items.reserve(size);
  orders.reserve(size);
  weights.reserve(size);
  scores.reserve(size);
  since.reserve(size);
}

std::size_t PairEntries::Grow(std::size_t count) {
  const std::size_t begin = items.size();
  items.resize(begin + count);
  orders.resize(begin + count);
  weights.resize(begin + count);
  scores.resize(begin + count);
  since.resize(begin + count);
  return begin;
}

void PairRow::Clear() {
  for (const std::uint32_t place : touched()) {
    words_[OrdersAt(place)] = 0;
    if (weighted_) words_[2 * std::size_t{place}] = 0;
  }
  num_touched_ = 0;
}

// Without a branch on what the cell holds: whether a pair is new can't be predicted. Records lie
// scattered in memory, so they are asked for ahead.
template <typename Place, bool kWeighted, bool kDated>
void PairRow::Add(const PairInput& input, std::uint32_t item) {
  constexpr std::size_t kAhead = 16;
  const std::span<const std::uint32_t> visits = input.Visits(item);
  const std::uint32_t* const records = input.records.data();
  constexpr std::size_t kWords = kWeighted ? 2 : 1;  // of a cell
  std::uint32_t* const words = words_.data();
  std::uint32_t* const since = since_.data();
  std::uint32_t* const touched = touched_.data();
  std::size_t count = 0;
  const std::size_t own = input.place_of[item];
  words[(own + 1) * kWords - 1] = 1;  // never new, so never touched
  for (std::size_t i = 0; i < visits.size(); ++i) {
    if (i + kAhead < visits.size()) {
      const std::uint32_t* next = records + std::size_t{visits[i + kAhead]} * PairInput::kAlign;
      __builtin_prefetch(next);
      __builtin_prefetch(next + 8);  // many a record reaches into a second line
    }
    const std::uint32_t* record = records + std::size_t{visits[i]} * PairInput::kAlign;
    const std::uint32_t size = *record++;
    const float weight = kWeighted ? std::bit_cast<float>(*record++) : 1.0F;
    const std::uint32_t day = kDated ? *record++ : kNoDay;
    const char* at = reinterpret_cast<const char*>(record);
    for (const char* const end = at + size * sizeof(Place); at < end; at += sizeof(Place)) {
      Place place = 0;
      std::memcpy(&place, at, sizeof(Place));
      std::uint32_t* const cell = words + place * kWords;
      std::uint32_t& orders = cell[kWords - 1];
      const bool fresh = orders == 0;
      touched[count] = place;
      count += fresh ? 1 : 0;
      if constexpr (kDated) since[place] = fresh ? day : since[place];
      if constexpr (kWeighted) {
        *cell = std::bit_cast<std::uint32_t>(std::bit_cast<float>(*cell) + weight);
      }
      ++orders;
    }
  }
  std::fill_n(words + own * kWords, kWords, 0U);
  num_touched_ = count;
}

template <typename Place>
void PairRow::AddAny(const PairInput& input, std::uint32_t item) {
  if (weighted_) {
    dated_ ? Add<Place, true, true>(input, item) : Add<Place, true, false>(input, item);
  } else {
    dated_ ? Add<Place, false, true>(input, item) : Add<Place, false, false>(input, item);
  }
}

void PairRow::Compute(const PairInput& input, std::uint32_t item) {
  Clear();
  weighted_ = input.weighted;
  dated_ = input.dated;
  words_.resize(std::size_t{input.num_items} * (weighted_ ? 2 : 1));
  touched_.resize(std::size_t{input.num_items} + 1);
  if (dated_) since_.resize(input.num_items);
  input.narrow ? AddAny<std::uint16_t>(input, item) : AddAny<std::uint32_t>(input, item);
}

PairTable BuildPairTable(const PairInput& input, std::uint64_t max_entries, const EmitRow& emit,
                         std::size_t most_a_row) {
  const std::size_t items = input.num_items;
  const WorkPlan plan = PlanWork(RowCosts(input));
  std::vector<PairRow> rows_of_worker(base::MaxWorkers());
  std::vector<PairEntries> parts(plan.chunks());
  std::vector<Place> places(items);
  std::vector<std::uint64_t> lengths(items, 0);
  std::atomic<std::uint64_t> total{0};
  RunPlan(plan, [&](std::size_t chunk, std::span<const std::uint32_t> rows, std::size_t worker) {
    if (most_a_row > 0) parts[chunk].Reserve(rows.size() * most_a_row);
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
