// When something that is used up will be bought again. The days between two purchases are
// log-normal, with spread on three levels:
//
//   log(days) = log(usual days of the product) + pace of the customer + the habit's own + e
//
// each a normal deviation with mean 0; a habit is one customer and one product. So a second or
// third purchase already says when the next is due: what is known of the product, and of how fast
// this customer goes through other things, makes up for what he has not shown yet, by as much as
// each is worth (the posterior mean of the normal hierarchy; Gelman et al., "Bayesian Data
// Analysis", 5.4).
//
// Thread safety: pure functions.
#ifndef TSUGI_MODELS_REPLENISHMENT_H_
#define TSUGI_MODELS_REPLENISHMENT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tsugi::models {

// Standard deviations of the logs. The defaults are judgement, for where too little is seen.
struct ReplenishmentSpread {
  double customer = 0.25;
  double habit = 0.15;
  double interval = 0.3;
};

// The intervals of one habit, as logs of days. Those more than kLapse times as long as its median,
// or as short, are left out: a lapse, or a purchase for somebody else.
inline constexpr double kLapse = 2.5;
struct HabitIntervals {
  double mean = 0;     // of the logs; 0 where count is
  double squares = 0;  // of the distances from the mean, added
  int count = 0;
};
// Reorders `days`, each above 0.
HabitIntervals SummariseIntervals(std::span<double> days);

// What is expected of a habit: the log of its interval, and the standard deviation of the next
// interval's log around it, the interval's own spread included.
struct HabitTiming {
  double log_days = 0;
  double spread = 0;
};

// Of all habits of one customer at once. `log_usual`: of each habit's product. REQUIRES: equal
// sizes.
void EstimateTimings(const ReplenishmentSpread& spread, std::span<const HabitIntervals> habits,
                     std::span<const double> log_usual, std::span<HabitTiming> out);

// Chance that the next purchase has become due, `days` after the last: of its interval being over.
double ChanceDue(const HabitTiming& timing, double days);

struct ObservedHabit {
  std::uint32_t customer;  // habits of one customer stand together
  std::uint32_t product;
  std::vector<double> days;  // of its intervals, each above 0; at least one
};

struct ReplenishmentModel {
  std::vector<double> usual_days;  // by product; 0: no interval of anything was seen
  ReplenishmentSpread spread;
};

// A product's usual interval is the median of its habits' means, drawn to that of all products as
// if it were kPriorHabits more. The spreads are by the method of moments; the defaults stand where
// fewer than kFewestHabits habits have two intervals.
inline constexpr double kPriorHabits = 3;
inline constexpr std::size_t kFewestHabits = 30;
ReplenishmentModel LearnReplenishment(std::span<const ObservedHabit> habits,
                                      std::size_t num_products);

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_REPLENISHMENT_H_
