#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/top_k.h"
#include "models/co_purchase.h"
#include "models/co_purchase/pair_rows.h"
#include "models/ranges.h"

namespace tsugi::models {
namespace {

constexpr std::uint64_t kBytesAPair = 12;
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

void EmitRowSorted(const PairInput& input, std::uint32_t max_row, std::uint32_t item,
                   const PairRow& row, PairEntries& entries) {
  std::vector<std::uint32_t> kept;
  kept.reserve(row.touched().size());
  if (max_row != 0 && row.touched().size() > max_row) {
    base::TopK<double, std::uint32_t> best(max_row);
    for (const std::uint32_t place : row.touched()) {
      const std::uint32_t other = input.item_at[place];
      best.Push(Cosine({double{row.weight(place)}, double{input.item_weights[item]},
                        double{input.item_weights[other]}, input.total_weight}),
                other);
    }
    for (const auto& entry : best.Sorted()) kept.push_back(entry.key);
  } else {
    for (const std::uint32_t place : row.touched()) kept.push_back(input.item_at[place]);
  }
  std::sort(kept.begin(), kept.end());
  for (const std::uint32_t other : kept) {
    const std::uint32_t place = input.place_of[other];
    entries.items.push_back(other);
    entries.orders.push_back(row.orders(place));
    entries.weights.push_back(row.weight(place));
  }
}

// The place of `other` in the row, or kNowhere.
std::size_t Find(const PairCounts& pairs, std::uint32_t row, std::uint32_t other) {
  const auto begin = pairs.neighbours.begin() + static_cast<std::ptrdiff_t>(pairs.offsets[row]);
  const auto end = pairs.neighbours.begin() + static_cast<std::ptrdiff_t>(pairs.offsets[row + 1]);
  const auto found = std::lower_bound(begin, end, other);
  if (found == end || *found != other) return kNowhere;
  return static_cast<std::size_t>(found - pairs.neighbours.begin());
}

// Rows cut by max_row may hold a pair on one side only.
std::size_t FindEither(const PairCounts& pairs, std::uint32_t first, std::uint32_t second) {
  const std::size_t at = Find(pairs, first, second);
  return at == kNowhere ? Find(pairs, second, first) : at;
}

}  // namespace

std::uint32_t PairCounts::Orders(std::uint32_t first, std::uint32_t second) const {
  const std::size_t at = FindEither(*this, first, second);
  return at == kNowhere ? 0 : pair_orders[at];
}

float PairCounts::Weight(std::uint32_t first, std::uint32_t second) const {
  const std::size_t at = FindEither(*this, first, second);
  return at == kNowhere ? 0.0F : pair_weights[at];
}

void PairCounts::ScoreAll(std::span<const std::uint32_t> basket, std::span<const float> weights,
                          Association measure, std::span<float> out) const {
  std::fill(out.begin(), out.end(), 0.0F);
  for (std::size_t b = 0; b < basket.size(); ++b) {
    const std::uint32_t item = basket[b];
    const double weight = weights.empty() ? 1.0 : double{weights[b]};
    for (std::uint64_t e = offsets[item]; e < offsets[item + 1]; ++e) {
      const std::uint32_t other = neighbours[e];
      const double score = Measure(measure, {double{pair_weights[e]}, double{item_weights[item]},
                                             double{item_weights[other]}, total_weight});
      out[other] += static_cast<float>(weight * score);
    }
  }
}

absl::StatusOr<PairCounts> CountPairs(const Baskets& baskets, const PairCountsOptions& options) {
  if (!InRange(options.size_exponent, 0, 4)) {
    return absl::InvalidArgumentError(
        absl::StrCat("size_exponent: ", options.size_exponent, " must be in [0, 4]"));
  }
  TSUGI_RETURN_IF_ERROR(Validate(baskets));
  PairInput input = MakePairInput(baskets, options.size_exponent);
  PairTable table = BuildPairTable(
      input, options.max_bytes / kBytesAPair,
      [&](std::uint32_t item, const PairRow& row, std::size_t, PairEntries& entries) {
        EmitRowSorted(input, options.max_row, item, row, entries);
      });
  if (table.too_large) {
    return absl::ResourceExhaustedError(
        absl::StrCat("max_bytes: the pairs of ", baskets.orders.num_columns,
                     " items take more than ", options.max_bytes, " bytes; set max_row"));
  }
  PairCounts pairs;
  pairs.num_items = baskets.orders.num_columns;
  pairs.num_orders = input.num_orders;
  pairs.total_weight = input.total_weight;
  pairs.item_orders = std::move(input.item_orders);
  pairs.item_weights = std::move(input.item_weights);
  pairs.offsets = std::move(table.offsets);
  pairs.neighbours = std::move(table.entries.items);
  pairs.pair_orders = std::move(table.entries.orders);
  pairs.pair_weights = std::move(table.entries.weights);
  return pairs;
}

}  // namespace tsugi::models
