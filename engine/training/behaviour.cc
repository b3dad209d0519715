#include "engine/training/behaviour.h"

#include <utility>

#include "base/status_macros.h"
#include "engine/lifetime_value/learn.h"
#include "engine/propensity/transitions.h"

namespace tsugi {

absl::Status LearnBehaviour(const HistoryView& view, const FactIndex& index,
                            TrainedModels* models) {
  const base::Micros end = ObservedUntil(view, index);
  Behaviour behaviour;
  behaviour.orders = LearnOrders(view);
  behaviour.contracts = LearnContracts(index, end);
  TSUGI_ASSIGN_OR_RETURN(behaviour.transitions, LearnTransitions(index, end));
  Habits habits = LearnHabits(view, index, models->set().product_ids);
  behaviour.habit_goes_on = habits.goes_on;
  behaviour.habit_replaced = habits.replaced;
  models->SetBehaviour(std::move(behaviour), std::move(habits.repeats_per_year));
  return absl::OkStatus();
}

}  // namespace tsugi
