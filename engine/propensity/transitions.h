// Who upgrades, who leaves, which trial is converted: learned from what subscriptions did, period
// by period (discrete-time logistic regression; Singer, Willett 1993, "It's about time", Journal of
// Educational Statistics 18).
//
// A row is a billing period that is over (periods.h), seen as of its start: the context is replayed
// at that instant, so nothing later enters. What is learned is a shift of the documented prior's
// logit, drawn to none by a ridge penalty: where history is thin the prior serves almost unmoved,
// and what a few dozen events say is taken for what it is worth.
//
// Thread safety: pure functions; the learning ones take the read lock themselves.
#ifndef TSUGI_ENGINE_PROPENSITY_TRANSITIONS_H_
#define TSUGI_ENGINE_PROPENSITY_TRANSITIONS_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "engine/propensity/features.h"
#include "engine/propensity/risk.h"
#include "engine/propensity/subscription_prior.h"
#include "engine/snapshot/behaviour.h"
#include "engine/state/fact_index.h"
#include "engine/state/resolve_context.h"

namespace tsugi {

struct TransitionOptions {
  // Ridge on the standardised coefficients: each is expected within about 1 / sqrt(l2) of the
  // prior's, so that a few dozen events say little. The base rate differs far more from one
  // business to the next (a normal prior of one logit around the documented one).
  double l2 = 40;
  double intercept_l2 = 1;
  std::size_t fewest_events = 10;  // of either kind; below, the prior serves alone
  std::size_t most_rows = 50'000;  // of each transition; more subscriptions are thinned evenly
  SubscriptionPrior upgrade;
  RiskPrior risk;
};

// The periods of one transition, as rows.
struct TransitionRows {
  std::vector<float> features;  // rows x kPropensityFeatureCount
  std::vector<float> offsets;   // the prior's logit
  std::vector<float> labels;    // 0 or 1
  std::vector<base::Micros> at;
  std::vector<base::Micros> to;
  std::vector<std::string> customers;

  std::size_t size() const { return labels.size(); }
};

// All transitions' rows of the periods that ended at `end` or before, by subscription id, then
// time. Customers who do not consent to profiling are left out, as are periods from the highest
// tier for kUpgrade. Errors: those of ResolveContext.
absl::StatusOr<std::array<TransitionRows, kTransitionCount>> CollectTransitions(
    const FactIndex& index, base::Micros end, const TransitionOptions& options);

// Nothing where there are fewer events, or others, than options.fewest_events.
absl::StatusOr<std::optional<TransitionModel>> FitTransition(const TransitionRows& rows,
                                                             const TransitionOptions& options);

// Both, of each transition.
absl::StatusOr<std::array<std::optional<TransitionModel>, kTransitionCount>> LearnTransitions(
    const FactIndex& index, base::Micros end, const TransitionOptions& options = {});

// Null where it was not learned, or with other features.
const TransitionModel* UsableModel(const Behaviour& behaviour, Transition transition);

// What was learned, as a shift of the prior's logit.
double LearnedShift(const TransitionModel& model, const PropensityFeatures& features);

// The next higher tier of the plan's family that is in the catalogue at `at`; none: not known.
ProductRef NextTier(const FactIndex& index, ProductIndex plan, base::Micros at);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_PROPENSITY_TRANSITIONS_H_
