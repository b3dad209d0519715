// What a customer did, holds and said, as it was at an instant: a part of ResolveContext.
#ifndef TSUGI_ENGINE_STATE_RESOLVE_HISTORY_H_
#define TSUGI_ENGINE_STATE_RESOLVE_HISTORY_H_

#include "base/time.h"
#include "engine/facts/facts.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"
#include "engine/state/resolve_context.h"

namespace tsugi {

// Fills everything from `purchases` to `lost_deal`, and `since`. `facts` is the customer's version
// in force, or null. One pass over the purchases, whatever is asked of them.
// REQUIRES: context.at and context.zone are set; the index's read lock.
void ResolveHistory(const FactIndex& index, const ContextOptions& options,
                    const CustomerRecord& customer, const Customer* facts, base::Micros at,
                    Context& context);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_RESOLVE_HISTORY_H_
