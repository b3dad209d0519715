// What customers do of themselves, offers or not: the market's constants that the oracle, too, has
// to know. docs/simulation.md gives the reasons.
#ifndef TSUGI_SIMULATOR_TRADE_H_
#define TSUGI_SIMULATOR_TRADE_H_

namespace tsugi::simulator {

inline constexpr double kDaysOfMonth = 30.44;
inline constexpr double kReplenishADay = 0.16;   // where a consumable is used up
inline constexpr double kStopsUsing = 0.06;      // a purchase: another brand, or no more need of it
inline constexpr double kAutoOrderEnds = 0.08;   // a delivery
inline constexpr double kAutoOrderDiscount = 5;  // per cent, where the offer names none
inline constexpr double kChurnAMonth = 0.03;     // assumed of those still there after the period
inline constexpr double kDiscountRate = 0.1;     // a year

// What is upgraded without anybody's asking, a day: rarely below the limit, now and then above it.
inline double OrganicUpgrade(double usage) {
  if (usage > 1) return 0.004;
  return usage > 0.85 ? 0.0012 : 0.0001;
}

// Of trials that end.
inline double OrganicConversion(double felt_value) { return 0.05 + 0.3 * felt_value; }

// Days of today's value that `days` to come are worth, churn and discounting taken off.
double ContinuingDays(double days);

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_TRADE_H_
