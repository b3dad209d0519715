#include "models/next_basket/user_neighbours.h"

#include <algorithm>
#include <cmath>

#include "base/top_k.h"

namespace tsugi::models {
namespace {

SparseMatrix UnitRows(const SparseView& vectors) {
  SparseMatrix out;
  out.num_columns = vectors.num_columns;
  out.offsets.assign(vectors.offsets.begin(), vectors.offsets.end());
  out.columns.assign(vectors.columns.begin(), vectors.columns.end());
  out.values.resize(vectors.columns.size(), 1.0F);
  if (!vectors.values.empty()) std::ranges::copy(vectors.values, out.values.begin());
  for (std::size_t r = 0; r < vectors.rows(); ++r) {
    const auto row =
        std::span(out.values).subspan(out.offsets[r], out.offsets[r + 1] - out.offsets[r]);
    double squares = 0;
    for (const float value : row) squares += double{value} * double{value};
    if (squares == 0) continue;
    const auto scale = static_cast<float>(1 / std::sqrt(squares));
    for (float& value : row) value *= scale;
  }
  return out;
}

}  // namespace

UserNeighbours::UserNeighbours(const SparseView& vectors)
    : unit_(UnitRows(vectors)), by_item_(Transpose(unit_.View())) {}

std::vector<UserNeighbour> UserNeighbours::Find(std::uint32_t customer, std::size_t count,
                                                std::span<const std::uint8_t> eligible,
                                                SparseAccumulator& sums) const {
  const SparseView unit = unit_.View();
  const SparseView by_item = by_item_.View();
  const std::span<const std::uint32_t> items = unit.Row(customer);
  const std::span<const float> values = unit.RowValues(customer);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::span<const std::uint32_t> others = by_item.Row(items[i]);
    const std::span<const float> theirs = by_item.RowValues(items[i]);
    for (std::size_t o = 0; o < others.size(); ++o) sums.Add(others[o], values[i] * theirs[o]);
  }
  base::TopK<float, std::uint32_t> best(count);
  for (const std::uint32_t other : sums.touched()) {
    if (other == customer || (!eligible.empty() && eligible[other] == 0)) continue;
    if (sums[other] > 0) best.Push(sums[other], other);
  }
  sums.Clear();
  std::vector<UserNeighbour> out;
  for (const auto& entry : best.Sorted()) out.push_back({entry.key, entry.score});
  return out;
}

void AddNeighbourRows(std::span<const UserNeighbour> neighbours, const SparseView& rows, bool mean,
                      std::span<float> out) {
  std::fill(out.begin(), out.end(), 0.0F);
  float total = 0;
  for (const UserNeighbour& neighbour : neighbours) {
    const std::span<const std::uint32_t> items = rows.Row(neighbour.customer);
    const std::span<const float> values = rows.RowValues(neighbour.customer);
    for (std::size_t i = 0; i < items.size(); ++i) {
      out[items[i]] += neighbour.similarity * (values.empty() ? 1.0F : values[i]);
    }
    total += neighbour.similarity;
  }
  if (!mean || total <= 0) return;
  for (float& value : out) value /= total;
}

}  // namespace tsugi::models
