// Learns acceptance from what was shown (acceptance.h): each answer is replayed as of the instant
// before it, by the code that serves, and the offers shown are matched with what became of them.
//
// What was in the cart is not recorded with an exposure; inbound, the customer's order within the
// hour is taken for it, less what was accepted of the answer itself; what was viewed is known where
// visits are told (showing_log.h). The probability of purchase is
// that of the model being trained: it has seen the order in question among thousands, which moves
// it by less than its rounding in print.
//
// Thread safety: free functions.
#ifndef TSUGI_ENGINE_ACCEPTANCE_FIT_H_
#define TSUGI_ENGINE_ACCEPTANCE_FIT_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/acceptance/showing_log.h"
#include "engine/candidates/bound_model.h"
#include "engine/snapshot/behaviour.h"
#include "engine/state/fact_index.h"
#include "engine/state/resolve_context.h"

namespace tsugi {

struct AcceptanceOptions {
  std::size_t fewest_accepted = 3;  // fewer, and nothing is learned
  double prior_strength = 1;        // of the prior (prior.h): 4, its deviations count half
};

struct AcceptanceReport {
  bool fitted = false;
  std::string why;  // a sentence
  std::size_t shown = 0;
  std::size_t accepted = 0;
  double log_loss = 0;        // an offer, of the fit on its own rows
  double prior_log_loss = 0;  // of the probability of purchase as it stands
  std::vector<std::pair<std::string, double>> coefficients;  // "intercept" first
};

struct AcceptanceFit {
  std::optional<AcceptanceModel> model;  // none: nothing learned
  AcceptanceReport report;
};

// REQUIRES: `model` is bound to `index`, and nobody writes to it meanwhile.
absl::StatusOr<AcceptanceFit> FitAcceptance(std::span<const ShownAnswer> answers,
                                            const FactIndex& index, const BoundModel& model,
                                            const ContextOptions& context,
                                            const AcceptanceOptions& options);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_ACCEPTANCE_FIT_H_
