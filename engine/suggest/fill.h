// From a decision to the answer: names, prices, reasons, talking points, proration.
#ifndef TSUGI_ENGINE_SUGGEST_FILL_H_
#define TSUGI_ENGINE_SUGGEST_FILL_H_

#include "engine/offers/offer.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"
#include "engine/suggest/request.h"

namespace tsugi {

// Suggestions in the decision's order. With `explain`, every candidate considered: the offered
// ones first, then those withheld from the control group, then the dropped ones by product id.
// recommendation_id and model_version are left to the caller. REQUIRES: the read lock of `index`.
Suggestions FillSuggestions(const FactIndex& index, const Context& context,
                            const Decision& decision, bool explain);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_SUGGEST_FILL_H_
