// Software plans: trials that convert or do not, renewals, upgrades, downgrades, cancellations and
// add-ons, told as versions of each subscription, with usage, the calls and mails of the customer
// success team, and the stages customers pass.
#ifndef TSUGI_GENERATOR_SUBSCRIPTIONS_H_
#define TSUGI_GENERATOR_SUBSCRIPTIONS_H_

#include <cstdint>

#include "generator/catalogue.h"
#include "generator/people.h"
#include "generator/sink.h"

namespace tsugi::generator {

inline constexpr Seconds kTrial = 14 * kDay;
inline constexpr double kStartsWithTrial = 0.8;
inline constexpr double kConverts = 0.55;      // of the averagely satisfied
inline constexpr double kMonthlyChurn = 0.03;  // likewise
inline constexpr double kYearlyChurn = 0.14;
inline constexpr double kUpgradeNearLimit = 0.35;  // a month in which usage is above 85 %
inline constexpr double kUpgradeAtRenewal = 0.05;

// Probability that a customer of the segment ever subscribes.
double SubscribesShare(Segment segment);

// subscriptions.csv and the plans' part of signals.csv, exposures.csv and reactions.csv. Customer 0
// always has a plan that renews six days after the end, customer 1 a trial that ends two days
// after it, so that the smallest shop has something to decide.
void WriteSubscriptions(const Catalogue& catalogue, std::uint64_t seed, std::uint32_t customers,
                        Period history, Sink* sink);

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_SUBSCRIPTIONS_H_
