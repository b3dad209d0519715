// The customer's habits of consumables, as of the request: how far each has come towards its next
// purchase, and whether it still goes on. When a habit is due follows from its own intervals, the
// customer's other habits and the product's usual interval (models/replenishment.h), so that one
// purchase is enough to say something.
//
// Thread safety: immutable once made.
#ifndef TSUGI_ENGINE_SCORING_HABITS_H_
#define TSUGI_ENGINE_SCORING_HABITS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/candidates/bound_model.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

struct HabitState {
  ProductIndex product;
  double phase = 0;  // expected intervals since the last purchase: 1 when it is due
  double due = 0;    // chance that it has become due, if it goes on
  // What is left of the chance that it goes on. It does so from one purchase to the next with
  // chance q (Behaviour::habit_goes_on; of the first two purchases habit_begins), and is then still
  // waiting with chance S = 1 - due, which by Bayes leaves S / (1 - q due).
  double alive = 1;
};

// So much of the customer's history is looked at: the newest lines.
inline constexpr std::size_t kHabitLines = 128;

class HabitStates {
 public:
  // Finds none where the model has learned nothing of habits. REQUIRES the index's read lock.
  HabitStates(const BoundModel& model, const FactIndex& index, const Context& context);

  // Null for what was not bought, or is no consumable.
  const HabitState* Find(ProductIndex product) const;
  // Whether a consumable of the category was bought; never of kNoGroup.
  bool HoldsCategory(std::uint32_t category) const;

 private:
  std::vector<HabitState> states_;         // by product
  std::vector<std::uint32_t> categories_;  // of the consumables bought
};

// HabitState::alive. REQUIRES: due in [0, 1], goes_on in [0, 1).
double HabitAlive(double due, double goes_on);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SCORING_HABITS_H_
