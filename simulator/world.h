// A market with known truth: what is sold, who the customers are, and on which curves they react.
// Everything here is drawn from one seed and never changes while the market runs; what does change
// is in customer.h. docs/simulation.md gives each range with its reason.
//
// Nothing here is a fact in the sense of engine/facts but Item::facts: the engine is told facts
// only (see desk.h).
//
// Thread safety: immutable.
#ifndef TSUGI_SIMULATOR_WORLD_H_
#define TSUGI_SIMULATOR_WORLD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/facts/facts.h"
#include "simulator/curves.h"
#include "simulator/dice.h"

namespace tsugi::simulator {

inline constexpr int kCategories = 5;
inline constexpr int kModels = 2 * kCategories;  // lines of durable main goods, two tiers each
inline constexpr int kPlanLines = 2;
inline constexpr int kTiers = 3;
inline constexpr std::size_t kAddOns = 2 * static_cast<std::size_t>(kPlanLines);

enum class Family : std::uint8_t { kA, kB };

// What a product is to its buyers.
enum class Role : std::uint8_t {
  kMain,        // durable, bought for itself
  kAccessory,   // completes a main good
  kConsumable,  // used up
  kSeasonal,    // wanted in its months
  kCompanion,   // goes with a seasonal good, in its months
  kBundle,
  kPlan,
  kAddOn,
};

struct Item {
  Product facts;  // what the catalogue says; it is incomplete, and now and then wrong
  Role role = Role::kMain;
  int category = 0;
  int model = -1;      // main goods: their model; accessories, consumables: what they complete
  int companion = -1;  // of a seasonal companion: the seasonal item
  int line = -1;       // plans and add-ons
  int tier = 0;
  double popularity = 1;
  double pull = 0;           // how strongly the need follows from what it completes, 0 to 1
  double interval_days = 0;  // of a consumable: mean time until it is used up
  std::vector<int> contents;
  double price = 0;
  double cost = 0;

  double margin() const { return price - cost; }
  bool goods() const { return role != Role::kPlan && role != Role::kAddOn; }
};

struct Person {
  std::string id;
  std::string segment;
  bool consent_marketing = true;
  bool consent_profiling = true;
  int joins = 0;  // day; may be before day 0
  std::array<double, kCategories> taste{};
  double orders_per_day = 0;
  double wealth = 1;  // what is cheap to one is dear to another
  double price_sensitivity = 1;
  double touchiness = 1;       // annoyance per cause
  double half_life = 20;       // of annoyance, days
  double tolerance = 1.5;      // annoyance borne before leaving is thought of (family B)
  double reserve = 0;          // personal shift of acceptance, in the curve's own units
  double mood = 0;             // long-run satisfaction
  double pace = 1;             // personal factor of consumables' intervals
  double felt_value = 0.5;     // of software, 0 to 1
  double usage_growth = 0.04;  // a month
  double trial_interest = 1;
  int seats = 1;
  int plan_at_start = -1;     // item; -1 none
  double usage_at_start = 0;  // share of the limit
  std::array<double, kAddOns> add_on_fit{};
  bool has_representative = false;  // outbound contacts are calls, not mails
};

struct Promotion {
  std::string id;
  int starts = 0;
  int ends = 0;  // day, not included
  double discount_percent = 0;
  std::vector<int> items;
};

// Assumptions that both families share.
struct Costs {
  double mail = 0.05;  // an outbound mail
  double call = 4.0;   // a representative's quarter of an hour, its share of vain attempts included
};

struct World {
  Family family = Family::kA;
  std::uint64_t seed = 0;
  Dice dice{0};
  absl::Time start;  // midnight UTC of day 0
  std::shared_ptr<const Curves> curves;
  std::vector<Item> items;
  std::array<std::array<int, kTiers>, kPlanLines> plans{};
  std::array<std::array<int, 2>, kModels> mains{};  // by model and tier
  std::vector<std::vector<int>> completes;          // by model: accessories and consumables
  std::vector<Person> people;
  std::vector<Promotion> promotions;
  Costs costs;

  absl::Time At(int day, int minute = 0) const {
    return start + absl::Hours(24 * day) + absl::Minutes(minute);
  }
  int MonthOf(int day) const {  // 1 to 12
    return static_cast<int>(absl::ToCivilMonth(At(day), absl::UTCTimeZone()).month());
  }
};

struct WorldOptions {
  Family family = Family::kB;
  std::uint64_t seed = 1;
  int customers = 600;
  int days = 365 + 180;  // for which promotions are planned
};

World MakeWorld(const WorldOptions& options);

// The parts, each from its own stream of the seed.
void StockShelves(base::Random* random, World* world);             // assortment.cc
void Populate(int customers, base::Random* random, World* world);  // people.cc

}  // namespace tsugi::simulator

#endif  // TSUGI_SIMULATOR_WORLD_H_
