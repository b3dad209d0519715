#include "engine/training/behaviour.h"

#include <string>
#include <utility>
#include <vector>

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
  const std::vector<std::string>& products = models->set().product_ids;
  Habits habits = LearnHabits(view, index, products);
  Beginnings beginnings;
  if (habits.begins > 0) beginnings = LearnBeginnings(view, index, products);
  models->SetBehaviour(std::move(behaviour), std::move(habits), std::move(beginnings));
  return absl::OkStatus();
}

}  // namespace tsugi
