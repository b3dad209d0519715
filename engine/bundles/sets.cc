#include "engine/bundles/sets.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "base/status_macros.h"
#include "models/association.h"
#include "models/co_purchase.h"

namespace tsugi {
namespace {

using Items = std::vector<std::uint32_t>;

bool Stronger(const ProductSet& a, const ProductSet& b) {
  return a.llr != b.llr ? a.llr > b.llr : a.items < b.items;
}

class Finder {
 public:
  Finder(const models::SparseView& orders, const SetOptions& options)
      : options_(options),
        total_(static_cast<double>(orders.rows())),
        orders_of_(models::Transpose(orders)),
        by_item_(orders_of_.View()) {}

  std::vector<ProductSet> Find(const models::CoPurchaseView& pairs) {
    std::vector<ProductSet> all;
    std::vector<ProductSet> layer = Pairs(pairs);
    for (std::size_t size = 2; size <= options_.most_products && !layer.empty(); ++size) {
      all.insert(all.end(), layer.begin(), layer.end());
      if (size == options_.most_products) break;
      std::sort(layer.begin(), layer.end(), Stronger);
      if (layer.size() > options_.grown) layer.resize(options_.grown);
      layer = Grow(layer, pairs);
    }
    return Strongest(std::move(all));
  }

 private:
  // Rows that hold all of the items, ascending.
  Items RowsOf(const Items& items) const {
    Items rows;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::span<const std::uint32_t> of = by_item_.Row(items[i]);
      if (i == 0) {
        rows.assign(of.begin(), of.end());
        continue;
      }
      Items both;
      std::set_intersection(rows.begin(), rows.end(), of.begin(), of.end(),
                            std::back_inserter(both));
      rows.swap(both);
    }
    return rows;
  }

  double Orders(const Items& items) const {
    return items.size() == 1 ? static_cast<double>(by_item_.Row(items[0]).size())
                             : static_cast<double>(RowsOf(items).size());
  }

  // The set with its measures, where it is one.
  std::optional<ProductSet> Measure(const Items& items) const {
    ProductSet set;
    set.items = items;
    const double together = Orders(items);
    if (together < options_.min_orders) return std::nullopt;
    set.orders = static_cast<std::uint32_t>(together);
    double by_chance = total_;
    for (const std::uint32_t item : items) by_chance *= Orders({item}) / total_;
    set.lift = together / by_chance;
    if (set.lift < options_.min_lift) return std::nullopt;
    for (std::size_t i = 0; i < items.size(); ++i) {
      Items rest = items;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      const double llr =
          models::LogLikelihood({together, Orders(rest), Orders({items[i]}), total_});
      set.llr = i == 0 ? llr : std::min(set.llr, llr);
    }
    if (set.llr < options_.min_llr) return std::nullopt;
    return set;
  }

  std::vector<ProductSet> Pairs(const models::CoPurchaseView& pairs) const {
    std::set<Items> seen;
    std::vector<ProductSet> found;
    for (std::uint32_t item = 0; item < pairs.num_items; ++item) {
      const models::ItemNeighbours near = pairs.Neighbours(item);
      for (std::size_t n = 0; n < near.items.size(); ++n) {
        if (near.orders[n] < options_.min_orders) continue;
        const Items items = {std::min(item, near.items[n]), std::max(item, near.items[n])};
        if (!seen.insert(items).second) continue;
        if (auto set = Measure(items); set.has_value()) found.push_back(*std::move(set));
      }
    }
    return found;
  }

  // Each set with each neighbour of its items.
  std::vector<ProductSet> Grow(const std::vector<ProductSet>& layer,
                               const models::CoPurchaseView& pairs) const {
    std::set<Items> seen;
    std::vector<ProductSet> found;
    for (const ProductSet& set : layer) {
      for (const std::uint32_t item : set.items) {
        const models::ItemNeighbours near = pairs.Neighbours(item);
        for (std::size_t n = 0; n < near.items.size(); ++n) {
          if (near.orders[n] < options_.min_orders) continue;
          Items items = set.items;
          const auto place = std::lower_bound(items.begin(), items.end(), near.items[n]);
          if (place != items.end() && *place == near.items[n]) continue;
          items.insert(place, near.items[n]);
          if (!seen.insert(items).second) continue;
          if (auto grown = Measure(items); grown.has_value()) found.push_back(*std::move(grown));
        }
      }
    }
    return found;
  }

  bool IsExplained(const ProductSet& set, const std::vector<ProductSet>& larger) const {
    return std::any_of(larger.begin(), larger.end(), [&](const ProductSet& other) {
      return other.items.size() > set.items.size() &&
             other.orders >= options_.explained * set.orders &&
             std::includes(other.items.begin(), other.items.end(), set.items.begin(),
                           set.items.end());
    });
  }

  std::vector<ProductSet> Strongest(std::vector<ProductSet> all) const {
    std::vector<ProductSet> kept;
    std::sort(all.begin(), all.end(), Stronger);
    for (const ProductSet& set : all) {
      if (kept.size() >= options_.most_sets) break;
      if (!IsExplained(set, all)) kept.push_back(set);
    }
    return kept;
  }

  const SetOptions& options_;
  const double total_;
  const models::SparseMatrix orders_of_;
  const models::SparseView by_item_;
};

}  // namespace

absl::StatusOr<std::vector<ProductSet>> FindSets(const models::SparseView& orders,
                                                 const SetOptions& options) {
  if (orders.rows() == 0) return std::vector<ProductSet>();
  models::CoPurchaseOptions co_purchase;
  co_purchase.measure = models::Association::kLogLikelihood;
  co_purchase.size_exponent = 0;
  co_purchase.neighbours = options.neighbours;
  co_purchase.min_pair_orders = options.min_orders;
  models::Baskets baskets;
  baskets.orders = orders;
  TSUGI_ASSIGN_OR_RETURN(const models::CoPurchaseModel pairs,
                         models::TrainCoPurchase(baskets, co_purchase));
  return Finder(orders, options).Find(pairs.View());
}

}  // namespace tsugi
