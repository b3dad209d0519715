#include "engine/scoring/habits.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "base/time.h"
#include "models/replenishment.h"

namespace tsugi {
namespace {

constexpr double kMicrosPerDay = 86'400e6;
constexpr double kDaysPerYear = 365;

using Bought = std::pair<ProductIndex, base::Micros>;

// By product, then time; of consumables alone.
std::vector<Bought> Consumables(const FactIndex& index, const Context& context) {
  std::vector<Bought> bought;
  if ((index.AnyTraits() & kEverConsumable) == 0) return bought;
  const std::size_t lines = std::min(kHabitLines, context.purchases.size());
  for (const Purchase& purchase : context.purchases.last(lines)) {
    if (purchase.quantity <= 0 || (index.TraitsOf(purchase.product) & kEverConsumable) == 0) {
      continue;
    }
    bought.emplace_back(purchase.product, purchase.at);
  }
  std::sort(bought.begin(), bought.end());
  return bought;
}

// Days between purchases a day or more apart.
std::vector<double> IntervalsOf(std::span<const Bought> bought) {
  std::vector<double> days;
  base::Micros last = bought.front().second;
  for (const Bought& purchase : bought.subspan(1)) {
    const double interval = static_cast<double>(purchase.second - last) / kMicrosPerDay;
    if (interval < 1) continue;
    days.push_back(interval);
    last = purchase.second;
  }
  return days;
}

// Of the product, for everyone: learned, else what its repeats in a year say; 0: nothing does.
double UsualDays(const Behaviour& behaviour, std::uint32_t item) {
  if (!behaviour.interval_days.empty() && behaviour.interval_days[item] > 0) {
    return double{behaviour.interval_days[item]};
  }
  const double repeats = double{behaviour.repeats_per_year[item]};
  return repeats > 0 ? kDaysPerYear / repeats : 0;
}

struct SeenHabits {
  std::vector<ProductIndex> products;
  std::vector<models::HabitIntervals> intervals;
  std::vector<int> purchases;
  std::vector<double> days_since;
  std::vector<double> log_usual;
};

void AddHabit(std::span<const Bought> bought, double usual_days, base::Micros at,
              SeenHabits& habits) {
  std::vector<double> days = IntervalsOf(bought);
  habits.products.push_back(bought.front().first);
  habits.purchases.push_back(static_cast<int>(days.size()) + 1);
  habits.intervals.push_back(models::SummariseIntervals(days));
  habits.days_since.push_back(static_cast<double>(at - bought.back().second) / kMicrosPerDay);
  habits.log_usual.push_back(std::log(usual_days));
}

}  // namespace

double HabitAlive(double due, double goes_on) { return (1 - due) / (1 - goes_on * due); }

HabitStates::HabitStates(const BoundModel& model, const FactIndex& index, const Context& context) {
  const Behaviour& behaviour = model.models().behaviour;
  if (behaviour.repeats_per_year.empty()) return;
  const base::Micros at = base::ToMicros(context.at);
  const std::vector<Bought> bought = Consumables(index, context);
  SeenHabits habits;
  for (std::size_t begin = 0; begin < bought.size();) {
    const ProductIndex product = bought[begin].first;
    std::size_t end = begin;
    while (end < bought.size() && bought[end].first == product) ++end;
    const std::span of_product = std::span(bought).subspan(begin, end - begin);
    begin = end;
    const CatalogEntry* const entry = index.EntryAsOf(product, at);
    if (entry == nullptr || !entry->facts.consumable) continue;
    if (entry->category != kNoGroup) categories_.push_back(entry->category);
    const std::uint32_t item = model.ItemOf(product);
    const double usual = item == kNoItem ? 0 : UsualDays(behaviour, item);
    if (usual > 0) AddHabit(of_product, usual, at, habits);
  }
  std::vector<models::HabitTiming> timings(habits.products.size());
  models::EstimateTimings(behaviour.interval_spread, habits.intervals, habits.log_usual, timings);
  for (std::size_t h = 0; h < timings.size(); ++h) {
    const bool begun = habits.purchases[h] <= 2 && behaviour.habit_begins > 0;
    HabitState& state = states_.emplace_back();
    state.product = habits.products[h];
    state.phase = habits.days_since[h] / std::exp(timings[h].log_days);
    state.due = models::ChanceDue(timings[h], habits.days_since[h]);
    state.alive = HabitAlive(state.due, begun ? behaviour.habit_begins : behaviour.habit_goes_on);
  }
}

const HabitState* HabitStates::Find(ProductIndex product) const {
  const auto found = std::lower_bound(
      states_.begin(), states_.end(), product,
      [](const HabitState& state, ProductIndex key) { return state.product < key; });
  return found == states_.end() || found->product != product ? nullptr : &*found;
}

bool HabitStates::HoldsCategory(std::uint32_t category) const {
  return std::find(categories_.begin(), categories_.end(), category) != categories_.end();
}

}  // namespace tsugi
