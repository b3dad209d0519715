// From the probability of purchase to the probability that an offer, shown here and now, is taken.
//
//   logit P(accepted) = logit P(purchase) + c[0] + c[1] x[0] + ... + c[n] x[n - 1]
//
// with x of features.h. The coefficients are learned from exposures and reactions by logistic
// regression with a normal prior around the field's rules of thumb (AcceptancePrior, prior.h):
// where little was shown these rules move the probability of purchase, and evidence moves it on by
// as much as it can carry (fit.h). A model trained before anything was shown holds none; P is the
// probability of purchase then.
//
// Thread safety: immutable values, free functions.
#ifndef TSUGI_ENGINE_ACCEPTANCE_ACCEPTANCE_H_
#define TSUGI_ENGINE_ACCEPTANCE_ACCEPTANCE_H_

#include <span>
#include <vector>

#include "absl/status/status.h"
#include "engine/acceptance/features.h"
#include "engine/candidates/bound_model.h"
#include "engine/offers/offer.h"
#include "engine/snapshot/model_set.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"

namespace tsugi {

// OK where the model has none, or those of this build's features. Errors: FAILED_PRECONDITION.
absl::Status CheckAcceptance(const ModelSet& models);

// Replaces each probability. Does nothing where the model has no coefficients. REQUIRES the read
// lock of `index`.
void ApplyAcceptance(const BoundModel& model, const FactIndex& index, const Context& context,
                     std::span<ScoredOffer> offers);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_ACCEPTANCE_ACCEPTANCE_H_
