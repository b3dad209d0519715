// One who shops in the sample shop, between two visits, and the events that bring the next one.
#ifndef TSUGI_GENERATOR_SHOPPER_H_
#define TSUGI_GENERATOR_SHOPPER_H_

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/random.h"
#include "generator/catalogue.h"
#include "generator/people.h"

namespace tsugi::generator {

// A consumable that somebody buys regularly.
struct Habit {
  ProductNumber product;
  double interval_days;
  Seconds due;  // 0: given up
};

struct ReturnLine {
  ProductNumber product;
  int quantity;
  Cents unit_price;
  int discount;  // per cent
};
struct Return {
  Seconds at;
  std::int64_t order;
  std::vector<ReturnLine> lines;
};

struct Shopper {
  Person person;
  base::Random random{0};
  std::uint64_t owned = 0;
  bool gone = false;
  std::vector<Habit> habits;
  std::vector<Return> returns;
};

// What happens next to a shopper: kVisit, kReturn, or the habit `what - kHabit` falls due.
inline constexpr std::uint32_t kVisit = 0;
inline constexpr std::uint32_t kReturn = 1;
inline constexpr std::uint32_t kHabit = 2;
struct Event {
  Seconds at;
  std::uint32_t shopper;
  std::uint32_t what;
  friend bool operator>(const Event& a, const Event& b) {
    return std::tie(a.at, a.shopper, a.what) > std::tie(b.at, b.shopper, b.what);
  }
};

static_assert(sizeof(Event) == 16);

}  // namespace tsugi::generator

#endif  // TSUGI_GENERATOR_SHOPPER_H_
