// What is learned of how customers behave as a whole: how often they buy, how long contracts last,
// how habits form, who upgrades and who leaves. Parameters only: a customer's own figures follow
// from them and the customer's history when asked (engine/lifetime_value, engine/propensity).
//
// Everything may be missing: a history too thin for it, or a snapshot of an older build.
#ifndef TSUGI_ENGINE_SNAPSHOT_BEHAVIOUR_H_
#define TSUGI_ENGINE_SNAPSHOT_BEHAVIOUR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/lifetime_value/bg_nbd.h"
#include "models/lifetime_value/contract.h"
#include "models/lifetime_value/gamma_gamma.h"
#include "models/replenishment.h"

namespace tsugi {

// Customers without a contract; time in weeks, money in the store's currency.
struct OrderBehaviour {
  std::string segment;  // empty: everyone
  models::BgNbdParameters purchases;
  std::optional<models::GammaGammaParameters> spend;
  double mean_order = 0;  // of all orders; the estimate where `spend` is missing
  std::uint64_t customers = 0;
  std::uint64_t repeat_customers = 0;
};

// Contracts of one length of period.
struct ContractBehaviour {
  std::string segment;  // empty: everyone
  int billing_months = 1;
  models::ContractParameters parameters;
  std::uint64_t lost = 0;   // contracts that ended
  std::uint64_t alive = 0;  // contracts that go on
};

// A change of subscription within one billing period (or by the end of a trial), as a shift of the
// documented prior's logit: intercept first, then one a feature (engine/propensity).
struct TransitionModel {
  std::vector<double> coefficients;
  std::vector<double> means;  // of the features over the rows learned from
  std::uint32_t feature_version = 0;
  std::uint64_t rows = 0;
  std::uint64_t events = 0;
};

enum class Transition : std::uint8_t {
  kUpgrade,     // to a higher tier of the plan's family
  kLoss,        // cancelled or lapsed
  kConversion,  // a trial that became a paid plan
};
inline constexpr std::size_t kTransitionCount = 3;

// Whether an offer shown is taken, as a shift of the logit of the probability of purchase:
// intercept first, then one a feature (engine/acceptance).
struct AcceptanceModel {
  std::vector<double> coefficients;
  std::uint32_t feature_version = 0;
  std::uint64_t shown = 0;
  std::uint64_t accepted = 0;
};

// Customers' first purchases of consumables, and what durable goods were bought with them.
struct HabitBeginnings {
  std::span<const std::uint32_t> orders;    // by item: first purchases; empty: not learned
  std::span<const std::uint64_t> offsets;   // by item, and the end: rows of the two below
  std::span<const std::uint32_t> bases;     // items, ascending within a row
  std::span<const std::uint32_t> together;  // first purchases with the base
};

struct Behaviour {
  std::vector<OrderBehaviour> orders;        // by segment; everyone first
  std::vector<ContractBehaviour> contracts;  // by billing_months, then segment
  std::array<std::optional<TransitionModel>, kTransitionCount> transitions;
  std::optional<AcceptanceModel> acceptance;
  // Consumables: purchases of it in the year after a customer's first, by item; 0 for other items.
  // Empty: not learned.
  std::span<const float> repeats_per_year;
  // Chance that a habit (a consumable bought three times or more) goes on from one purchase to the
  // next; 0: not learned.
  double habit_goes_on = 0;
  // The same of a customer's first two purchases of a consumable, within twice its usual interval;
  // 0: not learned, and habit_goes_on stands for it.
  double habit_begins = 0;
  // Consumables: usual days between two purchases, by item; 0 for other items. Empty: not learned.
  std::span<const float> interval_days;
  models::ReplenishmentSpread interval_spread;
  HabitBeginnings beginnings;
  // Of habits, the share that ends because another consumable of the same category is begun, in
  // [0, 1]: 1, they stand for each other; 0, they have nothing to do with each other. Where not
  // learned, 1.
  double habit_replaced = 1;
};

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SNAPSHOT_BEHAVIOUR_H_
