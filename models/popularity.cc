#include "models/popularity.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/top_k.h"

namespace tsugi::models {
namespace {

// Orders with each item and orders in all, both weighted.
struct Counts {
  std::vector<double> items;
  double total = 0;
};

absl::Status ValidateOptions(const PopularityOptions& options) {
  if (!(options.segment_prior_orders >= 0) || std::isinf(options.segment_prior_orders)) {
    return absl::InvalidArgumentError(
        absl::StrCat("segment_prior_orders: ", options.segment_prior_orders, " must be 0 or more"));
  }
  return absl::OkStatus();
}

template <typename WeightOf>
Counts CountItems(const SparseView& orders, WeightOf weight_of) {
  Counts counts;
  counts.items.assign(orders.num_columns, 0.0);
  for (std::size_t o = 0; o < orders.rows(); ++o) {
    const std::span<const std::uint32_t> items = orders.Row(o);
    const double weight = items.empty() ? 0.0 : weight_of(o);
    if (weight == 0) continue;
    counts.total += weight;
    for (const std::uint32_t item : items) counts.items[item] += weight;
  }
  return counts;
}

std::vector<float> Shares(const Counts& counts) {
  std::vector<float> shares(counts.items.size(), 0.0F);
  if (counts.total <= 0) return shares;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    shares[i] = static_cast<float>(counts.items[i] / counts.total);
  }
  return shares;
}

std::vector<float> ShrunkShares(const Counts& counts, std::span<const float> overall,
                                double prior) {
  const double orders = counts.total + prior;
  if (orders <= 0) return {overall.begin(), overall.end()};
  std::vector<float> shares(overall.size());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    shares[i] = static_cast<float>((counts.items[i] + prior * double{overall[i]}) / orders);
  }
  return shares;
}

void AppendRanked(std::span<const float> shares, std::uint32_t length,
                  std::vector<std::uint32_t>& ranked) {
  base::TopK<float, std::uint32_t> best(length);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    best.Push(shares[i], static_cast<std::uint32_t>(i));
  }
  for (const auto& entry : best.Sorted()) ranked.push_back(entry.key);
}

}  // namespace

float PopularityView::SegmentShare(std::uint32_t segment, std::uint32_t item) const {
  if (segment >= num_segments) return overall[item];
  return by_segment[std::size_t{segment} * num_items + item];
}

std::span<const std::uint32_t> PopularityView::RankedIn(std::uint32_t segment) const {
  if (segment >= num_segments) return ranked_overall;
  return ranked_segment.subspan(std::size_t{segment} * ranked_items, ranked_items);
}

PopularityView PopularityModel::View() const {
  return {num_items, num_segments, ranked_items,   item_orders,   overall,
          recent,    by_segment,   ranked_overall, ranked_recent, ranked_segment};
}

absl::StatusOr<PopularityModel> TrainPopularity(const Baskets& baskets,
                                                const PopularityOptions& options) {
  TSUGI_RETURN_IF_ERROR(ValidateOptions(options));
  TSUGI_RETURN_IF_ERROR(Validate(baskets));
  PopularityModel model;
  model.num_items = baskets.orders.num_columns;
  model.num_segments = baskets.num_segments;
  model.ranked_items = std::min(options.ranked_items, model.num_items);
  const Counts raw = CountItems(baskets.orders, [](std::size_t) { return 1.0; });
  model.item_orders.assign(raw.items.begin(), raw.items.end());
  model.overall = Shares(raw);
  model.recent = baskets.order_weights.empty()
                     ? model.overall
                     : Shares(CountItems(baskets.orders, [&](std::size_t o) {
                         return double{baskets.order_weights[o]};
                       }));
  AppendRanked(model.overall, model.ranked_items, model.ranked_overall);
  AppendRanked(model.recent, model.ranked_items, model.ranked_recent);
  for (std::uint32_t s = 0; s < model.num_segments; ++s) {
    const Counts counts = CountItems(baskets.orders, [&](std::size_t o) {
      return !baskets.segments.empty() && baskets.segments[o] == s ? 1.0 : 0.0;
    });
    const std::vector<float> shares =
        ShrunkShares(counts, model.overall, options.segment_prior_orders);
    model.by_segment.insert(model.by_segment.end(), shares.begin(), shares.end());
    AppendRanked(shares, model.ranked_items, model.ranked_segment);
  }
  return model;
}

}  // namespace tsugi::models
