#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>

#include "engine/lifetime_value/learn.h"

namespace tsugi {
namespace {

constexpr double kMicrosPerDay = 86'400e6;
constexpr double kYear = 365;

// What is seen of one consumable.
struct Seen {
  std::vector<double> follow_up;  // of each first buyer, days he was seen for, cut to a year
  std::vector<double> repeats;    // days since the first purchase, within a year
};

// Expected purchases within a year of the first: each counts for one over the buyers who were still
// seen at its age.
double MeanCumulative(Seen& seen) {
  std::sort(seen.follow_up.begin(), seen.follow_up.end());
  double sum = 0;
  for (const double age : seen.repeats) {
    const auto from = std::lower_bound(seen.follow_up.begin(), seen.follow_up.end(), age);
    const auto at_risk = static_cast<double>(seen.follow_up.end() - from);
    if (at_risk > 0) sum += 1 / at_risk;
  }
  return sum;
}

class Learner {
 public:
  Learner(const HistoryView& view, const FactIndex& index) : view_(view) {
    until_ = ObservedUntil(view);
    const base::ReaderLock lock(&index.mutex());
    const std::vector<std::string>& ids = view.history->columns().product_ids;
    consumable_.assign(ids.size(), 0);
    category_.assign(ids.size(), kNoGroup);
    for (std::size_t p = 0; p < ids.size(); ++p) {
      const ProductIndex product = index.FindProduct(ids[p]);
      if (!product.valid()) continue;
      const CatalogEntry* entry = index.EntryAsOf(product, until_);
      if (entry == nullptr || !entry->facts.consumable) continue;
      consumable_[p] = 1;
      category_[p] = entry->category;
    }
    seen_.resize(ids.size());
  }

  Habits Learn(const std::vector<std::string>& product_ids) {
    Habits habits;
    if (std::find(consumable_.begin(), consumable_.end(), 1) == consumable_.end()) return habits;
    for (std::uint32_t c = 0; c < view_.history->num_customers(); ++c) AddCustomer(c);
    if (chances_ < kFewestChances) return habits;
    habits.goes_on = std::clamp(goings_on_ / chances_, 0.01, 0.99);
    habits.replaced = Replaced(habits.goes_on);
    habits.repeats_per_year = Shrunk(product_ids);
    LearnIntervals(product_ids, habits);
    return habits;
  }

 private:
  using Days = std::map<std::uint32_t, std::vector<double>>;
  static constexpr double kFewestChances = 30;
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  // A customer's first or second purchase of a product.
  struct EarlyPurchase {
    std::uint32_t product;
    double next;      // days until the next one
    double seen_for;  // days
  };

  void AddCustomer(std::uint32_t customer) {
    const OrderHistory& history = *view_.history;
    if (!history.MayProfileAt(customer, until_)) return;
    Days days;  // of purchases, by product
    for (const std::uint32_t order : history.OrdersOf(customer)) {
      if (order >= view_.num_orders) break;
      const double day = static_cast<double>(history.columns().times[order]) / kMicrosPerDay;
      const auto [begin, end] = history.LinesOf(order);
      for (std::uint64_t l = begin; l < end; ++l) {
        const HistoryLine line = history.Line(l);
        if (line.quantity <= 0 || consumable_[line.product] == 0) continue;
        std::vector<double>& of_product = days[line.product];
        if (of_product.empty() || day - of_product.back() >= 1) of_product.push_back(day);
      }
    }
    for (const auto& [product, bought] : days) {
      AddPurchases(product, days);
      AddIntervals(customer, product, bought);
    }
  }

  void AddIntervals(std::uint32_t customer, std::uint32_t product,
                    const std::vector<double>& bought) {
    const double until = static_cast<double>(until_) / kMicrosPerDay;
    models::ObservedHabit habit = {.customer = customer, .product = product, .days = {}};
    for (std::size_t i = 1; i < bought.size(); ++i) habit.days.push_back(bought[i] - bought[i - 1]);
    for (std::size_t i = 0; i < std::min<std::size_t>(2, bought.size()); ++i) {
      const double next = i < habit.days.size() ? habit.days[i] : kNever;
      early_.push_back({product, next, until - bought[i]});
    }
    if (!habit.days.empty()) observed_.push_back(std::move(habit));
  }

  void LearnIntervals(const std::vector<std::string>& product_ids, Habits& habits) const {
    const models::ReplenishmentModel model =
        models::LearnReplenishment(observed_, consumable_.size());
    double chances = 0;
    double followed = 0;
    for (const EarlyPurchase& early : early_) {
      const double wait = 2 * model.usual_days[early.product];
      if (wait > early.seen_for) continue;  // not known yet
      chances += 1;
      followed += early.next <= wait ? 1 : 0;
    }
    if (chances < kFewestChances) return;
    habits.begins = std::clamp(followed / chances, 0.01, 0.99);
    habits.interval_spread = model.spread;
    habits.interval_days.assign(product_ids.size(), 0);
    for (std::size_t i = 0; i < product_ids.size(); ++i) {
      const std::uint32_t p = view_.history->FindProduct(product_ids[i]);
      if (p == kNoIndex || consumable_[p] == 0) continue;
      habits.interval_days[i] = static_cast<float>(model.usual_days[p]);
    }
  }

  // Whether another consumable of the product's category was bought for the first time in the days
  // from `from` on, before `to`.
  bool BeginsAnother(std::uint32_t product, const Days& days, double from, double to) const {
    if (category_[product] == kNoGroup) return false;
    return std::any_of(days.begin(), days.end(), [&](const auto& other) {
      return other.first != product && category_[other.first] == category_[product] &&
             from <= other.second.front() && other.second.front() < to;
    });
  }

  void AddPurchases(std::uint32_t product, const Days& days) {
    const std::vector<double>& bought = days.at(product);
    Seen& seen = seen_[product];
    const double until = static_cast<double>(until_) / kMicrosPerDay;
    seen.follow_up.push_back(std::min(kYear, until - bought.front()));
    for (std::size_t i = 1; i < bought.size(); ++i) {
      if (bought[i] - bought.front() <= kYear) seen.repeats.push_back(bought[i] - bought.front());
    }
    for (std::size_t i = 2; i < bought.size(); ++i) {
      const double wait = 2 * MedianInterval(bought, i);
      if (bought[i] + wait > until) break;  // not known yet
      const double goes_on = i + 1 < bought.size() && bought[i + 1] - bought[i] <= wait ? 1 : 0;
      chances_ += 1;
      goings_on_ += goes_on;
      // An order that holds both is no choice between them: from the day after.
      if (!BeginsAnother(product, days, bought[i] + 0.5, bought[i] + wait)) continue;
      begun_ += 1;
      both_go_on_ += goes_on;
    }
  }

  // Shrunk to 1.
  double Replaced(double goes_on) const {
    const double kept = begun_ == 0 ? 0 : std::min(1.0, both_go_on_ / begun_ / goes_on);
    return 1 - kept * begun_ / (begun_ + kPriorBegun);
  }

  // Of the intervals up to purchase `last`.
  static double MedianInterval(const std::vector<double>& bought, std::size_t last) {
    std::vector<double> intervals;
    for (std::size_t i = 1; i <= last; ++i) intervals.push_back(bought[i] - bought[i - 1]);
    const auto middle = intervals.begin() + static_cast<std::ptrdiff_t>(intervals.size() / 2);
    std::nth_element(intervals.begin(), middle, intervals.end());
    return *middle;
  }

  std::vector<float> Shrunk(const std::vector<std::string>& product_ids) {
    double buyers = 0;
    double all = 0;
    std::vector<double> own(seen_.size(), 0);
    for (std::size_t p = 0; p < seen_.size(); ++p) {
      if (consumable_[p] == 0) continue;
      own[p] = MeanCumulative(seen_[p]);
      buyers += static_cast<double>(seen_[p].follow_up.size());
      all += own[p] * static_cast<double>(seen_[p].follow_up.size());
    }
    const double mean = buyers > 0 ? all / buyers : 0;
    std::vector<float> repeats(product_ids.size(), 0);
    for (std::size_t i = 0; i < product_ids.size(); ++i) {
      const std::uint32_t p = view_.history->FindProduct(product_ids[i]);
      if (p == kNoIndex || consumable_[p] == 0) continue;
      const auto of_product = static_cast<double>(seen_[p].follow_up.size());
      repeats[i] = static_cast<float>((own[p] * of_product + mean * kPriorBuyers) /
                                      (of_product + kPriorBuyers));
    }
    return repeats;
  }

  const HistoryView& view_;
  base::Micros until_ = 0;
  std::vector<std::uint8_t> consumable_;  // by the history's product
  std::vector<std::uint32_t> category_;   // of consumables
  std::vector<Seen> seen_;
  std::vector<models::ObservedHabit> observed_;
  std::vector<EarlyPurchase> early_;
  double chances_ = 0;
  double goings_on_ = 0;
  double begun_ = 0;       // of the chances, those during which another of the category was begun
  double both_go_on_ = 0;  // and of them those that went on
};

}  // namespace

Habits LearnHabits(const HistoryView& view, const FactIndex& index,
                   const std::vector<std::string>& product_ids) {
  return Learner(view, index).Learn(product_ids);
}

}  // namespace tsugi
