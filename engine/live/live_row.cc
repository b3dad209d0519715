#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "engine/live/live_model.h"
#include "models/baskets.h"

namespace tsugi {
namespace {

constexpr std::uint32_t kLivePairs = 100;   // kept of those bought with the product since
constexpr std::uint32_t kLiveOrders = 512;  // looked at, the newest that hold the product
constexpr double kFixed = 4294967296.0;     // units of a fixed-point sum in 1
constexpr std::uint32_t kDay = 86'400;

double FromFixed(std::int64_t sum) { return static_cast<double>(sum) / kFixed; }

// What the orders since hold of one other product.
struct Met {
  std::int64_t pair_weight = 0;        // for the cosine
  std::int64_t regression_weight = 0;  // for the regression, since it was solved
  std::int64_t solved_weight = 0;      // the same, before that
  std::uint32_t orders = 0;
  std::uint32_t since = models::kNoDay;
};

// Weights of an order of n products, n^-a, in fixed point.
class OrderWeights {
 public:
  explicit OrderWeights(double exponent) : exponent_(exponent) {}
  std::int64_t Of(std::size_t products) const {
    return std::llround(kFixed * std::pow(static_cast<double>(products), -exponent_));
  }

 private:
  const double exponent_;
};

// Makes one row; scratch memory is the thread's own, all 0 between rows.
class RowMaker {
 public:
  // `regression`: solved anew, or null.
  RowMaker(const LiveModel& live, const ModelSet& models, const OrderLog& log,
           const LiveRegression* regression, std::uint32_t slot)
      : live_(live),
        models_(models),
        log_(log),
        regression_(regression),
        slot_(slot),
        met_(Scratch(live.num_slots())) {}

  void Make(std::span<const OrderLog::Holding> holdings, LiveRow& row) {
    Count(Newest(holdings));
    KeepMost();
    MergePairs(row);
    MergeRegression(row);
    row.orders = static_cast<std::uint32_t>(holdings.size());
    if (InModel()) row.orders += models_.co_purchase.item_orders[slot_];
    for (const std::uint32_t other : others_) met_[other] = Met();
  }

 private:
  static std::vector<Met>& Scratch(std::size_t slots) {
    thread_local std::vector<Met> scratch;
    if (scratch.size() < slots) scratch.resize(slots);
    return scratch;
  }

  bool InModel() const { return slot_ < models_.co_purchase.num_items; }

  // At most about kLiveOrders, whole seconds.
  static std::span<const OrderLog::Holding> Newest(std::span<const OrderLog::Holding> holdings) {
    if (holdings.size() <= kLiveOrders) return holdings;
    std::size_t first = holdings.size() - kLiveOrders;
    while (first > 0 && holdings[first - 1].second == holdings[first].second) --first;
    return holdings.subspan(first);
  }

  void Count(std::span<const OrderLog::Holding> holdings) {
    const OrderWeights for_pairs(models_.live.co_purchase_exponent);
    const OrderWeights for_regression(models_.live.regression_exponent);
    const ProductIndex own = live_.ProductOf(slot_);
    for (const OrderLog::Holding& holding : holdings) {
      const std::span<const ProductIndex> products = log_.Products(holding.slot);
      const std::int64_t pair_weight = for_pairs.Of(products.size());
      const std::int64_t regression_weight = for_regression.Of(products.size());
      const bool solved = regression_ != nullptr && holding.second < regression_->before();
      (solved ? own_solved_ : own_weight_) += regression_weight;
      for (const ProductIndex product : products) {
        if (product == own) continue;
        const std::uint32_t other = live_.SlotOf(product);
        if (other == LiveModel::kNoSlot) continue;
        Met& met = met_[other];
        if (met.orders == 0) others_.push_back(other);
        ++met.orders;
        met.pair_weight += pair_weight;
        (solved ? met.solved_weight : met.regression_weight) += regression_weight;
        met.since = std::min(met.since, holding.second / kDay);
      }
    }
  }

  // most_: those met most, most of all first.
  void KeepMost() {
    most_ = others_;
    const auto more = [this](std::uint32_t a, std::uint32_t b) {
      const std::int64_t left = met_[a].regression_weight + met_[a].solved_weight;
      const std::int64_t right = met_[b].regression_weight + met_[b].solved_weight;
      return left != right ? left > right : live_.IdBefore(a, b);
    };
    const std::size_t kept = std::min<std::size_t>(most_.size(), kLivePairs);
    std::partial_sort(most_.begin(), most_.begin() + static_cast<std::ptrdiff_t>(kept), most_.end(),
                      more);
    most_.resize(kept);
  }

  void MergePairs(LiveRow& row) const {
    const auto add = [&](std::uint32_t other, std::uint32_t orders, std::uint32_t since,
                         float weight) {
      const Met& met = met_[other];
      row.partners.push_back(other);
      row.together.push_back(orders + met.orders);
      row.since.push_back(std::min(since, met.since));
      row.pair_weights.push_back(weight + static_cast<float>(FromFixed(met.pair_weight)));
    };
    std::vector<std::uint32_t> there;
    if (InModel()) {
      const models::ItemNeighbours near = models_.co_purchase.Neighbours(slot_);
      there.assign(near.items.begin(), near.items.end());
      std::sort(there.begin(), there.end());
      for (std::size_t n = 0; n < near.items.size(); ++n) {
        add(near.items[n], near.orders[n], near.since[n], near.weights[n]);
      }
    }
    for (const std::uint32_t other : most_) {
      if (!std::binary_search(there.begin(), there.end(), other)) {
        add(other, 0, models::kNoDay, 0);
      }
    }
  }

  // Between raw and weighted counts lies what weighs orders less unevenly: n^-a with
  // a = share * exponent of the co-purchases (Hoelder's bound, nearly tight here).
  double BetweenCounts(double raw, double weighted) const {
    const LiveBasis& basis = models_.live;
    if (raw <= 0 || weighted <= 0) return 0;
    const double share = basis.co_purchase_exponent > 0
                             ? basis.regression_exponent / basis.co_purchase_exponent
                             : 0.0;
    return raw * std::pow(weighted / raw, share);
  }

  // The row that the steps are taken from.
  std::span<const std::uint32_t> Targets() const {
    if (regression_ != nullptr) return regression_->Targets(slot_);
    if (slot_ >= models_.item_regression.num_items) return {};
    return models_.item_regression.Targets(slot_);
  }
  std::span<const float> Weights() const {
    if (regression_ != nullptr) return regression_->Weights(slot_);
    if (slot_ >= models_.item_regression.num_items) return {};
    return models_.item_regression.Weights(slot_);
  }

  void MergeRegression(LiveRow& row) {
    const double own = FromFixed(own_weight_);
    double before = FromFixed(own_solved_);
    if (InModel()) {
      const models::CoPurchaseView& view = models_.co_purchase;
      before += BetweenCounts(view.item_orders[slot_], double{view.item_weights[slot_]});
    }
    if (before > 0 && own_weight_ > 0) Expect(before);
    const double scale = kLiveStep / (before + own + models_.live.l2);
    const auto step = [&](std::uint32_t other) {
      return static_cast<float>(scale * FromFixed(met_[other].regression_weight));
    };
    const std::span<const std::uint32_t> targets = Targets();
    const std::span<const float> weights = Weights();
    row.targets.assign(targets.begin(), targets.end());
    for (std::size_t t = 0; t < targets.size(); ++t) {
      row.weights.push_back(weights[t] + step(targets[t]));
    }
    for (const std::uint32_t other : most_) {
      if (std::binary_search(targets.begin(), targets.end(), other)) continue;
      if (regression_ != nullptr && met_[other].regression_weight == 0) continue;
      row.targets.push_back(other);
      row.weights.push_back(step(other));
    }
  }

  // Takes from what was met what was known to be expected.
  void Expect(double before) {
    if (InModel()) {
      const models::ItemNeighbours near = models_.co_purchase.Neighbours(slot_);
      for (std::size_t n = 0; n < near.items.size(); ++n) {
        Met& met = met_[near.items[n]];
        if (met.orders == 0) others_.push_back(near.items[n]);  // to be cleared
        met.solved_weight +=
            std::llround(kFixed * BetweenCounts(near.orders[n], double{near.weights[n]}));
      }
    }
    const double own = FromFixed(own_weight_);
    for (const std::uint32_t other : others_) {
      Met& met = met_[other];
      const double share = std::min(FromFixed(met.solved_weight) / before, 1.0);
      met.regression_weight -= std::llround(kFixed * own * share);
    }
  }

  const LiveModel& live_;
  const ModelSet& models_;
  const OrderLog& log_;
  const LiveRegression* const regression_;
  const std::uint32_t slot_;
  std::vector<Met>& met_;
  std::int64_t own_weight_ = 0;  // since the regression was solved
  std::int64_t own_solved_ = 0;  // before that
  std::vector<std::uint32_t> others_;
  std::vector<std::uint32_t> most_;
};

}  // namespace

bool LiveModel::MakeRow(std::uint32_t slot, std::uint32_t until, const LiveRegression* regression,
                        LiveRow& row) const {
  row.Clear();
  const std::span<const OrderLog::Holding> holdings = HoldingsOf(slot, until);
  if (holdings.empty() && regression == nullptr) return false;
  RowMaker(*this, *models_, index_->order_log(), regression, slot).Make(holdings, row);
  return true;
}

}  // namespace tsugi
