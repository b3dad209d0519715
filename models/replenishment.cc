#include "models/replenishment.h"

#include <algorithm>
#include <cmath>

#include "models/uplift/distributions.h"

namespace tsugi::models {
namespace {

constexpr double kLeastSpread = 0.05;

// Of an even number the lower of the two in the middle. REQUIRES: not empty.
double LowerMedian(std::span<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double Square(double x) { return x * x; }

std::vector<double> UsualDays(std::span<const ObservedHabit> habits,
                              std::span<const HabitIntervals> seen, std::size_t num_products) {
  std::vector<double> usual(num_products, 0);
  if (habits.empty()) return usual;
  std::vector<std::vector<double>> of_product(num_products);
  std::vector<double> all;
  for (std::size_t h = 0; h < habits.size(); ++h) {
    of_product[habits[h].product].push_back(seen[h].mean);
    all.push_back(seen[h].mean);
  }
  const double everything = LowerMedian(all);
  for (std::size_t p = 0; p < num_products; ++p) {
    const auto count = static_cast<double>(of_product[p].size());
    const double own = of_product[p].empty() ? 0 : LowerMedian(of_product[p]);
    usual[p] = std::exp((own * count + everything * kPriorHabits) / (count + kPriorHabits));
  }
  return usual;
}

// How far apart habits lie from their products' usual intervals: altogether, and of that what the
// habits of one customer share.
class Moments {
 public:
  Moments(std::span<const ObservedHabit> habits, std::span<const HabitIntervals> seen,
          std::span<const double> usual_days) {
    double squares = 0;
    double degrees = 0;
    for (const HabitIntervals& habit : seen) {
      if (habit.count < 2) continue;
      ++habits_;
      squares += habit.squares;
      degrees += habit.count - 1;
    }
    interval_ = degrees > 0 ? squares / degrees : 0;
    for (std::size_t h = 0; h < habits.size(); ++h) {
      if (h == 0 || habits[h].customer != habits[h - 1].customer) EndCustomer();
      if (seen[h].count < 2) continue;
      Add(seen[h].mean - std::log(usual_days[habits[h].product]), interval_ / seen[h].count);
    }
    EndCustomer();
  }

  std::size_t habits() const { return habits_; }

  ReplenishmentSpread Spread() const {
    const double total = std::max(0.0, total_ / static_cast<double>(habits_));
    const double shared = pairs_ > 0 ? std::clamp(products_ / pairs_, 0.0, total) : total / 2;
    return {.customer = std::max(kLeastSpread, std::sqrt(shared)),
            .habit = std::max(kLeastSpread, std::sqrt(total - shared)),
            .interval = std::max(kLeastSpread, std::sqrt(interval_))};
  }

 private:
  void Add(double distance, double noise) {
    total_ += Square(distance) - noise;
    sum_ += distance;
    squares_ += Square(distance);
    ++of_customer_;
  }
  void EndCustomer() {
    products_ += (Square(sum_) - squares_) / 2;
    pairs_ += of_customer_ * (of_customer_ - 1) / 2;
    sum_ = squares_ = of_customer_ = 0;
  }

  std::size_t habits_ = 0;
  double interval_ = 0;  // variance
  double total_ = 0;     // of squared distances, less what the intervals' own noise adds
  double products_ = 0;  // of distances, over the pairs of habits of one customer
  double pairs_ = 0;
  double sum_ = 0;  // of this customer
  double squares_ = 0;
  double of_customer_ = 0;
};

}  // namespace

HabitIntervals SummariseIntervals(std::span<double> days) {
  HabitIntervals summary;
  if (days.empty()) return summary;
  const double median = LowerMedian(days);
  const auto lapsed = [&](double interval) {
    return interval > kLapse * median || interval * kLapse < median;
  };
  for (const double interval : days) {
    if (lapsed(interval)) continue;
    summary.mean += std::log(interval);
    ++summary.count;
  }
  summary.mean /= summary.count;
  for (const double interval : days) {
    if (!lapsed(interval)) summary.squares += Square(std::log(interval) - summary.mean);
  }
  return summary;
}

void EstimateTimings(const ReplenishmentSpread& spread, std::span<const HabitIntervals> habits,
                     std::span<const double> log_usual, std::span<HabitTiming> out) {
  const double of_habit = Square(spread.habit);
  const double of_interval = Square(spread.interval);
  double precision = 1 / Square(spread.customer);
  double pull = 0;
  for (std::size_t h = 0; h < habits.size(); ++h) {
    if (habits[h].count == 0) continue;
    const double variance = of_habit + of_interval / habits[h].count;
    precision += 1 / variance;
    pull += (habits[h].mean - log_usual[h]) / variance;
  }
  const double pace = pull / precision;
  for (std::size_t h = 0; h < habits.size(); ++h) {
    const int count = habits[h].count;
    const double own = count == 0 ? 0 : of_habit / (of_habit + of_interval / count);
    const double distance = count == 0 ? 0 : habits[h].mean - log_usual[h] - pace;
    out[h].log_days = log_usual[h] + pace + own * distance;
    out[h].spread = std::sqrt(of_interval + (1 - own) * of_habit + Square(1 - own) / precision);
  }
}

double ChanceDue(const HabitTiming& timing, double days) {
  if (days <= 0) return 0;
  const double z = (std::log(days) - timing.log_days) / timing.spread;
  return NormalCdf(z);
}

ReplenishmentModel LearnReplenishment(std::span<const ObservedHabit> habits,
                                      std::size_t num_products) {
  std::vector<HabitIntervals> seen;
  seen.reserve(habits.size());
  for (const ObservedHabit& habit : habits) {
    std::vector<double> days = habit.days;
    seen.push_back(SummariseIntervals(days));
  }
  ReplenishmentModel model;
  model.usual_days = UsualDays(habits, seen, num_products);
  const Moments moments(habits, seen, model.usual_days);
  if (moments.habits() >= kFewestHabits) model.spread = moments.Spread();
  return model;
}

}  // namespace tsugi::models
