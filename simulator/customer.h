// What changes about a simulated customer from day to day. Hidden from the engine but for what the
// market writes down as facts.
#ifndef TSUGI_SIMULATOR_CUSTOMER_H_
#define TSUGI_SIMULATOR_CUSTOMER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/facts/facts.h"

namespace tsugi::simulator {

inline constexpr std::int16_t kNever = -10'000;  // a day long before all others

struct Holding {
  std::string id;
  int item = -1;  // the plan or add-on
  SubscriptionStatus status = SubscriptionStatus::kActive;
  int started = 0;
  int trial_ends = 0;  // while trialing
  int renews = 0;      // while active
  int months = 1;      // of a billing period
  int seats = 1;
  double usage = 0;  // share of the plan's limit
};

struct Customer {
  bool gone = false;
  bool consents = true;  // to marketing
  double annoyance = 0;
  double mood = 0;          // around Person::mood
  int complaint_until = 0;  // day; open while later than today
  int complaints = 0;
  int praised = kNever;  // the day of the last good survey
  int last_order = kNever;
  int orders = 0;
  int subscriptions = 0;               // ever; for ids
  std::vector<std::int16_t> bought;    // by item: the last day
  std::vector<std::int16_t> declined;  // by item: the last day
  std::vector<std::uint8_t> uses;      // by item: a consumable in regular use
  std::vector<std::int8_t> automatic;  // by item: discount per cent of an automatic order; -1 none
  std::optional<Holding> plan;
  std::vector<Holding> add_ons;

  bool complains(int day) const { return complaint_until > day; }
  bool active() const { return plan && plan->status == SubscriptionStatus::kActive; }
  bool trialing() const { return plan && plan->status == SubscriptionStatus::kTrialing; }
};

// Everything that is counted about one customer's test period.
struct Account {
  double goods = 0;       // margin of goods, discounts taken off
  double software = 0;    // margin of plans and add-ons, day by day, discounts taken off
  double contacting = 0;  // what outbound contacts cost
  int contacts = 0;       // outbound answers with an offer
  int shown = 0;
  int accepted = 0;

  double value() const { return goods + software - contacting; }
};

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_CUSTOMER_H_
