// Learns from history how customers behave as a whole: parameters for engine/snapshot/behaviour.h,
// nothing about one customer. Orders count by day (UTC): a customer's orders of one day are one
// purchase, as in the literature; returns and lines without a price are left out, as are customers
// who do not consent to profiling. Time is in weeks.
//
// Segments get parameters of their own where they can carry them: kFewestRepeaters repeat customers
// (kFewestLost contracts that ended), and a likelihood that is better than everyone's parameters by
// more than the number of parameters (Akaike's criterion).
//
// Thread safety: free functions; LearnContracts and LearnHabits take the index's read lock.
#ifndef TSUGI_ENGINE_LIFETIME_VALUE_LEARN_H_
#define TSUGI_ENGINE_LIFETIME_VALUE_LEARN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "engine/history/order_history.h"
#include "engine/snapshot/behaviour.h"
#include "engine/state/fact_index.h"
#include "models/replenishment.h"

namespace tsugi {

inline constexpr std::size_t kFewestRepeaters = 50;
inline constexpr std::size_t kFewestLost = 20;
inline constexpr std::size_t kMostCustomers = 10'000;  // fitted on; more are thinned evenly

// The instant up to which a view's customers were observed: its end, or its last order where it
// has none. The beginning of time where there is neither.
base::Micros ObservedUntil(const HistoryView& view);

// The same for facts of subscriptions too: the newest version where the view has no end.
base::Micros ObservedUntil(const HistoryView& view, const FactIndex& index);

// BG/NBD and Gamma-Gamma, everyone first, then segments by name. Empty where too few bought again.
std::vector<OrderBehaviour> LearnOrders(const HistoryView& view);

// sBG by length of the billing period and segment. Trials that were not converted are no contracts.
// Where no contract of a length has ended yet there is nothing to learn for it.
std::vector<ContractBehaviour> LearnContracts(const FactIndex& index, base::Micros end);

// Of the consumables among `product_ids`: purchases in the year after a customer's first (the mean
// cumulative function of Nelson 1988, so that customers seen for less than a year count for as long
// as they were seen), drawn to the mean of all consumables as if kPriorBuyers more had bought it;
// and the chance that a habit goes on: of purchases that are a customer's third or later of a
// consumable, the share followed by another within twice his usual interval. `replaced`: by how
// much that share is less where he bought another consumable of its category for the first time
// within that wait, as if kPriorBegun more habits had ended so: two brands of coffee take each
// other's place, filters and descaler of one category do not. `begins`: of first and second
// purchases, the share followed by another within twice the product's usual interval. When habits
// are due: models/replenishment.h.
struct Habits {
  std::vector<float> repeats_per_year;  // by product_ids; empty: nothing to learn from
  double goes_on = 0;
  double replaced = 1;
  double begins = 0;                 // 0: too few were seen for it and for the intervals
  std::vector<float> interval_days;  // by product_ids; 0 for what is no consumable
  models::ReplenishmentSpread interval_spread;
};
inline constexpr double kPriorBuyers = 20;
inline constexpr double kPriorBegun = 10;
Habits LearnHabits(const HistoryView& view, const FactIndex& index,
                   const std::vector<std::string>& product_ids);

// What habits begin beside: customers' first purchases of each consumable, and in how many of them
// each durable good was bought with it. A habit is bought again and again without its coffee
// machine, so that orders of both say little of what goes with what; those in which it begins say
// it.
struct Beginnings {
  std::vector<std::uint32_t>
      orders;  // by product_ids: first purchases; 0 for what is no consumable
  std::vector<std::uint64_t> offsets;   // by product_ids, and the end: rows of the two below
  std::vector<std::uint32_t> bases;     // places in product_ids, ascending within a row
  std::vector<std::uint32_t> together;  // first purchases with it
};
Beginnings LearnBeginnings(const HistoryView& view, const FactIndex& index,
                           const std::vector<std::string>& product_ids);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_LIFETIME_VALUE_LEARN_H_
