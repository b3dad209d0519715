#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <vector>

#include "base/parallel.h"
#include "models/co_purchase/pair_rows.h"

namespace tsugi::models {
namespace {

constexpr std::uint32_t kMostNarrow = 65'536;

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

template <typename Place>
void CopyPlaces(std::span<const std::uint32_t> items, const std::vector<std::uint32_t>& place_of,
                std::uint32_t* to) {
  for (std::size_t e = 0; e < items.size(); ++e) {
    const auto place = static_cast<Place>(place_of[items[e]]);
    std::memcpy(reinterpret_cast<char*>(to) + e * sizeof(Place), &place, sizeof(Place));
  }
}

// Writes the orders' records; where each begins, in units of kAlign words.
base::HugeVector<std::uint32_t> PackRecords(const Baskets& baskets, std::span<const float> weights,
                                            PairInput& input) {
  constexpr std::size_t kUnit = PairInput::kAlign;
  const SparseView& orders = baskets.orders;
  const std::size_t header = input.Header();
  base::HugeVector<std::uint32_t> begins(orders.rows());
  std::size_t at = 0;
  for (std::size_t o = 0; o < orders.rows(); ++o) {
    begins[o] = static_cast<std::uint32_t>(at);
    const std::size_t size = orders.offsets[o + 1] - orders.offsets[o];
    const std::size_t words = input.narrow ? (size + 1) / 2 : size;
    if (size > 1) at += (header + words + kUnit - 1) / kUnit;
  }
  input.records.resize(at * kUnit);
  base::ParallelFor(orders.rows(), 8192, [&](base::Chunk chunk) {
    for (std::size_t o = chunk.begin; o < chunk.end; ++o) {
      const std::span<const std::uint32_t> items = orders.Row(o);
      if (items.size() < 2) continue;
      std::uint32_t* const record = input.records.data() + std::size_t{begins[o]} * kUnit;
      std::size_t to = 0;
      record[to++] = static_cast<std::uint32_t>(items.size());
      if (input.weighted) record[to++] = std::bit_cast<std::uint32_t>(weights[o]);
      if (input.dated) record[to++] = baskets.days[o];
      if (input.narrow) {
        CopyPlaces<std::uint16_t>(items, input.place_of, record + to);
      } else {
        CopyPlaces<std::uint32_t>(items, input.place_of, record + to);
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

}  // namespace

PairInput MakePairInput(const Baskets& baskets, double size_exponent) {
  PairInput input;
  input.num_items = baskets.orders.num_columns;
  input.entries = baskets.orders.entries();
  input.dated = !baskets.days.empty();
  input.narrow = input.num_items <= kMostNarrow;
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

}  // namespace tsugi::models
