// What the contact policy counts, as it was at an instant: a part of ResolveContext.
#ifndef TSUGI_ENGINE_STATE_RESOLVE_LIMITS_H_
#define TSUGI_ENGINE_STATE_RESOLVE_LIMITS_H_

#include <span>
#include <string>

#include "base/time.h"
#include "engine/state/context.h"
#include "engine/state/fact_index.h"
#include "engine/state/resolve_context.h"

namespace tsugi {

// Contacts that are confirmed, or reserved and not lapsed, at `at`.
void ResolveContacts(const ContextOptions& options, const CustomerRecord& customer, base::Micros at,
                     Context& context);

// Showings that have neither a reaction nor a purchase of the product at their instant or since.
// REQUIRES: context.purchases is filled.
void ResolveShowings(const ContextOptions& options, std::span<const ShowingRecord> showings,
                     std::span<const ReactionRecord> reactions, base::Micros at, Context& context);

// An unknown visitor's reactions and showings.
void ResolveVisitor(const FactIndex& index, const ContextOptions& options,
                    const std::string& visitor_id, base::Micros at, Context& context);

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STATE_RESOLVE_LIMITS_H_
