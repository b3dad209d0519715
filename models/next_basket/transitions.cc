#include "models/next_basket/transitions.h"

#include <algorithm>
#include <cstdint>

#include "base/parallel.h"
#include "models/sparse_accumulator.h"

namespace tsugi::models {
namespace {

struct ItemRow {
  std::vector<std::uint32_t> items;
  std::vector<float> values;
};

// The baskets that hold each item, by number.
SparseMatrix BasketsOfItems(const BasketHistories& histories) {
  return Transpose({.offsets = histories.baskets.offsets,
                    .columns = histories.baskets.columns,
                    .num_columns = histories.items()});
}

// Counts what stands in the baskets after these; how many of them had one after them.
double CountNext(const BasketHistories& histories, std::span<const std::uint32_t> baskets,
                 std::span<const std::uint8_t> followed, SparseAccumulator& counts) {
  double times = 0;
  for (const std::uint32_t basket : baskets) {
    if (followed[basket] == 0) continue;
    times += 1;
    for (const std::uint32_t next : histories.baskets.Row(basket + 1)) counts.Add(next, 1.0F);
  }
  return times;
}

}  // namespace

Transitions CountTransitions(const BasketHistories& histories, const TransitionOptions& options) {
  const std::uint32_t items = histories.items();
  const SparseMatrix by_item = BasketsOfItems(histories);
  const SparseView baskets_of = by_item.View();
  std::vector<std::uint8_t> followed(histories.baskets.rows(), 1);
  for (std::size_t c = 0; c < histories.customers(); ++c) {
    if (histories.BasketsOf(c) > 0) followed[histories.customer_offsets[c + 1] - 1] = 0;
  }
  std::vector<ItemRow> rows(items);
  Transitions out;
  out.repeat_share.assign(items, 0.0F);
  base::ParallelFor(items, /*grain=*/64, [&](base::Chunk chunk) {
    SparseAccumulator counts(items);
    for (std::size_t item = chunk.begin; item < chunk.end; ++item) {
      const double times = CountNext(histories, baskets_of.Row(item), followed, counts);
      std::vector<std::uint32_t> sorted(counts.touched().begin(), counts.touched().end());
      std::sort(sorted.begin(), sorted.end());
      for (const std::uint32_t next : sorted) {
        if (next == item) continue;
        rows[item].items.push_back(next);
        rows[item].values.push_back(
            static_cast<float>(double{counts[next]} / (times + options.prior)));
      }
      if (counts.contains(static_cast<std::uint32_t>(item))) {
        out.repeat_share[item] = static_cast<float>(
            double{counts[static_cast<std::uint32_t>(item)]} / (times + options.repeat_prior));
      }
      counts.Clear();
    }
  });
  out.shares.num_columns = items;
  out.shares.offsets.push_back(0);
  for (const ItemRow& row : rows) {
    out.shares.columns.insert(out.shares.columns.end(), row.items.begin(), row.items.end());
    out.shares.values.insert(out.shares.values.end(), row.values.begin(), row.values.end());
    out.shares.offsets.push_back(out.shares.columns.size());
  }
  return out;
}

void ScoreTransitions(const SparseView& shares, std::span<const std::uint32_t> items,
                      std::span<const float> values, std::span<float> out) {
  std::fill(out.begin(), out.end(), 0.0F);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const float value = values.empty() ? 1.0F : values[i];
    const std::span<const std::uint32_t> next = shares.Row(items[i]);
    const std::span<const float> share = shares.RowValues(items[i]);
    for (std::size_t n = 0; n < next.size(); ++n) out[next[n]] += value * share[n];
  }
}

}  // namespace tsugi::models
