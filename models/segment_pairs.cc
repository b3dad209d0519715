#include "models/segment_pairs.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status_macros.h"

namespace tsugi::models {
namespace {

struct Neighbour {
  std::uint32_t item = 0;
  std::uint32_t together = 0;
};

// One segment's rows. Neighbours of an item that is not kept stay empty.
class SegmentCounter {
 public:
  SegmentCounter(const Baskets& baskets, std::uint32_t segment, const CoPurchaseView& overall,
                 const SegmentPairsOptions& options)
      : overall_(overall), options_(options) {
    rows_.num_columns = baskets.orders.num_columns;
    rows_.offsets.push_back(0);
    for (std::size_t o = 0; o < baskets.orders.rows(); ++o) {
      const std::span<const std::uint32_t> items = baskets.orders.Row(o);
      if (baskets.segments[o] != segment || items.empty()) continue;
      rows_.columns.insert(rows_.columns.end(), items.begin(), items.end());
      rows_.offsets.push_back(rows_.columns.size());
    }
    by_item_ = Transpose(rows_.View());
  }

  std::uint32_t orders() const { return static_cast<std::uint32_t>(rows_.View().rows()); }
  std::uint32_t OrdersOf(std::uint32_t item) const {
    return static_cast<std::uint32_t>(by_item_.View().Row(item).size());
  }

  std::vector<std::vector<Neighbour>> Count() const {
    constexpr std::size_t kGrain = 64;
    std::vector<std::vector<Neighbour>> found(rows_.num_columns);
    std::vector<std::vector<std::uint32_t>> scratch(base::MaxWorkers());
    base::ParallelForWithWorker(found.size(), kGrain, [&](base::Chunk chunk, std::size_t worker) {
      std::vector<std::uint32_t>& counts = scratch[worker];
      counts.resize(rows_.num_columns, 0);
      for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
        const auto item = static_cast<std::uint32_t>(i);
        if (OrdersOf(item) >= options_.min_item_orders) CountItem(item, counts, found[i]);
      }
    });
    return found;
  }

 private:
  // `counts` is all 0 before and after.
  void CountItem(std::uint32_t item, std::vector<std::uint32_t>& counts,
                 std::vector<Neighbour>& found) const {
    const SparseView rows = rows_.View();
    const std::span<const std::uint32_t> with = by_item_.View().Row(item);
    for (const std::uint32_t row : with) {
      for (const std::uint32_t other : rows.Row(row)) ++counts[other];
    }
    const ItemNeighbours near = overall_.Neighbours(item);
    const std::size_t some = std::min<std::size_t>(near.items.size(), options_.neighbours);
    for (std::size_t n = 0; n < some; ++n) {
      const std::uint32_t together = counts[near.items[n]];
      if (together >= options_.min_pair_orders) found.push_back({near.items[n], together});
    }
    std::sort(found.begin(), found.end(),
              [](const Neighbour& a, const Neighbour& b) { return a.item < b.item; });
    for (const std::uint32_t row : with) {
      for (const std::uint32_t other : rows.Row(row)) counts[other] = 0;
    }
  }

  const CoPurchaseView& overall_;
  const SegmentPairsOptions& options_;
  SparseMatrix rows_;     // the segment's orders
  SparseMatrix by_item_;  // the same by item
};

absl::Status ValidateOptions(const SegmentPairsOptions& options) {
  if (!(options.prior_orders > 0) || std::isinf(options.prior_orders)) {
    return absl::InvalidArgumentError(
        absl::StrCat("prior_orders: ", options.prior_orders, " must be above 0"));
  }
  if (options.min_pair_orders == 0 || options.min_item_orders == 0) {
    return absl::InvalidArgumentError("min_pair_orders and min_item_orders must be 1 or more");
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<SegmentPair> SegmentPairsView::Find(std::uint32_t segment, std::uint32_t item,
                                                  std::uint32_t neighbour) const {
  if (segment >= segment_orders.size()) return std::nullopt;
  const auto rows = row_items.subspan(segment_offsets[segment],
                                      segment_offsets[segment + 1] - segment_offsets[segment]);
  const auto row = std::lower_bound(rows.begin(), rows.end(), item);
  if (row == rows.end() || *row != item) return std::nullopt;
  const std::size_t r = segment_offsets[segment] + static_cast<std::size_t>(row - rows.begin());
  const auto near = neighbours.subspan(offsets[r], offsets[r + 1] - offsets[r]);
  const auto found = std::lower_bound(near.begin(), near.end(), neighbour);
  if (found == near.end() || *found != neighbour) return std::nullopt;
  const std::size_t p = offsets[r] + static_cast<std::size_t>(found - near.begin());
  return SegmentPair{pair_orders[p], row_orders[r], neighbour_orders[p], segment_orders[segment]};
}

double SegmentPairsView::Confidence(const SegmentPair& pair, double overall) const {
  const double orders = pair.first + prior_orders;
  return (pair.together + prior_orders * overall) / orders;
}

SegmentPairsView SegmentPairsModel::View() const {
  return {prior_orders, segment_offsets, segment_orders, row_items,       row_orders,
          offsets,      neighbours,      pair_orders,    neighbour_orders};
}

absl::StatusOr<SegmentPairsModel> TrainSegmentPairs(const Baskets& baskets,
                                                    const CoPurchaseView& overall,
                                                    const SegmentPairsOptions& options) {
  TSUGI_RETURN_IF_ERROR(ValidateOptions(options));
  TSUGI_RETURN_IF_ERROR(Validate(baskets));
  if (overall.num_items != baskets.orders.num_columns) {
    return absl::InvalidArgumentError(absl::StrCat("overall: has ", overall.num_items,
                                                   " items where the baskets have ",
                                                   baskets.orders.num_columns));
  }
  SegmentPairsModel model;
  if (baskets.segments.empty() || baskets.num_segments == 0) return model;
  model.prior_orders = options.prior_orders;
  model.segment_offsets.push_back(0);
  model.offsets.push_back(0);
  for (std::uint32_t segment = 0; segment < baskets.num_segments; ++segment) {
    const SegmentCounter counter(baskets, segment, overall, options);
    const std::vector<std::vector<Neighbour>> found = counter.Count();
    for (std::uint32_t item = 0; item < found.size(); ++item) {
      if (found[item].empty()) continue;
      model.row_items.push_back(item);
      model.row_orders.push_back(counter.OrdersOf(item));
      for (const Neighbour& near : found[item]) {
        model.neighbours.push_back(near.item);
        model.pair_orders.push_back(near.together);
        model.neighbour_orders.push_back(counter.OrdersOf(near.item));
      }
      model.offsets.push_back(model.neighbours.size());
    }
    model.segment_orders.push_back(counter.orders());
    model.segment_offsets.push_back(model.row_items.size());
  }
  return model.row_items.empty() ? SegmentPairsModel() : model;
}

}  // namespace tsugi::models
