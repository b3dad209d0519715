#include "models/co_purchase.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "models/co_purchase/best_neighbours.h"
#include "models/co_purchase/pair_rows.h"
#include "models/ranges.h"

namespace tsugi::models {
namespace {

absl::Status ValidateOptions(const CoPurchaseOptions& options) {
  if (!InRange(options.size_exponent, 0, 4)) {
    return absl::InvalidArgumentError(
        absl::StrCat("size_exponent: ", options.size_exponent, " must be in [0, 4]"));
  }
  if (options.neighbours == 0) {
    return absl::InvalidArgumentError("neighbours: 0 must be 1 or more");
  }
  if (options.min_pair_orders == 0) {
    return absl::InvalidArgumentError("min_pair_orders: 0 must be 1 or more");
  }
  return absl::OkStatus();
}

std::optional<PairEvidence> FindInRow(const CoPurchaseView& view, std::uint32_t row,
                                      std::uint32_t other) {
  const ItemNeighbours near = view.Neighbours(row);
  const auto found = std::find(near.items.begin(), near.items.end(), other);
  if (found == near.items.end()) return std::nullopt;
  const auto at = static_cast<std::size_t>(found - near.items.begin());
  return PairEvidence{row, other, near.orders[at], near.since[at], near.scores[at]};
}

}  // namespace

ItemNeighbours CoPurchaseView::Neighbours(std::uint32_t item) const {
  const std::size_t begin = offsets[item];
  const std::size_t count = offsets[item + 1] - begin;
  return {neighbours.subspan(begin, count), pair_orders.subspan(begin, count),
          pair_weights.subspan(begin, count), scores.subspan(begin, count),
          since.subspan(begin, count)};
}

std::optional<PairEvidence> CoPurchaseView::FindPair(std::uint32_t first,
                                                     std::uint32_t second) const {
  if (first >= num_items || second >= num_items) return std::nullopt;
  if (auto pair = FindInRow(*this, first, second)) return pair;
  auto pair = FindInRow(*this, second, first);
  if (pair) std::swap(pair->first, pair->second);
  return pair;
}

AssociationCounts CoPurchaseView::Counts(const PairEvidence& pair) const {
  return {double(pair.orders), double(item_orders[pair.first]), double(item_orders[pair.second]),
          static_cast<double>(num_orders)};
}

void CoPurchaseView::NeighbourRatios(std::uint32_t item, std::span<double> out) const {
  constexpr std::size_t kTogether = 64;
  std::array<double, kTogether> both{};
  std::array<double, kTogether> second{};
  const ItemNeighbours near = Neighbours(item);
  for (std::size_t begin = 0; begin < near.items.size(); begin += kTogether) {
    const std::size_t count = std::min(kTogether, near.items.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      both[i] = double(near.orders[begin + i]);
      second[i] = double(item_orders[near.items[begin + i]]);
    }
    LogLikelihoods(double(item_orders[item]), static_cast<double>(num_orders),
                   std::span(both).first(count), std::span(second).first(count),
                   out.subspan(begin, count));
  }
}

void CoPurchaseView::Accumulate(std::span<const std::uint32_t> basket,
                                std::span<const float> basket_weights,
                                SparseAccumulator& sums) const {
  for (std::size_t b = 0; b < basket.size(); ++b) {
    const float weight = basket_weights.empty() ? 1.0F : basket_weights[b];
    const ItemNeighbours near = Neighbours(basket[b]);
    for (std::size_t e = 0; e < near.items.size(); ++e) {
      sums.Add(near.items[e], weight * near.scores[e]);
    }
  }
}

void CoPurchaseView::Score(std::span<const std::uint32_t> basket,
                           std::span<const float> basket_weights, std::span<float> out) const {
  std::fill(out.begin(), out.end(), 0.0F);
  for (std::size_t b = 0; b < basket.size(); ++b) {
    const float weight = basket_weights.empty() ? 1.0F : basket_weights[b];
    const ItemNeighbours near = Neighbours(basket[b]);
    for (std::size_t e = 0; e < near.items.size(); ++e) {
      out[near.items[e]] += weight * near.scores[e];
    }
  }
}

CoPurchaseView CoPurchaseModel::View() const {
  return {num_items,  num_orders,  total_weight, item_orders, item_weights, offsets,
          neighbours, pair_orders, pair_weights, scores,      since};
}

absl::StatusOr<CoPurchaseModel> TrainCoPurchase(const Baskets& baskets,
                                                const CoPurchaseOptions& options) {
  TSUGI_RETURN_IF_ERROR(ValidateOptions(options));
  TSUGI_RETURN_IF_ERROR(Validate(baskets));
  PairInput input = MakePairInput(baskets, options.size_exponent);
  const BestNeighbours best(input, options);
  std::vector<NeighbourScratch> scratch(base::MaxWorkers());
  PairTable table = BuildPairTable(
      input, std::numeric_limits<std::uint64_t>::max(),
      [&](std::uint32_t item, const PairRow& row, std::size_t worker, PairEntries& entries) {
        best.Emit(item, row, scratch[worker], entries);
      },
      /*most_a_row=*/std::min<std::size_t>(options.neighbours, input.num_items));
  CoPurchaseModel model;
  model.num_items = baskets.orders.num_columns;
  model.num_orders = input.num_orders;
  model.total_weight = input.total_weight;
  model.item_orders = std::move(input.item_orders);
  model.item_weights = std::move(input.item_weights);
  model.offsets = std::move(table.offsets);
  model.neighbours = std::move(table.entries.items);
  model.pair_orders = std::move(table.entries.orders);
  model.pair_weights = std::move(table.entries.weights);
  model.scores = std::move(table.entries.scores);
  model.since = std::move(table.entries.since);
  return model;
}

}  // namespace tsugi::models
